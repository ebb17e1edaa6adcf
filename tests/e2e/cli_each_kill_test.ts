/**
 * `qcgpj each --run DIR`, killed at moments that are hard to hit: between the record of an end, its line in the job log,
 * its output on the standard output, and the end of the output's file.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { JournalFile, readEvents, readJournal } from "../../src/deno/files/journal/journal_file.ts";
import { shellQuote } from "../../src/base/shell_quote.ts";
import { call, commandLine, exists, findRecords, shell } from "./support/command_line.ts";
import { until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

const argsOf = (...more: string[]) => [
  ...["each", "-j1", "--run", "run", "--joblog", "log", ...more, "sh", "-c", "echo out $1; test $1 != bad", "sh"],
  ...[":::", "a", "bad", "c"],
];

/** Writes the journal of a run as it would be, had the pilot been killed before it recorded some events. */
async function dropEvents(folder: string, isDropped: (kind: string) => boolean): Promise<void> {
  const path = `${folder}/journal`;
  const header = readJournal(path, (replay) => replay.header!);
  const events = [...readEvents(path)].filter(({ kind }) => !isDropped(kind));
  const journal = JournalFile.create(`${folder}/new`, header, "process");
  journal.append(events);
  await journal.close();
  for (const end of ["", ".copy"]) Deno.renameSync(`${folder}/new${end}`, `${path}${end}`);
}

Deno.test("qcgpj each --resume logs what is on record as ended and was not logged, and nothing twice", async () => {
  await using scratch = new Scratch();
  assertEquals((await call(argsOf(), { cwd: scratch.path })).code, 1);
  const log = scratch.read("log");
  await dropEvents(findRecords(scratch.in("run")), (kind) => kind === "jobForgotten" || kind === "pilotDrained");
  const lines = log.trimEnd().split("\n");
  scratch.write("log", `${lines.slice(0, 3).join("\n")}\n3\t:\t17`); // The last line is half there.
  const resumed = await call(argsOf("--resume"), { cwd: scratch.path });
  assertEquals([resumed.code, resumed.out], [1, ""]);
  // Of the bytes of an output that is printed and gone nothing is known any more.
  assertEquals(scratch.read("log"), log.replace(/^(3\t.*\t)6(\t0\t0\t.*)$/m, "$10$2"));
  assertEquals((await call(argsOf("--resume"), { cwd: scratch.path })).code, 1);
  assertEquals(scratch.read("log").split("\n").length, log.split("\n").length);
});

Deno.test("qcgpj each --resume prints the rest of an output that a killed run had printed to a file in part", async () => {
  for (const [printed, tag] of [["", ""], ["ou", ""], ["out a\n", ""], ["a\tou", "--tag"]] as const) {
    await using scratch = new Scratch();
    const more = tag === "" ? [] : [tag];
    assertEquals((await call(argsOf(...more), { cwd: scratch.path })).code, 1);
    Deno.mkdirSync(scratch.in("run/outputs"));
    scratch.write("run/outputs/1.out", "out a\n");
    scratch.write("result", "before\n");
    const { dev, ino, size } = Deno.statSync(scratch.in("result"));
    scratch.write("run/outputs/printing", `1 out ${dev} ${ino} ${size}`.padEnd(120) + "\n");
    scratch.write("result", `before\n${printed}`);
    const words = argsOf(...more, "--resume").map(shellQuote).join(" ");
    const { err } = await shell(`qcgpj ${words} >> result`, scratch.path);
    assertEquals(scratch.read("result"), tag === "" ? "before\nout a\n" : "before\na\tout a\n", `${printed} ${err}`);
    assertEquals([err.includes("twice"), exists(scratch.in("run/outputs"))], [false, false]);
  }
});

Deno.test("qcgpj each --resume says that an output may be there twice where nothing tells how much was printed", async () => {
  await using scratch = new Scratch();
  assertEquals((await call(argsOf(), { cwd: scratch.path })).code, 1);
  Deno.mkdirSync(scratch.in("run/outputs"));
  for (const number of [1, 3]) scratch.write(`run/outputs/${number}.out`, `out ${number}\n`);
  scratch.write("run/outputs/printing", "1 out".padEnd(120) + "\n");
  const { out, err } = await call(argsOf("--resume"), { cwd: scratch.path });
  assertEquals(out, "out 1\nout 3\n");
  assertMatch(err, /^qcgpj each: The output of task 1 may be here twice: the run was killed while it printed that\n/);
  assertEquals(err.match(/twice/g)?.length, 1);
});

Deno.test("qcgpj each, killed again and again, logs each task once and prints each output once to a file", async () => {
  const count = 400;
  await using scratch = new Scratch();
  // The last tasks wait until there are no kills any more: each must come before the end.
  const script = "[ $1 -lt 380 ] || until [ -e go ]; do sleep 0.02; done; echo out $1; echo err $1 >&2";
  const command = [
    "each",
    "-j4",
    "--run",
    "run",
    "--resume",
    "--joblog",
    "log",
    "sh",
    "-c",
    script,
    "sh",
  ];
  scratch.write("numbers", Array.from({ length: count }, (_, i) => `${i}\n`).join(""));
  const line = `exec ${[...commandLine, ...command].map(shellQuote).join(" ")} < numbers >> result 2>> errors`;
  const begin = () => new Deno.Command("bash", { args: ["-c", line], cwd: scratch.path, stdin: "null" }).spawn();
  const resultLines = () => exists(scratch.in("result")) ? scratch.read("result").trimEnd().split("\n") : [];
  for (let kill = 1; kill <= 6; kill++) {
    const child = begin();
    await until(() => resultLines().length >= kill * 50, "some more is printed");
    child.kill("SIGKILL");
    await child.status;
  }
  scratch.write("go", "");
  assertEquals((await begin().status).code, 0);
  const wanted = Array.from({ length: count }, (_, i) => i);
  const numbers = (lines: readonly string[]) =>
    lines.map((text) => Number(/[0-9]+/.exec(text)![0])).sort((a, b) => a - b);
  assertEquals(numbers(resultLines()), wanted);
  const told = scratch.read("errors").trimEnd().split("\n");
  assertEquals(numbers(told), wanted);
  assertEquals(numbers(scratch.read("log").trimEnd().split("\n").slice(1)), wanted.map((number) => number + 1));
});
