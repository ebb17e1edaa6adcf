import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ExecutorClosedError, JobDescriptionError } from "../../../src/errors.ts";
import { quiet } from "../../sim/virtual_clock.ts";
import { PilotHarness, stateOf } from "./pilot_harness.ts";

Deno.test("Pilot.submit() throws before anything is queued", async () => {
  const stage = new PilotHarness();
  assertThrows(() => stage.submit("A", "B cores=9"), JobDescriptionError, "9 cores");
  await quiet();
  assertEquals([stage.takeNotes(), stage.pilot.openJobs], [[], 0]);
});

Deno.test("Pilot.submit() is refused after drain() and after the pilot broke, with the cause", async () => {
  const stage = new PilotHarness();
  stage.submit("A");
  stage.pilot.drain();
  assertThrows(() => stage.submit("B"), ExecutorClosedError, "shut down");
  await stage.run("A");
  const broken = new PilotHarness();
  const cause = new Error("disk full");
  broken.pilot.abandon(cause);
  const error = assertThrows(() => broken.submit("A"), ExecutorClosedError, "broke");
  assertEquals(error.cause, cause);
});

Deno.test("Pilot.idle() resolves when no job is open, also those submitted meanwhile", async () => {
  const stage = new PilotHarness();
  await stage.pilot.idle();
  stage.submit("A");
  const idle = stage.pilot.idle();
  await stage.start("A");
  stage.submit("B");
  await stage.exit("A");
  assertEquals([await stateOf(idle), stage.pilot.openJobs], ["open", 1]);
  await stage.run("B");
  await idle;
});

Deno.test("Pilot.watch() tells the ends of tasks and of the job, until it is called off", async () => {
  const stage = new PilotHarness();
  stage.submit("A x3", "B");
  const seen: string[] = [];
  const off = stage.pilot.watch(0, { seen: (event) => seen.push(event.kind), broken: () => seen.push("broken") });
  await stage.run("A:0", "B");
  assertEquals(seen, ["taskEnded"]);
  stage.pilot.cancel({ kind: "job", job: 0, offset: 1 });
  await stage.run("A:1");
  off();
  await stage.run("A:2");
  assertEquals(seen, ["taskEnded", "taskEnded"]);
});

Deno.test("Pilot.nodeSink.lost() fails what ran there and what can never fit again", async () => {
  const stage = new PilotHarness({ spec: "a:1,b:2" });
  const future = stage.submit("A", "B cores=2", "C cores=3");
  await stage.start("A", "B");
  stage.pilot.nodeSink.lost(1, "its agent went silent");
  await quiet();
  assertEquals(future.states(), { A: "EXECUTING", B: "FAILED", C: "FAILED" });
  assertEquals(future.info()["B"]!.reason, "node b was lost: its agent went silent");
  assertEquals(stage.manager.resources(), { total_nodes: 1, total_cores: 1, used_cores: 1, free_cores: 0 });
  await stage.exit("A");
  assertEquals(await future.result(), { A: "SUCCEED", B: "FAILED", C: "FAILED" });
});

Deno.test("Pilot plans launches with a tag that no other launch has, and tasks are told it as their step id", async () => {
  const stage = new PilotHarness();
  stage.submit("A x2 retry=1");
  await stage.start("A:0", "A:1");
  const ids = () => ["A:0", "A:1"].map((name) => stage.launcher.launched.get(name)!.plan.tag);
  const first = ids();
  await stage.exit("A:0", "1");
  assertEquals(new Set([...first, ...ids()]).size, 3);
  assertEquals(first.every((id) => /^[0-9a-f]{32}$/.test(id)), true);
  assertEquals(stage.launcher.launched.get("A:1")!.plan.env.own["QCG_PM_STEP_ID"], ids()[1]);
});

Deno.test("Pilot.abandon() tells everybody once, and idle() rejects", async () => {
  const stage = new PilotHarness();
  stage.submit("A");
  const causes: unknown[] = [];
  stage.pilot.watch(0, { seen: () => {}, broken: (error) => causes.push(error) });
  const idle = stage.pilot.idle();
  stage.pilot.abandon("enough");
  stage.pilot.abandon("more than enough");
  assertEquals(await idle.catch((error) => error), "enough");
  assertEquals(causes, ["enough"]);
  await assertRejects(() => stage.pilot.idle());
});

Deno.test("Pilot tells of an attempt while the ledger knows how it ended, though the next one is scheduled at once", async () => {
  const stage = new PilotHarness();
  const heard: (readonly [string, string | undefined, number])[] = [];
  stage.hub.add("entries", {
    apply: ({ kind }, ledger) => {
      const { reason, attempts } = ledger.task(0);
      heard.push([kind, reason, attempts]);
    },
  });
  stage.submit("A retry=1");
  await stage.start("A");
  heard.length = 0;
  await stage.exit("A", "3");
  assertEquals(heard, [["attemptEnded", "exit code 3", 1], ["taskScheduled", undefined, 2]]);
});
