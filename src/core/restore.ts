/**
 * Going on after a restart: the books are filled with what an earlier pilot put on record, and what was unfinished
 * waits again. Finished tasks do not run again.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { connectJobs, enterJob } from "./expand.ts";
import { Propagation } from "./propagate.ts";
import { type CoreState, type JobRecord, type Stop, stopTask } from "./state.ts";
import { outcomeOfStop } from "./stop.ts";
import { isAwaited } from "./job_record.ts";
import { outcomeOfPhase, TaskPhase } from "./task_table.ts";
import type { AdmittedJob, Edge, JobOutcome, TaskId } from "./types.ts";

/** What is on record of a job. */
export interface RecordedJob {
  /** The job as it was let in. */
  readonly job: AdmittedJob;
  /** How it ended, if that is on record. */
  readonly outcome?: JobOutcome;
  /** Whether the user had canceled it as a whole. */
  readonly isCanceled: boolean;
  /** The priority that it was given last, if it was given another than the one it came with. */
  readonly priority?: number;
}

/** What an earlier pilot put on record. */
export interface RecordedRun {
  /** All jobs in the order of submission, also those that were forgotten later: others may depend on them. */
  readonly jobs: readonly RecordedJob[];
  /** How a task ended, if it did. */
  outcomeOf(task: TaskId): JobOutcome | undefined;
  /** How often a task was launched. */
  attemptsOf(task: TaskId): number;
  /** What a task that had not ended was asked to stop for. */
  stopOf(task: TaskId): Stop | undefined;
}

/**
 * Fills empty books with what is on record of the earlier run. What was being stopped has ended; what was in flight
 * waits again.
 */
export function restore(state: CoreState, recorded: RecordedRun, atMs: number): void {
  const propagation = new Propagation(state, atMs);
  const open: AdmittedJob[] = [];
  for (const { job, outcome, isCanceled, priority } of recorded.jobs) {
    const record = enterJob(state, job);
    record.priority = priority ?? record.priority;
    record.canceled = isCanceled;
    restoreTasks(state, record, recorded);
    if (outcome === undefined) continue;
    invariant(record.remaining === 0, `Job ${job.description.name} has ended, and a task of it has not`);
    record.outcome = outcome;
    state.estimates.leave(record.times, job);
    state.openJobs--;
    state.lasts.delete(record);
  }
  for (const { job, outcome } of recorded.jobs) {
    if (outcome !== undefined) continue;
    const record = state.job(job.id);
    invariant(record.waitingFor <= 1, "Jobs are linked when all of them are in the books");
    record.omitted = job.edges.some((edge) => isHopeless(state, edge));
    endStopped(state, propagation, record, recorded, atMs);
    if (record.canceled) dropUnstarted(state, propagation, record);
    if (record.remaining === 0 && record.outcome === undefined) propagation.endRestored(record);
    if (record.outcome === undefined) open.push(job);
  }
  invariant(state.openJobs === open.length, "The jobs that are linked are those that are open");
  // No job waits for another so far, so none is to be told: each finds what has ended when it is linked now.
  state.work.add(connectJobs(state, open, true, atMs));
}

/** Whether what a job as a whole waits for did not succeed, so that it was omitted as a whole. */
function isHopeless(state: CoreState, edge: Edge): boolean {
  if (edge.kind === "missing") return true;
  if (edge.kind !== "job") return false;
  const source = state.jobs.get(edge.job);
  if (source === undefined) return true;
  const phase = edge.offset === undefined ? TaskPhase.none : state.tasks.phase(source.job.firstTask + edge.offset);
  const outcome = edge.offset === undefined
    ? source.outcome
    : phase >= TaskPhase.succeeded
    ? outcomeOfPhase(phase)
    : undefined;
  return outcome !== undefined && !isAwaited(outcome, edge.awaits, source.job.description);
}

function restoreTasks(state: CoreState, record: JobRecord, recorded: RecordedRun): void {
  const { firstTask } = record.job;
  for (let task = firstTask; task < stopTask(record.job); task++) {
    const attempts = recorded.attemptsOf(task);
    if (attempts > 0) state.tasks.setAttempt(task, attempts);
    const outcome = recorded.outcomeOf(task);
    if (outcome === undefined) continue;
    state.tasks.setPhase(task, TaskPhase[outcome]);
    record.counts[outcome]++;
    record.remaining--;
  }
  invariant(record.remaining >= 0, "No more tasks have ended than there are");
}

/** The record may break off between a cancel and what it led to: what was never launched is canceled all the same. */
function dropUnstarted(state: CoreState, propagation: Propagation, record: JobRecord): void {
  const outcome = { kind: "canceled", cause: "cancel", reason: "canceled before the restart" } as const;
  const stop = stopTask(record.job);
  const isUnstarted = (task: TaskId) => state.tasks.attempt(task) === 0;
  for (let from = record.job.firstTask; from < stop; from++) {
    let to = from;
    while (to < stop && isUnstarted(to)) to++;
    if (to > from) propagation.drop(record, from, to, outcome);
    from = to;
  }
}

/** A task that was being stopped is not launched again: its process has gone, so the stop is complete. */
function endStopped(
  state: CoreState,
  propagation: Propagation,
  record: JobRecord,
  recorded: RecordedRun,
  atMs: number,
): void {
  const { job } = record;
  for (let task = job.firstTask; task < stopTask(job); task++) {
    const stop = state.tasks.phase(task) === TaskPhase.blocked ? recorded.stopOf(task) : undefined;
    if (stop === undefined) continue;
    const kind = outcomeOfStop(stop);
    state.tasks.setPhase(task, TaskPhase[kind]);
    const attempt = state.tasks.attempt(task);
    invariant(attempt > 0, "What was being stopped had been launched");
    state.emit({ kind: "taskEnded", atMs, task, job: job.id, attempt, outcome: { kind, ...stop }, usage: {} });
    propagation.tasksEnded(record, task, task + 1, TaskPhase[kind]);
  }
}
