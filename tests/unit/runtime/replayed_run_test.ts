import { assertEquals } from "@std/assert";
import { Intake } from "../../../src/core/intake.ts";
import type { AdmittedJob, Event, Outcome } from "../../../src/core/types.ts";
import { Ledger } from "../../../src/report/ledger.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { Pool } from "../../../src/resources/pool.ts";
import { ReplayedRun } from "../../../src/runtime/replayed_run.ts";
import { readJob } from "../../traces/words.ts";

const atMs = 1000;
const usage = {};
const timeout = { cause: "timeout", reason: "too long" } as const;

/** Replays events of jobs in words. */
function replay(texts: string[], tell: (jobs: AdmittedJob[]) => Event[]): { run: ReplayedRun; ledger: Ledger } {
  const jobs = new Intake({ pool: new Pool(parseNodeSpec("a:4")) }).admit(texts.map(readJob));
  const ledger = new Ledger();
  const run = new ReplayedRun(ledger);
  const submitted = jobs.map((job): Event => ({ kind: "jobSubmitted", atMs, job }));
  for (const event of [...submitted, ...tell(jobs)]) run.apply(event);
  run.finish();
  return { run, ledger };
}

function scheduled(task: number, attempt = 1): Event {
  return { kind: "taskScheduled", atMs, task, job: 0, attempt, allocation: { nodes: [] } };
}

Deno.test("ReplayedRun.stopOf() tells of a stop until the attempt has ended, and not of the next attempt", () => {
  const stop: Event = { kind: "stopRequested", atMs, task: 0, job: 0, attempt: 1, ...timeout };
  const outcome = { kind: "failed", ...timeout } as const;
  const ended: Event = { kind: "attemptEnded", atMs, task: 0, job: 0, attempt: 1, outcome, usage, readyAtMs: atMs };
  assertEquals(replay(["A retry=1"], () => [scheduled(0), stop]).run.stopOf(0), timeout);
  assertEquals(replay(["A retry=1"], () => [scheduled(0), stop, ended]).run.stopOf(0), undefined);
  assertEquals(replay(["A retry=1"], () => [scheduled(0), stop, ended, scheduled(0, 2)]).run.stopOf(0), undefined);
});

Deno.test("ReplayedRun.finish() believes a job that succeeded, though the ends of its tasks are lost", () => {
  const counts = { succeeded: 2, failed: 0, canceled: 0, omitted: 0 };
  const { run, ledger } = replay(["A x2"], () => [
    scheduled(0),
    { kind: "jobEnded", atMs, job: 0, outcome: "succeeded", counts },
  ]);
  assertEquals([run.outcomeOf(0), run.outcomeOf(1)], ["succeeded", "succeeded"]);
  assertEquals([[...run.inFlight()], ledger.job(0)!.outcome], [[], "succeeded"]);
});

Deno.test("ReplayedRun.finish() believes any end of a job that leaves no doubt how the tasks ended that are lost", () => {
  const counts = { succeeded: 1, failed: 1, canceled: 0, omitted: 0 };
  const ended: Event = {
    ...{ kind: "taskEnded", atMs, task: 0, job: 0, attempt: 1 },
    ...{ outcome: { kind: "succeeded" }, usage },
  };
  const failed: Event = { kind: "jobEnded", atMs, job: 0, outcome: "failed", counts };
  const { run, ledger } = replay(["A x2"], () => [scheduled(0), scheduled(1), ended, failed]);
  assertEquals([run.outcomeOf(0), run.outcomeOf(1), run.attemptsOf(1)], ["succeeded", "failed", 1]);
  assertEquals([[...run.inFlight()], run.jobs[0]!.outcome], [[], "failed"]);
  assertEquals(ledger.task(1).reason, "failed; the record of how is lost");

  const omitted = { succeeded: 0, failed: 0, canceled: 0, omitted: 1 };
  const never = replay(["A"], () => [{ kind: "jobEnded", atMs, job: 0, outcome: "omitted", counts: omitted }]);
  assertEquals([never.run.outcomeOf(0), never.run.attemptsOf(0)], ["omitted", 0]);

  // That it was opened again is lost, too: then its end says nothing any more.
  const again = replay(["A x2"], () => [scheduled(0), scheduled(1), ended, failed, scheduled(1, 2)]);
  assertEquals([again.run.outcomeOf(1), again.run.jobs[0]!.outcome], [undefined, undefined]);

  // What is known of task 0 is from before it was opened again: it, and not task 2, may have succeeded since.
  const endOf = (task: number, outcome: Outcome): Event => (
    { kind: "taskEnded", atMs, task, job: 0, attempt: 1, outcome, usage }
  );
  const older = replay(["A x3"], () => [
    ...[scheduled(0), scheduled(1), scheduled(2)],
    endOf(0, { kind: "canceled", cause: "cancel", reason: "canceled" }),
    endOf(1, { kind: "failed", cause: "exit", reason: "exit code 1" }),
    { kind: "jobEnded", atMs, job: 0, outcome: "failed", counts: { ...counts, failed: 2 } },
  ]);
  assertEquals([older.run.outcomeOf(2), older.run.jobs[0]!.outcome], [undefined, undefined]);
});

Deno.test("ReplayedRun.finish() opens a job again that failed, when it cannot tell which of its tasks did", () => {
  const counts = { succeeded: 1, failed: 1, canceled: 0, omitted: 0 };
  const { run, ledger } = replay(["A x2"], () => [
    scheduled(0),
    scheduled(1),
    { kind: "jobEnded", atMs, job: 0, outcome: "failed", counts },
  ]);
  assertEquals([run.outcomeOf(0), run.outcomeOf(1)], [undefined, undefined]);
  assertEquals([...run.inFlight()], [{ task: 0, attempt: 1 }, { task: 1, attempt: 1 }]);
  assertEquals([ledger.job(0)!.outcome, run.jobs[0]!.outcome], [undefined, undefined]);
});
