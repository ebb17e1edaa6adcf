import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import type { AttemptKey, Launcher, LaunchSink } from "../../../src/runtime/ports.ts";
import { epochMs, quiet } from "../../sim/virtual_clock.ts";
import { PilotHarness, stateOf } from "./pilot_harness.ts";

Deno.test("Driver launches what follows before it tells what has ended, and lets it go on its way", async () => {
  const stage = new PilotHarness();
  stage.hub.add("reader", {
    apply: ({ kind }) => stage.notes.push(`told ${kind}`),
    flush: () => stage.notes.push("told"),
  });
  const launcher: Launcher = stage.launcher;
  launcher.flush = () => stage.notes.push("flush");
  stage.submit("A", "B after=A");
  await stage.start("A");
  stage.takeNotes();
  await stage.exit("A");
  assertEquals(stage.takeNotes(), [
    "append taskEnded jobEnded taskScheduled",
    "launch B",
    "flush",
    "told taskEnded",
    "told jobEnded",
    "told taskScheduled",
    "told",
  ]);
});

Deno.test("Driver tells all that is on record before its loop ends", async () => {
  const stage = new PilotHarness();
  const told: string[] = [];
  stage.hub.add("reader", { apply: ({ kind }) => told.push(kind) });
  stage.pilot.stopped.then(() => told.push("stopped"));
  stage.submit("A");
  stage.pilot.drain();
  await stage.start("A");
  await stage.exit("A");
  assertEquals(told.slice(-4), ["taskEnded", "jobEnded", "pilotDrained", "stopped"]);
});

Deno.test("Driver makes what is durable before it is visible, and performs nothing before", async () => {
  const stage = new PilotHarness();
  stage.journal.held = [];
  const future = stage.submit("A");
  await quiet();
  assertEquals(stage.takeNotes(), ["append jobSubmitted taskScheduled"]);
  assertEquals(future.states(), { A: "QUEUED" });
  stage.journal.held.shift()!.resolve();
  await quiet();
  assertEquals(stage.takeNotes(), ["launch A"]);
  assertEquals(future.states(), { A: "SCHEDULED" });
  await stage.start("A");
  await stage.exit("A");
  assertEquals(stage.takeNotes(), ["append taskStarted"]);
  stage.journal.held.shift()!.resolve();
  await quiet();
  assertEquals(stage.takeNotes(), ["append taskEnded jobEnded"]);
  assertEquals([future.done(), await stateOf(future.result())], [false, "open"]);
  stage.journal.held.shift()!.resolve();
  assertEquals(await future.result(), { A: "SUCCEED" });
});

Deno.test("Driver does in one turn what comes in one turn of the caller", async () => {
  const stage = new PilotHarness();
  stage.submit("A");
  stage.submit("B");
  stage.pilot.cancel({ kind: "all" });
  assertEquals(stage.takeNotes(), []);
  await quiet();
  assertEquals(stage.takeNotes(), [
    "append jobSubmitted jobSubmitted tasksDropped jobEnded tasksDropped jobEnded",
  ]);
});

Deno.test("Driver gathers what comes while it waits for the journal", async () => {
  const stage = new PilotHarness();
  stage.journal.held = [];
  stage.submit("A");
  await quiet();
  stage.submit("B");
  stage.submit("C");
  await quiet();
  assertEquals(stage.takeNotes().length, 1);
  stage.journal.held.shift()!.resolve();
  await quiet();
  assertEquals(stage.takeNotes(), ["launch A", "append jobSubmitted jobSubmitted taskScheduled taskScheduled"]);
  stage.journal.held.shift()!.resolve();
  await quiet();
});

Deno.test("Driver writes nothing when nothing has become true", async () => {
  const stage = new PilotHarness();
  stage.submit("A");
  await stage.start("A");
  stage.takeNotes();
  await stage.start("A");
  stage.pilot.cancel({ kind: "queued" });
  await quiet();
  assertEquals(stage.takeNotes(), []);
});

Deno.test("Driver arms one timer for the next deadline, and none when nothing is due", async () => {
  const stage = new PilotHarness();
  stage.submit("A limit=500 grace=10");
  stage.submit("B limit=300");
  await quiet();
  assertEquals(stage.clock.waiting, 0);
  await stage.start("A", "B");
  assertEquals(stage.clock.waiting, 1);
  await stage.exit("B");
  assertEquals(stage.clock.waiting, 1);
  stage.takeNotes();
  await stage.clock.advanceTo(epochMs + 499);
  assertEquals(stage.takeNotes(), []);
  await stage.clock.advanceTo(epochMs + 500);
  assertEquals(stage.takeNotes(), ["append stopRequested", "SIGTERM A"]);
  await stage.clock.advanceTo(epochMs + 510);
  assertEquals(stage.takeNotes(), ["SIGKILL A"]);
  await stage.exit("A", "SIGKILL");
  assertEquals(stage.clock.waiting, 0);
});

Deno.test("Driver fails an attempt that cannot be planned, without a launcher", async () => {
  const stage = new PilotHarness();
  stage.manager.submit({
    name: "A",
    execution: { exec: "true", env: { "${jname}${it}": "x" } },
    iteration: { stop: 1 },
  });
  stage.manager.submit({ name: "B", execution: { exec: "${itval}" }, iteration: { values: [""] } });
  await stage.start("A:0");
  assertEquals(stage.manager.info("B:0").jobs["B:0"]!.data.messages, "the program's name is empty once filled in");
  assertEquals(stage.manager.status("B:0").jobs["B:0"]!.data.status, "FAILED");
  await stage.exit("A:0");
});

Deno.test("Driver.recorded() waits for all that an input leads to, however many steps that takes", async () => {
  const stage = new PilotHarness({ piecesMax: 3 });
  stage.submit("A x4", "B after=A", "C after=B", "D after=C");
  await stage.start("A:0");
  stage.pilot.cancel({ kind: "all" });
  stage.submit("E");
  const count = (wanted: string) => stage.journal.events.filter(({ kind }) => kind === wanted).length;
  const recorded = stage.pilot.recorded().then(() => [count("jobEnded"), count("jobSubmitted")]);
  await stage.settle();
  // A runs still; B, C and D were canceled, and E came behind that.
  assertEquals(await recorded, [3, 5]);
});

Deno.test("Driver takes an input that a launcher tells before launch() returns", async () => {
  const stage = new PilotHarness();
  const { launcher } = stage;
  launcher.launch = (key, _plan, sink) => {
    sink.started(key, { node: 0, pid: 1 });
    sink.exited(key, { code: 3 }, {});
  };
  assertEquals(await stage.submit("A x100").result(), { A: "FAILED" });
});

Deno.test("Driver lets others run between processes that cannot be started, however many", async () => {
  const stage = new PilotHarness({ spec: "a:1" });
  let launches = 0;
  stage.launcher.launch = (key, _plan, sink) => {
    launches++;
    sink.startFailed(key, { kind: "program-not-found", message: "there is no program" });
  };
  const future = stage.submit("A x100000");
  stage.clock.wakeAt(epochMs, () => stage.pilot.cancel({ kind: "all" }));
  while (stage.clock.advance()) await quiet();
  assertEquals(await future.result(), { A: "CANCELED" });
  assert(launches < 1000, `${launches} launches before the cancel`);
});

Deno.test("Driver lets others run after every thousand launches of a wide pool, and goes on by itself", async () => {
  const cores = 10_000;
  const stage = new PilotHarness({ spec: `a:${cores}` });
  let launches = 0;
  stage.launcher.launch = () => launches++;
  stage.submit(`A x${2 * cores}`);
  const seen: number[] = [];
  await quiet();
  for (let turn = 0; launches < cores && turn < 20; turn++) {
    seen.push(launches);
    stage.clock.advance();
    await quiet();
  }
  assertEquals([seen, launches], [Array.from({ length: 9 }, (_, i) => 1000 * (i + 1)), cores]);
  assertEquals(stage.clock.waiting, 0);
});

Deno.test("Driver takes a flood of news in parts, and lets others run between", async () => {
  const stage = new PilotHarness({ spec: "a:5000" });
  const sinks: (() => void)[] = [];
  stage.launcher.launch = (key, _plan, sink) => {
    sinks.push(() => {
      sink.started(key, { node: 0, pid: 1 });
      sink.exited(key, { code: 0 }, {});
    });
  };
  const future = stage.submit("A x5000");
  await quiet();
  while (stage.clock.advance()) await quiet();
  assertEquals(sinks.length, 5000);
  const lengths: number[] = [];
  const append = stage.journal.append.bind(stage.journal);
  stage.journal.append = (events) => (lengths.push(events.length), append(events));
  for (const tell of sinks) tell();
  await quiet();
  assert(lengths.reduce((sum, length) => sum + length, 0) < 5000, `${lengths} events before others had their turn`);
  while (stage.clock.advance()) await quiet();
  assertEquals(await future.result(), { A: "SUCCEED" });
  assert(lengths.every((length) => length <= 2001), `${lengths}`);
});

Deno.test("Driver lets others run while it cancels what runs, and then takes in what came meanwhile", async () => {
  const cores = 5000;
  const stage = new PilotHarness({ spec: `a:${cores}` });
  const keys: AttemptKey[] = [];
  let signals = 0;
  let sink: LaunchSink | undefined;
  stage.launcher.launch = (key, _plan, to) => {
    keys.push(key);
    (sink = to).started(key, { node: 0, pid: 1 });
  };
  stage.launcher.signal = () => signals++;
  const future = stage.submit(`A x${cores}`);
  await quiet();
  while (stage.clock.advance()) await quiet();
  stage.pilot.cancel({ kind: "all" });
  await quiet();
  sink!.exited(keys.at(-1)!, { code: 0 }, {});
  const seen: number[] = [];
  while (signals < cores) {
    seen.push(signals);
    assert(stage.clock.advance(), "a turn is due");
    await quiet();
  }
  assert(seen.length > 4 && seen.every((count, i) => count - (seen[i - 1] ?? 0) <= 1000), `${seen}`);
  for (const key of keys) sink!.exited(key, { signal: "SIGTERM" }, {});
  await quiet();
  while (stage.pilot.openJobs > 0 && stage.clock.advance()) await quiet();
  assertEquals(await future.result(), { A: "CANCELED" });
});

Deno.test("A journal that throws breaks the pilot: futures reject with the cause, and what runs is killed", async () => {
  const stage = new PilotHarness();
  const done = stage.submit("done");
  await stage.run("done");
  const [running, queued] = [stage.submit("A"), stage.submit("B cores=4")];
  await stage.start("A");
  stage.takeNotes();
  stage.journal.failure = new Error("disk full");
  stage.submit("C");
  const error = await assertRejects(() => running.result(), Error, "disk full");
  assertStrictEquals(error, stage.journal.failure);
  await assertRejects(() => queued.result(), Error, "disk full");
  await assertRejects(() => stage.pilot.stopped, Error, "disk full");
  await assertRejects(() => stage.pilot.idle(), Error, "disk full");
  assertEquals(await done.result(), { done: "SUCCEED" });
  assertEquals(stage.takeNotes(), ["append jobSubmitted taskScheduled", "SIGKILL A"]);
  assertStrictEquals(stage.pilot.failure!.error, error);
});

Deno.test("A journal that rejects breaks the pilot, and nothing of that turn is launched", async () => {
  const stage = new PilotHarness();
  stage.journal.held = [];
  const future = stage.submit("A");
  await quiet();
  stage.journal.held.shift()!.reject(new Error("disk full"));
  await assertRejects(() => future.result(), Error, "disk full");
  assertEquals(stage.takeNotes(), ["append jobSubmitted taskScheduled"]);
});

Deno.test("Driver kills a process that starts when the pilot is broken already", async () => {
  const stage = new PilotHarness();
  stage.submit("A");
  await quiet();
  stage.pilot.abandon(new Error("enough"));
  stage.takeNotes();
  await stage.start("A");
  assertEquals(stage.takeNotes(), ["SIGKILL A"]);
});

Deno.test("Driver forgets what ran on a lost node, where it started and where it was to start, and nothing else", async () => {
  const stage = new PilotHarness({ spec: "a:2,b:2,c:2" });
  stage.submit("A", "B", "C", "D", "E");
  await stage.start("A", "C");
  stage.takeNotes();
  stage.pilot.nodeSink.lost(1, "it is silent");
  stage.pilot.nodeSink.lost(1, "it is silent");
  await quiet();
  assertEquals(stage.takeNotes(), ["append nodeLost taskEnded jobEnded taskEnded jobEnded", "SIGKILL C", "SIGKILL D"]);
  // News that comes late is stale, and a node that comes back has room for others.
  await stage.start("D");
  await stage.exit("C", "0");
  assertEquals(stage.takeNotes(), ["SIGKILL D"]);
  stage.submit("F cores=2");
  stage.pilot.nodeSink.ready(1);
  await quiet();
  assertEquals(stage.takeNotes(), ["append jobSubmitted nodeReady taskScheduled", "launch F"]);
  stage.pilot.abandon(new Error("enough"));
  assertEquals(stage.takeNotes(), ["SIGKILL A", "SIGKILL B", "SIGKILL E", "SIGKILL F"]);
});

Deno.test("Driver launches nothing more when it was abandoned while it waited for the journal", async () => {
  const stage = new PilotHarness();
  stage.journal.held = [];
  const future = stage.submit("A");
  await quiet();
  stage.pilot.abandon(new Error("enough"));
  stage.journal.held.shift()!.resolve();
  await assertRejects(() => future.result(), Error, "enough");
  await quiet();
  assertEquals(stage.takeNotes(), ["append jobSubmitted taskScheduled"]);
  assert(stage.clock.waiting === 0);
});

Deno.test("Driver ends with the last job once it drains, and takes nothing in any more", async () => {
  const stage = new PilotHarness();
  const future = stage.submit("A limit=1000");
  stage.pilot.drain();
  await stage.start("A");
  assertEquals(await stateOf(stage.pilot.stopped), "open");
  await stage.exit("A");
  await stage.pilot.stopped;
  assertEquals(await future.result(), { A: "SUCCEED" });
  stage.takeNotes();
  stage.pilot.cancel({ kind: "all" });
  await stage.exit("A");
  assertEquals([stage.takeNotes(), stage.clock.waiting], [[], 0]);
});
