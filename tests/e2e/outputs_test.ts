/**
 * What becomes of what tasks write: kept when they fail, and never written over without a word.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { BasicTemplate, QCGPJExecutor } from "../../mod.ts";
import { call, findRecords, writeJobs } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

const readme = Deno.readTextFileSync(new URL("../../README.md", import.meta.url));
const failing = { exec: "sh", args: ["-c", "echo words; echo complaint >&2; exit 3"] };

Deno.test("README's sweep keeps its three results", async () => {
  await using scratch = new Scratch();
  const sweep = /^const sweep = [^]*?executor\.map\(sweep[^\n]*$/m.exec(readme)![0];
  const program = `import { type JobInput, QCGPJExecutor } from "${new URL("../../mod.ts", import.meta.url)}";
await using executor = new QCGPJExecutor({ wd: "." });
${sweep}
`;
  Deno.writeTextFileSync(`${scratch.path}/sweep.ts`, program);
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const args = ["run", "-A", "--no-check", "--config", config, "sweep.ts"];
  const { code, stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: scratch.path }).output();
  const printed = new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "");
  assertEquals([code, printed], [0, ["1", "4", "9"]]);
});

Deno.test("Jobs of BasicTemplate that name no outputs write over nothing, and tell where they have written", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path, resources: "2" });
  const submit = (n: number, more = {}) =>
    executor.submit(BasicTemplate.template, { name: `t${n}`, exec: "echo", args: [`${n}`], ...more });
  const futures = [submit(1), submit(2), submit(3, { stdout: "mine" })];
  for (const future of futures) await future.result();
  futures.push(submit(4)); // The others have written already.
  await futures[3]!.result();
  const paths = futures.map((future, index) => future.info()[`t${index + 1}`]!.stdout!.slice(scratch.path.length + 1));
  assertEquals(paths, ["stdout", "stdout.t2", "mine", "stdout.t4"]);
  assertEquals(paths.map((path) => Deno.readTextFileSync(`${scratch.path}/${path}`)), ["1\n", "2\n", "3\n", "4\n"]);
  assertEquals(futures[2]!.info()["t3"]!.stderr, `${scratch.path}/stderr.t3`);
});

Deno.test("info() has the ends of the outputs of what failed, by every launcher", async () => {
  for (const launcher of ["keeper", "native", "direct"] as const) {
    await using scratch = new Scratch();
    await using executor = new QCGPJExecutor({ wd: scratch.path, launcher, durability: "memory" });
    const future = executor.submit({ name: "bad", execution: failing });
    await future.result();
    const { stdoutTail, stderrTail, tailProblem } = future.info()["bad"]!;
    assertEquals([stdoutTail, stderrTail, tailProblem], ["words\n", "complaint\n", undefined]);
  }
});

Deno.test("Without permission to write there is no end, and info() says so", async () => {
  await using scratch = new Scratch();
  const mod = new URL("../../mod.ts", import.meta.url);
  const program = `import { QCGPJExecutor } from "${mod}";
await using executor = new QCGPJExecutor({ wd: ".", durability: "memory" });
const future = executor.submit({ name: "bad", execution: { exec: "ls", args: ["/nowhere"] } });
await future.result();
console.log(JSON.stringify(future.info().bad));
`;
  Deno.writeTextFileSync(`${scratch.path}/p.ts`, program);
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const args = ["run", "--allow-run=ls", `--allow-read=${scratch.path}`, "--no-check", "--config", config, "p.ts"];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: scratch.path, stderr: "null" }).output();
  const { state, stderrTail, tailProblem } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals([state, stderrTail], ["FAILED", undefined]);
  assertStringIncludes(tailProblem, "what it said was not kept: it can be written nowhere");
});

Deno.test("The ends are in summary, report, events and logs, and survive a resume; --tail-bytes says how much", async () => {
  await using scratch = new Scratch();
  const { path: cwd } = scratch;
  writeJobs(scratch, "jobs.json", [
    { name: "bad", execution: failing },
    { name: "it", iteration: { stop: 1 }, execution: failing },
    { name: "good", execution: { exec: "echo", args: ["fine"] } },
  ]);
  const { err } = await call(["run", "jobs.json"], { cwd });
  assertStringIncludes(err, "complaint");
  const records = findRecords(cwd);
  const report = () =>
    Deno.readTextFileSync(`${records}/jobs.report`).trim().split("\n").map((line) => JSON.parse(line)).map(
      ({ name, messages, stdoutTail, stderrTail }) => [name, messages, stdoutTail, stderrTail],
    ).toSorted();
  const expected = [
    ["bad", "exit code 3", "words\n", "complaint\n"],
    ["good", undefined, undefined, undefined],
    ["it", "it:0: exit code 3", undefined, undefined],
    ["it:0", "exit code 3", "words\n", "complaint\n"],
  ];
  assertEquals(report(), expected);
  const logs = await call(["logs", "bad"], { cwd });
  assertEquals([logs.code, logs.out], [0, "words\n"]);
  assertStringIncludes(logs.err, "complaint\n");
  assertStringIncludes((await call(["failures"], { cwd })).out, "    complaint\n");
  assertStringIncludes((await call(["show", "it:0"], { cwd })).out, "stderr:\n  | complaint\n");
  assertEquals((await call(["run", "--resume", "."], { cwd })).code, 1);
  assertEquals(report(), expected);
  const submit = `${JSON.stringify({ request: "submit", jobs: [{ name: "b", execution: failing }] })}\n`;
  const told = (await call(["run", "-", "--events", "--tail-bytes", "4"], { cwd, input: submit })).out.split("\n");
  const end = JSON.parse(told.find((line) => line.includes("jobFinished"))!);
  assertEquals([end.stdoutTail, end.stderrTail], ["rds\n", "int\n"]);
  const none = (await call(["run", "-", "--events", "--tail-bytes", "0"], { cwd, input: submit })).out;
  assertEquals(none.includes("stdoutTail"), false);
});

Deno.test("Two tasks that write one file are a warning of validate, of the log and of the summary", async () => {
  await using scratch = new Scratch();
  const { path: cwd } = scratch;
  const echo = (text: string, stdout: unknown) => ({ exec: "echo", args: [text], stdout });
  writeJobs(scratch, "jobs.json", [
    { name: "a", execution: echo("a", "out") },
    { name: "b", execution: echo("b", "out") },
    { name: "c", execution: echo("c", { path: "log", append: true }) },
    { name: "d", execution: echo("d", { path: "log", append: true }) },
  ]);
  const words = 'tasks "a" and "b" both write "out"';
  const { code, out } = await call(["validate", "jobs.json"], { cwd });
  assertEquals(code, 0);
  assertEquals(out.split("\n").length, 2);
  assertStringIncludes(out, `warning: [0].jobs[1].execution.stdout is shared: ${words}`);
  const { err } = await call(["run", "jobs.json"], { cwd });
  assertStringIncludes(err, `warning: ${words}`);
  assertStringIncludes(Deno.readTextFileSync(`${findRecords(cwd)}/service.log`), words);
  assertEquals(Deno.readTextFileSync(`${cwd}/log`).split("\n").toSorted(), ["", "c", "d"]);
});
