/**
 * Where we differ from QCG-PilotJob on purpose: what no other test proves, that each difference has a test, and that
 * the document lists them all.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { submitVariablesAt } from "../../src/job/variables.ts";
import { call, readReport, readStates, start, untilStarted, writeJobs } from "./support/command_line.ts";
import { differences, formatDifferences, furtherDifferences } from "./support/differences.ts";
import { until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

const project = new URL("../..", import.meta.url).pathname;

Deno.test("Each difference from QCG-PilotJob has a test", () => {
  const texts = [...testFiles(`${project}tests`)].map((path) => Deno.readTextFileSync(path)).join("\n");
  const missing = [...differences, ...furtherDifferences].filter(({ test }) =>
    !['"', "`"].some((quote) => texts.includes(quote + test))
  );
  assertEquals(missing.map(({ test }) => test), []);
});

Deno.test("docs/MIGRATION.md lists the differences from QCG-PilotJob", () => {
  // How wide the columns are is the formatter's business.
  const plain = (text: string) => text.replaceAll(/-{3,}/g, "---").replaceAll(/ +/g, " ");
  assertStringIncludes(plain(Deno.readTextFileSync(`${project}docs/MIGRATION.md`)), plain(formatDifferences()));
});

Deno.test("docs/MIGRATION.md tells no further difference than those that have a test", () => {
  const [, told] = Deno.readTextFileSync(`${project}docs/MIGRATION.md`).split("\nDifferent too:\n\n");
  const paragraphs = told!.split("\n\n")[0]!.split(/^- /m).slice(1);
  const unproven = paragraphs.filter((text) => !furtherDifferences.some(({ begins }) => text.startsWith(begins)));
  assertEquals(unproven, []);
  assertEquals(paragraphs.length, furtherDifferences.length);
});

Deno.test("qcgpj service stops a task whose wall time is over, and reports it as failed", async () => {
  await using scratch = new Scratch();
  const job = { name: "long", execution: { exec: "sleep", args: ["600"] }, resources: { numCores: 1, wt: "1s" } };
  writeJobs(scratch, "jobs.json", [job]);
  assertEquals((await call(["service", "--file-path", "jobs.json"], { cwd: scratch.path })).code, 0);
  const [record] = readReport(scratch.path);
  assertEquals([record!.state, record!.runtime["exit_code"]], ["FAILED", "-15"]);
  assert(record!.messages!.includes("time limit"), record!.messages);
});

Deno.test("qcgpj service lets a job run after one iteration of another", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [
    { name: "it", iteration: { stop: 3 }, execution: { exec: "test", args: ["${it}", "=", "1"] } },
    { name: "good", execution: { exec: "true" }, dependencies: { after: ["it:1"] } },
    { name: "bad", execution: { exec: "true" }, dependencies: { after: ["it:2"] } },
  ]);
  assertEquals((await call(["service", "--file-path", "jobs.json"], { cwd: scratch.path })).code, 0);
  const { good, bad } = readStates(scratch.path);
  assertEquals([good, bad], ["SUCCEED", "OMITTED"]);
});

Deno.test("qcgpj service omits and reports every iteration of a job that can never run", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [
    { name: "bad", execution: { exec: "false" } },
    { name: "it", iteration: { stop: 2 }, execution: { exec: "true" }, dependencies: { after: ["bad"] } },
  ]);
  assertEquals((await call(["service", "--file-path", "jobs.json"], { cwd: scratch.path })).code, 0);
  assertEquals(readStates(scratch.path), { bad: "FAILED", "it:0": "OMITTED", "it:1": "OMITTED", it: "OMITTED" });
});

Deno.test("qcgpj run --resume runs just the iterations that had not ended, of values too", async () => {
  await using scratch = new Scratch();
  const script = "echo $0 >> ran; test $0 != slow -o -e gate || { echo > started-slow; exec sleep 600; }";
  const execution = { exec: "bash", args: ["-c", script, "${itval}"], wd: scratch.path };
  writeJobs(scratch, "jobs.json", [{ name: "it", iteration: { values: ["a", "slow", "b"] }, execution }]);
  const running = start(["run", "jobs.json", "--nodes", "2"], { cwd: scratch.path });
  await untilStarted(scratch, "slow");
  await until(() => readReport(scratch.path).length === 2, "the two others are on record");
  running.signal("SIGINT");
  await running.ended;
  scratch.write("gate", "");
  assertEquals((await call(["run", "--resume", "."], { cwd: scratch.path })).code, 0);
  assertEquals(scratch.read("ran").trimEnd().split("\n").toSorted(), ["a", "b", "slow", "slow"]);
});

Deno.test("qcgpj service: no input, missing folders, no interpreter line, children left behind, names twice", async () => {
  await using scratch = new Scratch();
  scratch.write("plain", "echo plain\n", 0o755);
  writeJobs(scratch, "jobs.json", [
    { name: "input", execution: { exec: "cat", stdout: "input.out" } },
    { name: "deep", execution: { exec: "echo", args: ["deep"], stdout: "a/b/deep.out" } },
    { name: "plain", execution: { exec: "./plain", stdout: "plain.out" } },
    { name: "parent", execution: { exec: "sh", args: ["-c", "sleep 600 & echo $! > pid"] } },
    { name: "after", execution: { exec: "true" }, dependencies: { after: ["deep", "plain", "deep"] } },
  ]);
  const { code } = await call(["service", "--file-path", "jobs.json"], { cwd: scratch.path, input: "not for tasks" });
  assertEquals(code, 0);
  assertEquals([...new Set(Object.values(readStates(scratch.path)))], ["SUCCEED"]);
  assertEquals(["input.out", "a/b/deep.out", "plain.out"].map((name) => scratch.read(name)), ["", "deep\n", "plain\n"]);
  assertThrows(() => Deno.statSync(`/proc/${scratch.read("pid").trim()}`), Deno.errors.NotFound);
  const after = readReport(scratch.path).find(({ name }) => name === "after") as { readonly dependencies?: object };
  assertEquals(after.dependencies, { after: ["deep", "plain"] });
});

Deno.test("submitVariablesAt() tells date and time apart, in local time", () => {
  const at = Date.UTC(2026, 0, 31, 23, 34, 56, 999);
  const { date, time, dateTime, rcnt } = submitVariablesAt(at, 60, 7, "u");
  assertEquals([date, time, dateTime, rcnt], ["2026-02-01", "00:34:56", "2026-02-01 00:34:56", "7"]);
});

function* testFiles(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* testFiles(`${folder}/${name}`);
    else if (name.endsWith("_test.ts")) yield `${folder}/${name}`;
  }
}
