import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { UnknownJobError } from "../../../src/errors.ts";
import type { QCGPJFuture } from "../../../src/api/future.ts";
import { epochMs, quiet } from "../../sim/virtual_clock.ts";
import { PilotHarness, stateOf } from "../runtime/pilot_harness.ts";

Deno.test("QCGPJFuture.result() resolves with the states of all jobs of the submit, failed ones too", async () => {
  const stage = new PilotHarness();
  const future = stage.submit("A", "B", "C after=B");
  assertEquals([...future.jobNames], ["A", "B", "C"]);
  await stage.run("A");
  assertEquals([future.done(), future.running(), await stateOf(future.result())], [false, true, "open"]);
  await stage.start("B");
  await stage.exit("B", "7");
  assertEquals([future.done(), future.running()], [true, false]);
  assertEquals(await future.result(), { A: "SUCCEED", B: "FAILED", C: "OMITTED" });
  assertEquals(await future.result(), future.states());
});

Deno.test("QCGPJFuture.result() times out with a TimeoutError and leaves the job alone", async () => {
  const stage = new PilotHarness();
  const future = stage.submit("A");
  await stage.start("A");
  const waiting = future.result({ timeoutMs: 100 });
  waiting.catch(() => {});
  await stage.clock.advanceTo(epochMs + 100);
  const error = await assertRejects(() => waiting, DOMException, 'Timed out after 100 ms waiting for job "A"');
  assertEquals(error.name, "TimeoutError");
  assertEquals(future.states(), { A: "EXECUTING" });
  assertEquals(
    await future.result({ signal: AbortSignal.abort("never mind") }).catch((reason) => reason),
    "never mind",
  );
  await stage.exit("A");
  assertEquals(await future.result({ timeoutMs: 0 }), { A: "SUCCEED" });
});

Deno.test("QCGPJFuture.states() passes through QUEUED, SCHEDULED, EXECUTING; an iterative job stays QUEUED", async () => {
  const stage = new PilotHarness();
  const future = stage.submit("A", "I x2");
  assertEquals(future.states(), { A: "QUEUED", I: "QUEUED" });
  await quiet();
  assertEquals(future.states(), { A: "SCHEDULED", I: "QUEUED" });
  await stage.start("A", "I:0", "I:1");
  assertEquals(future.states(), { A: "EXECUTING", I: "QUEUED" });
  await stage.exit("A");
  await stage.exit("I:0");
  assertEquals(future.states(), { A: "SUCCEED", I: "QUEUED" });
  await stage.exit("I:1", "1");
  assertEquals(await future.result(), { A: "SUCCEED", I: "FAILED" });
});

Deno.test("QCGPJFuture.cancel() stops what has not ended, and says whether there was anything", async () => {
  const stage = new PilotHarness({ spec: "n0:1" });
  const future = stage.submit("A", "B", "C");
  await stage.run("A");
  await stage.start("B");
  stage.takeNotes();
  assertEquals([future.cancelled(), future.cancel(), future.cancelled()], [false, true, true]);
  await quiet();
  assertEquals(stage.takeNotes(), ["append stopRequested tasksDropped jobEnded", "SIGTERM B"]);
  await stage.exit("B", "SIGTERM");
  assertEquals(await future.result(), { A: "SUCCEED", B: "CANCELED", C: "CANCELED" });
  assertEquals(future.cancel(), false);
  const other = stage.submit("D");
  await stage.run("D");
  assertEquals([other.cancel(), other.cancelled()], [false, false]);
});

Deno.test("QCGPJFuture.cancel() before the first turn cancels what was never queued", async () => {
  const stage = new PilotHarness();
  const future = stage.submit("A");
  assert(future.cancel());
  assertEquals(await future.result(), { A: "CANCELED" });
  assertEquals(stage.launcher.launched.size, 0);
});

Deno.test("QCGPJFuture.info() tells times, nodes, exit, usage, paths and the reason", async () => {
  const stage = new PilotHarness({ spec: "a:2,b:2" });
  const [future] = [stage.submit("A cores=3", "B cores=4")];
  await quiet();
  await stage.clock.advanceTo(epochMs + 10);
  await stage.start("A");
  await stage.clock.advanceTo(epochMs + 30);
  await stage.exit("A", "SIGSEGV");
  const { A, B } = future.info();
  assertEquals(A, {
    name: "A",
    state: "FAILED",
    attempts: 1,
    pid: 100,
    cause: "signal",
    reason: "killed by signal SIGSEGV (11)",
    startedAtMs: epochMs + 10,
    endedAtMs: epochMs + 30,
    cpuMs: 12,
    peakKiB: 345,
    signal: "SIGSEGV",
    nodes: [{ name: "a", cores: ["0", "1"], gpus: [] }, { name: "b", cores: ["0"], gpus: [] }],
    queuedAtMs: epochMs,
    scheduledAtMs: epochMs,
    wd: "/wd",
  });
  assertEquals([B!.state, B!.attempts, B!.startedAtMs], ["SCHEDULED", 1, undefined]);
  assertEquals("exitCode" in B!, false);
});

Deno.test("QCGPJFuture.info() counts the iterations of an iterative job", async () => {
  const stage = new PilotHarness({ spec: "a:2" });
  const future = stage.submit("I x2..5");
  await stage.run("I:2");
  await stage.start("I:3");
  await stage.exit("I:3", "9");
  const { I } = future.info();
  assertEquals(I!.iterations, { start: 2, stop: 5, total: 3, finished: 2, failed: 1 });
  assertEquals([I!.state, I!.attempts, I!.reason], ["QUEUED", 3, "I:3: exit code 9"]);
});

Deno.test("QCGPJFuture keeps its result when its job is removed, and info() says that it was", async () => {
  const stage = new PilotHarness();
  const [future, iterative] = [stage.submit("A"), stage.submit("I x2")];
  await stage.run("A", "I:0", "I:1");
  assertEquals(stage.manager.remove(["A", "I"]), { removed: 2, errors: {} });
  await quiet();
  assertEquals([await future.result(), await iterative.result()], [{ A: "SUCCEED" }, { I: "SUCCEED" }]);
  assertEquals([future.states(), future.done(), future.cancel()], [{ A: "SUCCEED" }, true, false]);
  assertThrows(() => future.info(), UnknownJobError, "Job 'A' was removed");
});

Deno.test("QCGPJFuture.addDoneCallback() calls back once, in order, also when all is over", async () => {
  const stage = new PilotHarness();
  const future = stage.submit("A", "B");
  const calls: string[] = [];
  const note = (name: string) => (given: QCGPJFuture) => {
    assertStrictEquals(given, future);
    assert(given.done());
    calls.push(name);
  };
  future.addDoneCallback(note("first"));
  future.addDoneCallback(note("second"));
  await stage.run("A");
  assertEquals(calls, []);
  await stage.run("B");
  assertEquals(calls, ["first", "second"]);
  future.addDoneCallback(note("third"));
  assertEquals(calls.length, 2);
  await quiet();
  assertEquals(calls, ["first", "second", "third"]);
});

Deno.test("QCGPJFuture.addDoneCallback() tells of a callback that throws or rejects, and calls the others", async () => {
  const stage = new PilotHarness();
  const future = stage.submit("A", "B", "C", "D");
  const calls: string[] = [];
  future.addDoneCallback(() => {
    throw new Error("my bug");
  });
  future.addDoneCallback(() => Promise.reject(new Error("my late bug")));
  future.addDoneCallback(() => void calls.push("last"));
  for (const name of ["A", "B", "C", "D"]) await stage.run(name);
  await quiet();
  assertEquals(calls, ["last"]);
  assertEquals(stage.warnings.map((text) => text.split("\n")[0]), [
    'a callback at the end of jobs "A", "B", "C", … failed: Error: my bug',
    'a callback at the end of jobs "A", "B", "C", … failed: Error: my late bug',
  ]);
  assertEquals(await future.result(), { A: "SUCCEED", B: "SUCCEED", C: "SUCCEED", D: "SUCCEED" });
});

Deno.test("QCGPJFuture calls back and ends its iteration when the pilot breaks", async () => {
  const stage = new PilotHarness();
  const future = stage.submit("A x2");
  let calls = 0;
  future.addDoneCallback(() => calls++);
  const names: string[] = [];
  const reading = (async () => {
    for await (const { name } of future) names.push(name);
  })();
  reading.catch(() => {});
  await stage.run("A:0");
  stage.pilot.abandon(new Error("enough"));
  await assertRejects(() => reading, Error, "enough");
  assertEquals([names, calls, future.done(), future.cancel()], [["A:0"], 1, true, false]);
  await assertRejects(() => future.result(), Error, "enough");
});

Deno.test("for await over a QCGPJFuture gives each task once as it ends, earlier ones first", async () => {
  const stage = new PilotHarness();
  const future = stage.submit("A x4", "B after=A");
  await stage.run("A:2");
  const ends: string[] = [];
  const reading = (async () => {
    for await (const { name, state } of future) ends.push(`${name} ${state}`);
  })();
  await quiet();
  assertEquals(ends, ["A:2 SUCCEED"]);
  await stage.run("A:3");
  await stage.start("A:0", "A:1");
  await stage.exit("A:0", "1");
  assertEquals(ends, ["A:2 SUCCEED", "A:3 SUCCEED", "A:0 FAILED"]);
  await stage.exit("A:1");
  await reading;
  assertEquals(ends.slice(3), ["A:1 SUCCEED", "B OMITTED"]);
  const again: string[] = [];
  for await (const { name } of future) again.push(name);
  assertEquals(again, ["A:0", "A:1", "A:2", "A:3", "B"]);
});

Deno.test("Leaving the loop over a QCGPJFuture early leaves its tasks alone", async () => {
  const stage = new PilotHarness();
  const future = stage.submit("A x2");
  await stage.run("A:0");
  for await (const _task of future) break;
  stage.takeNotes();
  await stage.run("A:1");
  assertEquals(stage.takeNotes().filter((note) => note.startsWith("SIG")), []);
  assertEquals(await future.result(), { A: "SUCCEED" });
});

Deno.test("for await over a QCGPJFuture takes any number of tasks that are dropped at once", async () => {
  const stage = new PilotHarness();
  const future = stage.submit("A", "I x300000 after=A");
  let count = 0;
  const reading = (async () => {
    for await (const { state } of future) if (state === "CANCELED") count++;
  })();
  await quiet();
  stage.manager.cancel("I");
  await stage.run("A");
  await reading;
  assertEquals([count, stage.pilot.failure], [300_000, undefined]);
});

Deno.test("for await over a QCGPJFuture says so when the job was removed", async () => {
  const stage = new PilotHarness();
  const future = stage.submit("A");
  await stage.run("A");
  stage.manager.remove("A");
  await quiet();
  await assertRejects(() => Array.fromAsync(future), UnknownJobError, "was removed");
});

Deno.test("console.log() of a QCGPJFuture shows its jobs and their states", async () => {
  const stage = new PilotHarness();
  const future = stage.submit("A", "B after=A", "I x3");
  const shown = () => Deno.inspect(future, { colors: false });
  assertEquals(shown(), 'QCGPJFuture { A: "QUEUED", B: "QUEUED", I: "QUEUED" }');
  await stage.start("A");
  await stage.exit("A", "1");
  assertEquals(shown(), 'QCGPJFuture { A: "FAILED", B: "OMITTED", I: "QUEUED" }');
  assertEquals(Deno.inspect([future], { colors: false }).includes('A: "FAILED"'), true);
  stage.manager.remove("A");
  await quiet();
  stage.pilot.abandon(new Error("enough"));
  await quiet();
  assertEquals(shown(), 'QCGPJFuture { A: "FAILED", B: "OMITTED", I: "QUEUED" } (the executor broke)');
  assertEquals(Deno.inspect(Object.getPrototypeOf(future)), "QCGPJFuture {}");
});

Deno.test("console.log() of a QCGPJFuture with many jobs shows ten, and counts the others", async () => {
  const stage = new PilotHarness({ spec: "n0:1" });
  const future = stage.submit(...Array.from({ length: 10_000 }, (_, i) => `J${i}`));
  await stage.run("J0");
  const shown = Deno.inspect(future, { colors: false });
  assertEquals(shown.match(/J\d+/g), Array.from({ length: 10 }, (_, i) => `J${i}`));
  assertEquals(shown.endsWith("} and 9990 more jobs; 9999 of 10000 have not ended"), true);
});

Deno.test("QCGPJFuture.accepted() resolves when its jobs are on record, and waits for no later ones", async () => {
  const stage = new PilotHarness();
  stage.journal.held = [];
  const first = stage.submit("A");
  await quiet();
  const second = stage.submit("B");
  assertEquals([await stateOf(first.accepted()), await stateOf(second.accepted())], ["open", "open"]);
  stage.journal.held.shift()!.resolve();
  await quiet();
  assertEquals([await stateOf(first.accepted()), await stateOf(second.accepted())], ["fulfilled", "open"]);
  stage.journal.held.shift()!.reject(new Error("disk full"));
  await assertRejects(() => second.accepted(), Error, "disk full");
  await first.accepted();
  await assertRejects(() => first.result(), Error, "disk full");
});
