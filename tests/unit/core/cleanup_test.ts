import { assertEquals } from "@std/assert";
import { Core } from "../../../src/core/core.ts";
import type { Cleanup } from "../../../src/core/exit.ts";
import { Intake } from "../../../src/core/intake.ts";
import type { AdmittedJob, Event, Input, Output } from "../../../src/core/types.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { Ledger } from "../../../src/report/ledger.ts";
import { reportTask } from "../../../src/report/views.ts";
import { replayAll, writeJournal } from "../journal/support.ts";
import { Pool } from "../../../src/resources/pool.ts";

const nodes = [{ name: "n", coreIds: ["0"], gpuIds: [], memoryMiB: 1000 }];
const cleanup: Cleanup = { found: 3, terminated: 2, killed: 1, left: 0 };
const key = { atMs: 1, task: 0, attempt: 1 };

class TraceRunner {
  readonly core = new Core({ nodes, graceMs: 5000 });
  readonly events: Event[] = [];
  readonly job: AdmittedJob;

  constructor(job: Record<string, unknown> = {}) {
    const intake = new Intake({ pool: new Pool(nodes) });
    const jobs = intake.admit([parseJob({ name: "j", execution: { exec: "x" }, ...job }, {})]);
    this.job = jobs[0]!;
    this.step({ kind: "jobsSubmitted", atMs: 0, jobs });
    this.step({ kind: "taskStarted", ...key, pid: 7 });
  }

  step(input: Input): Output {
    const output = this.core.step([input]);
    this.events.push(...output.events);
    return output;
  }

  cleanup(): Cleanup | undefined {
    const ledger = new Ledger();
    for (const event of this.events) ledger.apply(event);
    return reportTask(ledger, this.job, 0, "/").cleanup;
  }
}

Deno.test("A task that used too much memory gets SIGKILL at once, and again when that got lost", () => {
  const runner = new TraceRunner();
  const { actions } = runner.step({ kind: "limitExceeded", ...key, cause: "oom", reason: "used too much" });
  assertEquals(actions, [{ kind: "signal", task: 0, attempt: 1, signal: "SIGKILL" }]);
  assertEquals(runner.core.nextDeadlineMs(), 5001);
  const again = runner.step({ kind: "timePassed", atMs: 5001 });
  assertEquals(again.actions, [{ kind: "signal", task: 0, attempt: 1, signal: "SIGKILL" }]);
});

Deno.test("A task without output gets SIGTERM and its grace", () => {
  const runner = new TraceRunner({ graceMs: 30 });
  const { actions } = runner.step({ kind: "limitExceeded", ...key, cause: "idle", reason: "said nothing" });
  assertEquals(actions, [{ kind: "signal", task: 0, attempt: 1, signal: "SIGTERM" }]);
  assertEquals(runner.core.nextDeadlineMs(), 31);
});

Deno.test("What was cleaned up after a task is in its report and in the journal", () => {
  const runner = new TraceRunner();
  runner.step({ kind: "taskExited", ...key, exit: { code: 0 }, usage: {}, cleanup });
  assertEquals(runner.cleanup(), cleanup);
  assertEquals(replayAll(writeJournal([runner.events])).events, runner.events);
});

Deno.test("What was cleaned up after an attempt is in the report until the next one is scheduled", () => {
  const runner = new TraceRunner({ retry: { max: 1, backoffMs: 50 } });
  runner.step({ kind: "taskExited", ...key, exit: { code: 1 }, usage: {}, cleanup });
  assertEquals(runner.cleanup(), cleanup);
  assertEquals(replayAll(writeJournal([runner.events])).events, runner.events);
  runner.step({ kind: "timePassed", atMs: 51 });
  assertEquals(runner.cleanup(), undefined);
});

Deno.test("A task that was not stopped and left nothing behind has nothing of that in its report", () => {
  const runner = new TraceRunner();
  runner.step({ kind: "taskExited", ...key, exit: { code: 0 }, usage: {} });
  assertEquals(runner.cleanup(), undefined);
});

Deno.test("What an attempt said last is on record and in its report, unless it succeeded", () => {
  const tails = { stdout: "out", stderr: "err", problem: "why" };
  const report = (runner: TraceRunner) => {
    const ledger = new Ledger();
    for (const event of runner.events) ledger.apply(event);
    const { stdoutTail, stderrTail, tailProblem } = reportTask(ledger, runner.job, 0, "/");
    return [stdoutTail, stderrTail, tailProblem];
  };
  const failed = new TraceRunner();
  failed.step({ kind: "taskExited", ...key, exit: { code: 1 }, usage: {}, tails });
  assertEquals(report(failed), ["out", "err", "why"]);
  assertEquals(replayAll(writeJournal([failed.events])).events, failed.events);
  const retried = new TraceRunner({ retry: { max: 1, backoffMs: 50 } });
  retried.step({ kind: "taskExited", ...key, exit: { code: 1 }, usage: {}, tails });
  assertEquals(report(retried), ["out", "err", "why"]);
  retried.step({ kind: "timePassed", atMs: 51 });
  assertEquals(report(retried), [undefined, undefined, undefined]);
  assertEquals(replayAll(writeJournal([retried.events])).events, retried.events);
  const good = new TraceRunner();
  good.step({ kind: "taskExited", ...key, exit: { code: 0 }, usage: {}, tails });
  assertEquals(report(good), [undefined, undefined, undefined]);
});
