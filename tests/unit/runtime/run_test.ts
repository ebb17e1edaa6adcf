/** The run over ports in memory: when its records are begun, what stands in them, how it is resumed and ends. */
import { lastHeader } from "../../../src/journal/replay/last_header.ts";
import { assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import type { Event } from "../../../src/core/types.ts";
import { JournalError } from "../../../src/errors.ts";
import { InvariantError } from "../../../src/base/assert.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { epochMs, quiet } from "../../sim/virtual_clock.ts";
import { readJob } from "../../traces/words.ts";
import { folder, MemoryDisk, RunHarness } from "./run_harness.ts";

const reported = (harness: RunHarness): string[] => {
  return harness.text("jobs.report").trim().split("\n").map((line) => JSON.parse(line).name);
};
const started = new Date(epochMs).toISOString().slice(0, 19).replace("T", " ");

const runTimesPath = `/wd/rtimes_here_${started.replaceAll(/[ :]/g, "-")}_7.log`;

Deno.test("Run names itself by host and chance, and its folder by its name", () => {
  const { run } = new RunHarness();
  assertEquals(run.facts.instanceId, "here.1");
  assertEquals(run.folderPath, folder);
  assertEquals(new RunHarness({ instanceId: "mine" }).run.folderPath, "/wd/.qcgpjm-service-mine");
});

Deno.test("Run writes nothing, starts nothing and asks for nothing before the first job", async () => {
  const harness = new RunHarness();
  await harness.release();
  assertEquals(harness.notes, []);
  assertEquals(harness.disk.texts.size, 0);
});

Deno.test("Run.open() begins the journal, then the log and the report, once", () => {
  const { run, notes } = new RunHarness();
  run.open();
  run.open();
  assertEquals(notes, [`require ${folder}`, "begin", "open log", "open job report"]);
});

Deno.test("Run.warn() tells the user at once, and the log as soon as there is one", () => {
  const harness = new RunHarness({ warnings: ["--net has no effect"] });
  assertEquals(harness.notes, ["warn --net has no effect"]);
  harness.run.open();
  harness.run.warn("again");
  assertEquals(harness.notes.at(-1), "warn again");
  const log = harness.text("service.log").split("\n").filter((line) => /no effect|again/.test(line));
  assertEquals(log.map((line) => line.replace(/^[^:]*:[^:]*:[^ ]* /, "")), ["--net has no effect", "again"]);
});

Deno.test("Run keeps no records with the durability memory, and runs its jobs all the same", async () => {
  const harness = new RunHarness({ durability: "memory" });
  await harness.submit("a");
  await harness.finish("a");
  await harness.release();
  assertEquals(harness.run.statistics.jobs.finished, 1);
  assertEquals(harness.disk.texts.size, 0);
  assertEquals(harness.notes, ["launcher 0000000000000001 undefined", "launch a", "close"]);
});

Deno.test("Run records what happens: journal, log, report and final status", async () => {
  const harness = new RunHarness({ tags: ["night"] });
  await harness.submit("a", "b after=a");
  await harness.finish("a", "3");
  await harness.release();
  const kinds = ["jobSubmitted", "jobSubmitted", "taskScheduled", "taskStarted", "taskEnded", "jobEnded"];
  assertEquals(harness.disk.events().map(({ kind }) => kind), [...kinds, "tasksDropped", "jobEnded", "pilotDrained"]);
  const records = harness.text("jobs.report").trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(records.map(({ name, state }) => `${name} ${state}`), ["a FAILED", "b OMITTED"]);
  const log = harness.text("service.log");
  assertEquals(log.includes(`started ${started}`) && log.includes("@ here (with tags here.1,night)"), true, log);
  assertEquals(log.includes("job a FAILED: exit code 3"), true, log);
  assertEquals(JSON.parse(harness.text("final_status.json")).JobStats.FailedJobs, 2);
  assertEquals(harness.notes.slice(-4), ["close", "close journal", "close job report", "close log"]);
});

Deno.test("Run writes the run times of tasks beside its folder, when it is asked to", async () => {
  const harness = new RunHarness({ runTimes: true });
  await harness.submit("a");
  await harness.finish("a");
  await harness.release();
  assertEquals(Object.keys(JSON.parse(harness.disk.texts.get(runTimesPath)!).rt), ["a"]);
});

Deno.test("Run.open() throws what keeps the journal from being begun, and a later call tries again", () => {
  const { run, disk, notes } = new RunHarness();
  disk.failures.set(folder, new JournalError("no space", { path: folder }));
  assertThrows(() => run.open(), JournalError, "no space");
  disk.failures.clear();
  run.open();
  assertEquals(notes.slice(-3), ["begin", "open log", "open job report"]);
});

const noSpace = (what: string, path: string) =>
  new JournalError(`Cannot write the ${what} ${path}: no space`, { path });
const reportPath = `${folder}/jobs.report`;
const logPath = `${folder}/service.log`;

Deno.test("Run goes on without a report that cannot be opened, and writes all of it when it can", async () => {
  const harness = new RunHarness();
  harness.disk.failures.set(reportPath, noSpace("job report", reportPath));
  await harness.submit("a", "b");
  await harness.finish("a");
  assertEquals(harness.warnings.length, 1);
  assertStringIncludes(harness.warnings[0]!, "no space; the jobs go on, and what is missing is written when");
  assertStringIncludes(harness.text("service.log"), harness.warnings[0]!);
  harness.disk.failures.clear();
  await harness.clock.advanceTo(epochMs + 1000);
  await harness.finish("b");
  assertEquals(reported(harness), ["a", "b"]);
  await harness.release();
  assertEquals([harness.run.areRecordsWhole, harness.warnings.length], [true, 1]);
});

Deno.test("Run tells at the end what a report lacks that could never be written", async () => {
  const harness = new RunHarness();
  await harness.submit("a", "b", "c");
  await harness.finish("a");
  harness.disk.failures.set(reportPath, noSpace("job report", reportPath));
  await harness.finish("b");
  await harness.finish("c", "1");
  await harness.release();
  assertEquals(harness.run.areRecordsWhole, false);
  assertEquals(reported(harness), ["a"]);
  assertEquals(harness.warnings.length, 2);
  const words = `no space; at the end it lacks 2 records, which the journal has: qcgpj journal report '${folder}'`;
  assertStringIncludes(harness.warnings[1]!, words);
  assertStringIncludes(harness.text("service.log"), words);
});

Deno.test("Run writes a report from the journal at the end when more is missing than could be kept", async () => {
  const harness = new RunHarness();
  await harness.submit("busy cores=2", "many x60000", "late cores=2");
  harness.disk.failures.set(reportPath, noSpace("job report", reportPath));
  harness.run.pilot.cancel({ kind: "job", job: 1 });
  await harness.finish("busy");
  harness.disk.failures.clear();
  await harness.finish("late");
  await harness.release();
  assertEquals([harness.run.areRecordsWhole, harness.notes.includes("rewrite job report")], [true, true]);
  const records = reported(harness);
  assertEquals([records.length, records[0], records.at(-1)], [60_003, "many:0", "late"]);
});

Deno.test("Run goes on without a log that cannot be written, and tells the user what it lacks", async () => {
  const harness = new RunHarness();
  harness.disk.failures.set(logPath, noSpace("log", logPath));
  await harness.submit("a");
  await harness.finish("a");
  await harness.release();
  assertEquals(reported(harness), ["a"]);
  assertEquals(harness.run.areRecordsWhole, true);
  const [first, last] = harness.warnings;
  assertStringIncludes(first!, "Cannot write the log");
  assertMatch(last!, /no space; at the end it lacks \d+ messages$/);
  assertEquals(harness.warnings.length, 2);
});

Deno.test("Run leaves a reader out that fails, tells it once to the user and the log, and tells the others on", async () => {
  let calls = 0;
  const heard: string[] = [];
  const apply = () => {
    if (++calls === 2) throw new TypeError("cannot read that");
  };
  const readers = { broken: { apply }, good: { apply: (event: Event) => void heard.push(event.kind) } };
  const harness = new RunHarness({ readers });
  await harness.submit("a");
  await harness.finish("a");
  await harness.release();
  assertEquals(calls, 2);
  const told = 'The reader of events "broken" failed and is told nothing any more; the jobs go on: cannot read that';
  assertEquals(harness.warnings, [told]);
  assertEquals(harness.text("service.log").split(told).length, 2);
  assertEquals(heard, harness.disk.events().map(({ kind }) => kind));
});

Deno.test("Run ends well when the final status and the run times cannot be written, and says so", async () => {
  const harness = new RunHarness({ runTimes: true });
  await harness.submit("a");
  await harness.finish("a");
  harness.disk.failures.set(
    `${folder}/final_status.json`,
    new JournalError("no room for the status", { path: folder }),
  );
  harness.disk.failures.set(runTimesPath, new JournalError("no room for the times", { path: "/wd" }));
  await harness.release();
  assertEquals(harness.warnings, ["no room for the times", "no room for the status"]);
});

Deno.test("Run breaks when its journal cannot be appended to", async () => {
  const harness = new RunHarness();
  harness.run.open();
  harness.disk.failures.set(folder, new JournalError("disk full", { path: folder }));
  await harness.submit("a");
  await assertRejects(() => harness.release(), JournalError, "disk full");
  assertEquals(harness.notes.includes("close journal"), true);
});

Deno.test("Run takes a job whose records are not open for a bug of ours", async () => {
  const { run } = new RunHarness();
  run.pilot.submit([readJob("a")]);
  await assertRejects(() => run.pilot.stopped, InvariantError, "must be open");
});

Deno.test("Run.suspend() keeps what ends later out of the records", async () => {
  const harness = new RunHarness();
  await harness.submit("a", "b");
  await harness.finish("a");
  harness.run.suspend();
  await harness.finish("b");
  await harness.release();
  const ended = harness.disk.events().filter(({ kind }) => kind === "taskEnded");
  assertEquals(ended.length, 1);
  assertEquals(harness.text("jobs.report").split("\n").length, 2);
});

Deno.test("Run goes on with an earlier run: its id, its folder, and what has not ended", async () => {
  const first = new RunHarness();
  await first.submit("a", "b");
  await first.finish("a");
  const second = new RunHarness({ resume: folder, instanceId: "other" }, first.disk);
  first.notes.length = 0;
  await quiet();
  assertEquals(second.run.folderPath, folder);
  assertEquals(second.run.resumed?.report.records !== 0, true);
  assertEquals(second.notes, ["launcher 0000000000000001 undefined", "reclaim 0000000000000001", "launch b"]);
  assertEquals(second.run.statistics.jobs.finished, 1);
  await second.finish("b");
  await second.release();
  const ends = second.disk.events().flatMap((event) => event.kind === "jobEnded" ? [event.job] : []);
  assertEquals(ends, [0, 1]);
});

Deno.test("Run goes on with other nodes than the earlier run had: nodes of the past are known by their names", async () => {
  const options = { graceMs: 1000, rootWd: "/wd", environmentSchema: "common" } as const;
  const first = new RunHarness({ pilot: { ...options, nodes: parseNodeSpec("a:1,b:1") } });
  await first.submit("x", "y");
  first.run.pilot.nodeSink.lost(0, "it is silent");
  await first.finish("y");
  const pilot = { ...options, nodes: parseNodeSpec("b:2,c:1"), absentNodes: [1] };
  const second = new RunHarness({ pilot, resume: folder }, first.disk);
  await second.submit("z cores=3");
  const { ledger, resources } = second.run.pilot;
  assertEquals(resources, { nodes: 1, cores: 2, freeCores: 2 });
  assertEquals([0, 1].map((task) => ledger.task(task).allocation!.nodes[0]!.name), ["a", "b"]);
  assertEquals(ledger.task(0).reason, "node a was lost: it is silent");
  second.run.pilot.nodeSink.ready(1);
  await quiet();
  await second.finish("z");
  const nodes = ledger.task(2).allocation!.nodes;
  assertEquals(nodes.map(({ name, cores }) => [name, cores.length]), [["b", 2], ["c", 1]]);
});

Deno.test("Run writes a report anew that lacks a record of the journal before it adds to it", async () => {
  const first = new RunHarness();
  await first.submit("a x2");
  await first.finish("a:0");
  await first.finish("a:1", "1");
  await first.release();
  const whole = first.text("jobs.report");
  first.disk.texts.set(reportPath, whole.slice(0, whole.indexOf("\n") + 1));
  first.notes.length = 0;
  const second = new RunHarness({ resume: folder }, first.disk);
  await second.release();
  assertEquals(first.notes.slice(0, 4), [`require ${folder}`, "rewrite job report", "open log", "open job report"]);
  assertEquals(second.text("jobs.report"), whole);
  assertEquals(second.notes, [], "Nothing was running, so nothing is to be ended");
});

Deno.test("Run refuses to go on where there is no run", () => {
  assertThrows(
    () => new RunHarness({ resume: "nowhere" }, new MemoryDisk([])),
    JournalError,
    "no run in /home/nowhere",
  );
});

Deno.test("Run.submitVariables() tells the number of the submit and a fresh id", () => {
  const { rcnt, uniq } = new RunHarness().run.submitVariables(9);
  assertEquals([rcnt, uniq], ["9", "a-uuid"]);
});

Deno.test("Run goes on with a copy as a run of its own: it says so, and ends nothing of the other run's", async () => {
  const first = new RunHarness();
  await first.submit("a");
  first.disk.identity = { copyOf: { runId: "0000000000000001", path: "/elsewhere/journal" } };
  const second = new RunHarness({ resume: folder, instanceId: "copy" }, first.disk, "2");
  await quiet();
  assertEquals(second.notes, [
    `warn The records in ${folder} are a copy of those of the run 0000000000000001 in /elsewhere/journal: they go on ` +
    "as a run of their own, which leaves what may still run of the other one alone",
    "launcher 0000000000000002 undefined",
    "launch a",
  ]);
  await second.finish("a");
  await second.release();
  first.disk.identity = undefined;
  assertEquals(lastHeader(first.disk.journals.get(folder)!)!.runId, "0000000000000002");
});
