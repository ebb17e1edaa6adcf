/** The run over ports in memory: when its records are begun, what stands in them, how it is resumed and ends. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { JournalError } from "../../../src/errors.ts";
import { InvariantError } from "../../../src/base/assert.ts";
import { epochMs, quiet } from "../../sim/virtual_clock.ts";
import { readJob } from "../../traces/words.ts";
import { folder, MemoryDisk, RunHarness } from "./run_harness.ts";

const started = new Date(epochMs).toISOString().slice(0, 19).replace("T", " ");

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
  assertEquals(harness.notes.slice(-4), ["close", "close journal", "close log", "close job report"]);
});

Deno.test("Run writes the run times of tasks beside its folder, when it is asked to", async () => {
  const harness = new RunHarness({ runTimes: true });
  await harness.submit("a");
  await harness.finish("a");
  await harness.release();
  const name = `rtimes_here_${started.replaceAll(/[ :]/g, "-")}_7.log`;
  assertEquals(Object.keys(JSON.parse(harness.disk.texts.get(`/wd/${name}`)!).rt), ["a"]);
});

Deno.test("Run.open() throws what keeps the journal from being begun, and a later call tries again", () => {
  const { run, disk, notes } = new RunHarness();
  disk.failures.set(folder, new JournalError("no space", { path: folder }));
  assertThrows(() => run.open(), JournalError, "no space");
  disk.failures.clear();
  run.open();
  assertEquals(notes.slice(-3), ["begin", "open log", "open job report"]);
});

Deno.test("Run.open() gives the log back when the report cannot be opened", () => {
  const { run, disk, notes } = new RunHarness();
  disk.failures.set(`${folder}/jobs.report`, new JournalError("a folder", { path: "jobs.report" }));
  assertThrows(() => run.open(), JournalError, "a folder");
  assertEquals(notes.slice(-3), ["open log", "open job report", "close log"]);
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
  assertEquals(second.run.resumed?.records !== 0, true);
  assertEquals(second.notes, ["end earlier 0000000000000001", "launcher 0000000000000001 undefined", "launch b"]);
  assertEquals(second.run.statistics.jobs.finished, 1);
  await second.finish("b");
  await second.release();
  const ends = second.disk.events().flatMap((event) => event.kind === "jobEnded" ? [event.job] : []);
  assertEquals(ends, [0, 1]);
});

Deno.test("Run has the report repaired to the records of the journal before it adds to it", async () => {
  const first = new RunHarness();
  await first.submit("a x2");
  await first.finish("a:0");
  await first.finish("a:1", "1");
  await first.release();
  first.notes.length = 0;
  const second = new RunHarness({ resume: folder }, first.disk);
  await second.release();
  assertEquals(first.notes.slice(0, 4), [
    `require ${folder}`,
    `repair ${folder}/jobs.report to 3`,
    "open log",
    "open job report",
  ]);
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
