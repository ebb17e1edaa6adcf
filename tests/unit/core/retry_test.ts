import { assert, assertEquals } from "@std/assert";
import { Core } from "../../../src/core/core.ts";
import type { Exit } from "../../../src/core/exit.ts";
import { Intake } from "../../../src/core/intake.ts";
import type { Event, Input, Output } from "../../../src/core/types.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { Pool } from "../../../src/resources/pool.ts";
import { TraceRunner } from "../../traces/trace_runner.ts";

const nodes = [{ name: "n", coreIds: ["0"], gpuIds: [], memoryMiB: 1000 }];

/** A core with one node, and one job in it. */
class Bench {
  readonly core = new Core({ nodes, graceMs: 10 });
  nowMs = 0;

  constructor(job: Record<string, unknown>) {
    const intake = new Intake({ pool: new Pool(nodes) });
    const jobs = intake.admit([parseJob({ name: "j", execution: { exec: "x" }, ...job }, {})]);
    this.step({ kind: "jobsSubmitted", atMs: 0, jobs });
  }

  step(...inputs: Input[]): Output {
    const output = this.core.step(inputs);
    this.core.checkInvariants();
    return output;
  }

  /** Lets the running attempt start and end. */
  end(attempt: number, exit: Exit): Output {
    const key = { atMs: this.nowMs, task: 0, attempt };
    return this.step({ kind: "taskStarted", ...key, pid: 1 }, { kind: "taskExited", ...key, exit, usage: {} });
  }

  pass(atMs: number): Output {
    this.nowMs = atMs;
    return this.step({ kind: "timePassed", atMs });
  }
}

const kinds = (events: readonly Event[]) => events.map((event) => event.kind);

Deno.test("A failed task is tried again as often as its policy says, then fails with the last reason", () => {
  const bench = new Bench({ retry: { max: 2, on: ["exit"] } });
  for (const attempt of [1, 2]) {
    const { events, actions } = bench.end(attempt, { code: attempt });
    assertEquals(kinds(events), ["taskStarted", "attemptEnded", "taskScheduled"]);
    assertEquals(actions.map((action) => action.kind === "launch" && action.attempt), [attempt + 1]);
  }
  const { events } = bench.end(3, { code: 3 });
  assertEquals(kinds(events), ["taskStarted", "taskEnded", "jobEnded"]);
  const ended = events[1]!;
  assert(ended.kind === "taskEnded" && ended.outcome.kind === "failed");
  assertEquals([ended.outcome.cause, ended.outcome.reason, ended.attempt], ["exit", "exit code 3", 3]);
});

Deno.test("A task that succeeds in its second attempt has succeeded", () => {
  const bench = new Bench({ retry: 5 });
  bench.end(1, { signal: "SIGSEGV" });
  assertEquals(kinds(bench.end(2, { code: 0 }).events), ["taskStarted", "taskEnded", "jobEnded"]);
});

Deno.test("Causes and exit codes that the policy does not name are final", () => {
  for (const retry of [{ on: ["signal"] }, { exitCodes: [75] }, { maxByCause: { exit: 0 } }]) {
    const bench = new Bench({ retry: { max: 9, ...retry } });
    assertEquals(kinds(bench.end(1, { code: 1 }).events), ["taskStarted", "taskEnded", "jobEnded"]);
  }
});

Deno.test("Pauses double, end in time, and hold no core", () => {
  const bench = new Bench({ retry: { max: 3, backoffMs: 100, backoffMsMax: 150 } });
  for (const [attempt, pauseMs] of [[1, 100], [2, 150], [3, 150]] as const) {
    bench.end(attempt, { code: 1 });
    assertEquals(bench.core.nextDeadlineMs(), bench.nowMs + pauseMs);
    assertEquals(bench.core.freeCores, 1);
    assertEquals(kinds(bench.pass(bench.nowMs + pauseMs - 1).events), []);
    assertEquals(kinds(bench.pass(bench.nowMs + 1).events), ["taskScheduled"]);
  }
});

Deno.test("Jitter takes at most its share of a pause, and the same in every replay", () => {
  const pauses = [1, 2].map(() => {
    const bench = new Bench({ retry: { max: 1, backoffMs: 1000, jitter: 0.25 } });
    bench.end(1, { code: 1 });
    return bench.core.nextDeadlineMs()!;
  });
  assertEquals(pauses[0], pauses[1]);
  assert(pauses[0]! >= 750 && pauses[0]! < 1000, `${pauses[0]}`);
});

Deno.test("A task that pauses can be canceled", () => {
  const bench = new Bench({ retry: { backoffMs: 100 } });
  bench.end(1, { code: 1 });
  const cancel = { kind: "cancelRequested", atMs: 1, target: { kind: "job", job: 0 }, cause: "cancel" } as const;
  assertEquals(kinds(bench.step(cancel).events), ["tasksDropped", "jobEnded"]);
  assertEquals(bench.core.nextDeadlineMs(), undefined);
});

Deno.test("A canceled task is not tried again, whatever its exit status", () => {
  const bench = new Bench({ retry: 5 });
  bench.step({ kind: "taskStarted", atMs: 0, task: 0, attempt: 1, pid: 1 });
  bench.step({ kind: "cancelRequested", atMs: 1, target: { kind: "all" }, cause: "cancel" });
  const ended = bench.step({ kind: "taskExited", atMs: 2, task: 0, attempt: 1, exit: { code: 1 }, usage: {} });
  assertEquals(kinds(ended.events), ["taskEnded", "jobEnded"]);
});

Deno.test("A task that ran out of memory gets more, at most what the node has", () => {
  const resources = { memory: "400MiB" };
  const bench = new Bench({ resources, retry: { max: 3, on: ["oom"], growMemory: 2 } });
  for (let attempt = 1; attempt <= 3; attempt++) {
    bench.step({ kind: "taskStarted", atMs: 0, task: 0, attempt, pid: 1 });
    const limit = { kind: "limitExceeded", atMs: 0, task: 0, attempt, cause: "oom", reason: "too much" } as const;
    assertEquals(bench.step(limit).actions.map((action) => action.kind), ["signal"]);
    const exit = { signal: "SIGKILL" };
    const { events } = bench.step({ kind: "taskExited", atMs: 0, task: 0, attempt, exit, usage: {} });
    assertEquals(kinds(events), ["attemptEnded", "taskScheduled"]);
  }
});

Deno.test("The memory that a task gets after it ran out of it is really taken", () => {
  const twoCores = [{ name: "n", coreIds: ["0", "1"], gpuIds: [], memoryMiB: 1000 }];
  const intake = new Intake({ pool: new Pool(twoCores) });
  const core = new Core({ nodes: twoCores, graceMs: 10 });
  const submit = (name: string, memory: string, retry?: unknown) => {
    const job = { name, execution: { exec: "x" }, resources: { memory }, ...(retry === undefined ? {} : { retry }) };
    return core.step([{ kind: "jobsSubmitted", atMs: 0, jobs: intake.admit([parseJob(job, {})]) }]).actions.length;
  };
  submit("j", "400MiB", { max: 3, on: ["oom"], growMemory: 1.5 });
  assertEquals(submit("fits", "600MiB"), 1);
  const key = { atMs: 0, task: 0, attempt: 1 };
  core.step([{ kind: "taskExited", atMs: 0, task: 1, attempt: 1, exit: { code: 0 }, usage: {} }]);
  core.step([{ kind: "taskStarted", ...key, pid: 1 }]);
  core.step([{ kind: "limitExceeded", ...key, cause: "oom", reason: "too much" }]);
  core.step([{ kind: "taskExited", ...key, exit: { signal: "SIGKILL" }, usage: {} }]);
  assertEquals([submit("tooLarge", "401MiB"), submit("justRight", "400MiB")], [0, 1]);
});

Deno.test("A cause has its own budget within the whole", () => {
  const bench = new Bench({ retry: { max: 9, maxByCause: { exit: 2 } } });
  for (const attempt of [1, 2]) assertEquals(kinds(bench.end(attempt, { code: 1 }).events)[1], "attemptEnded");
  // Another cause does not count against it.
  assertEquals(kinds(bench.end(3, { signal: "SIGSEGV" }).events)[1], "attemptEnded");
  assertEquals(kinds(bench.end(4, { code: 1 }).events)[1], "taskEnded");
});

Deno.test("A task that its limit stops is tried again, but not when the user cancels it meanwhile", () => {
  for (const isCanceled of [false, true]) {
    const bench = new Bench({ timeoutMs: 50, retry: 5 });
    bench.step({ kind: "taskStarted", atMs: 0, task: 0, attempt: 1, pid: 1 });
    bench.pass(50);
    if (isCanceled) bench.step({ kind: "cancelRequested", atMs: 51, target: { kind: "all" }, cause: "cancel" });
    const exit = { signal: "SIGTERM" };
    const { events } = bench.step({ kind: "taskExited", atMs: 52, task: 0, attempt: 1, exit, usage: {} });
    assertEquals(kinds(events)[0], isCanceled ? "taskEnded" : "attemptEnded");
  }
});

/** A node with much memory and one core, and one with two cores and less memory. */
const uneven = [
  { name: "large", coreIds: ["0"], gpuIds: [], memoryMiB: 1000 },
  { name: "wide", coreIds: ["0", "1"], gpuIds: [], memoryMiB: 500 },
];

Deno.test("A task is not tried again with more memory than a node with its cores has", () => {
  const runner = new TraceRunner({ nodes: uneven });
  runner.tellAll("submit A nodes=1 cores=2 mem=400 enforce retry=5 grow=2", "start A", "oom A");
  assertEquals(runner.tell("exit A SIGKILL"), [
    "ended A failed: it used too much memory",
    "job A failed (1 failed)",
  ]);
});

Deno.test("A task that pauses before an attempt that fits no node any more fails when the node is lost", () => {
  const runner = new TraceRunner({ nodes: uneven });
  runner.tellAll("submit A nodes=1 cores=1 mem=400 enforce retry=5+100 grow=2", "start A", "oom A", "exit A SIGKILL");
  assertEquals(runner.tell("lose 0").slice(1), [
    "dropped A failed: needs 1 node with 1 core, 800 MiB of memory, but only 0 of 1 node can give 1 core, " +
    "800 MiB of memory; the pool has 1 node with 2 cores",
    "job A failed (1 failed)",
  ]);
});

Deno.test("A task that is canceled before its next attempt is forgotten by retries, so that the pilot can end", () => {
  const runner = new TraceRunner();
  runner.tellAll("submit A retry=5+100", "start A", "exit A 1", "cancel A");
  assertEquals(runner.tell("lose 0"), ["node n0 lost"]);
  assertEquals(runner.tell("drain"), ["drained", "-> stop"]);
});

Deno.test("A task keeps the memory of its next attempt when its job is given another priority, whoever waits before it", () => {
  const runner = new TraceRunner({
    nodes: [{ name: "n", coreIds: ["0", "1"], gpuIds: [], memoryMiB: 1000 }],
  });
  runner.tellAll("submit A x2 | B x2 after=A:${it} nodes=1 cores=1 mem=100 enforce retry=5 grow=2", "start A:1");
  runner.tellAll("exit A:1 0", "start B:1", "oom B:1", "freeze", "exit B:1 SIGKILL", "exit A:0 0", "priority B 5");
  runner.tell("thaw");
  const launches = runner.output.actions.flatMap((action) => action.kind === "launch" ? [action.memoryMiB] : []);
  assertEquals(launches, [100, 200]);
});
