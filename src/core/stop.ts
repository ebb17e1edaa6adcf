/**
 * How tasks are stopped: a cancel, a limit, a shutdown. A stopped process gets SIGTERM, and SIGKILL when its grace is
 * over; one that used too much memory gets SIGKILL at once. The first cause wins and is the one in the result.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import { Propagation } from "./propagate.ts";
import { type CoreState, type JobRecord, type LiveTask, type Stop, stopTask } from "./state.ts";
import { TaskPhase } from "./task_table.ts";
import type { Input, TaskId } from "./types.ts";
import type { Pieces } from "./work.ts";

/** What cancels: the user, an error in the scope of the executor, a shutdown. */
export type CancelCause = "cancel" | "scope" | "shutdown";

const cancelReasons: Readonly<Record<CancelCause, string>> = {
  cancel: "canceled by the user",
  scope: "canceled as an error left the scope of the executor",
  shutdown: "canceled by the shutdown",
};

/**
 * Cancels what the target names, piece by piece: running tasks by stopping their processes, queued ones for good. As no
 * pass is made before all is done, nothing of it starts meanwhile.
 */
export function* cancel(state: CoreState, request: Input & { readonly kind: "cancelRequested" }): Pieces {
  const { target, cause, reason = cancelReasons[cause], atMs } = request;
  const stop: Stop = { cause, reason };
  const propagation = new Propagation(state, atMs);
  if (target.kind === "job") {
    const record = state.jobs.get(target.job);
    if (record === undefined || record.outcome !== undefined) return;
    const { job } = record;
    const first = target.offset === undefined ? job.firstTask : job.firstTask + target.offset;
    const end = target.offset === undefined ? stopTask(job) : first + 1;
    invariant(job.firstTask <= first && end <= stopTask(job), "What is canceled of a job is one of its tasks");
    if (target.offset === undefined) cancelJob(state, record, atMs);
    yield* stopTasks(state, first, end, stop);
    propagation.drop(record, first, end, { kind: "canceled", ...stop });
  } else {
    for (const record of state.jobs.values()) {
      yield;
      if (record.outcome !== undefined || isSpared(state, record, cause)) continue;
      const { job } = record;
      if (target.kind === "all" || hasWaiting(state, record)) cancelJob(state, record, atMs);
      if (target.kind === "all") yield* stopTasks(state, job.firstTask, stopTask(job), stop);
      propagation.drop(record, job.firstTask, stopTask(job), { kind: "canceled", ...stop });
    }
  }
  propagation.run();
}

/** Stops a process, or remembers to stop it as soon as the launcher says that it runs. */
export function stopTaskProcess(state: CoreState, task: TaskId, live: LiveTask, stop: Stop, atMs: number): void {
  const { job, attempt, allocation } = live;
  invariant(state.live.get(task) === live, "What is stopped is what holds the cores now");
  if (live.kind === "launching") {
    if (live.stop !== undefined) return;
    state.setLive(task, { kind: "launching", job, attempt, allocation, stop });
    state.emit({ kind: "stopRequested", atMs, task, job: job.id, attempt, ...stop });
  } else if (live.kind === "running") {
    state.emit({ kind: "stopRequested", atMs, task, job: job.id, attempt, ...stop });
    stopStartedTask(state, task, live, stop, atMs);
  } else if (!live.isLast) {
    state.live.set(task, { ...live, isLast: true });
  }
}

/** How a task ends that was asked to: it fails at a limit, and is canceled by everything else. */
export function outcomeOfStop({ cause }: Stop): "failed" | "canceled" {
  return cause === "cancel" || cause === "scope" || cause === "shutdown" ? "canceled" : "failed";
}

/** Stops a process that was asked for before it ran; the request is on record already. */
export function stopStartedTask(state: CoreState, task: TaskId, live: LiveTask, stop: Stop, atMs: number): void {
  const { job, attempt, allocation } = live;
  invariant(live.kind === "running", "Only a process that runs and is not being stopped gets SIGTERM");
  // What uses too much memory would go on using more: it gets no grace.
  const isUrgent = stop.cause === "oom";
  const dueMs = state.taskClock.at(atMs) + (isUrgent ? killAgainMs(state) : job.description.graceMs ?? state.graceMs);
  invariant(!Number.isNaN(dueMs), "A grace ends at a time");
  state.setLive(task, { kind: "stopping", job, attempt, allocation, stop, dueMs });
  state.order({ kind: "signal", task, attempt, signal: isUrgent ? "SIGKILL" : "SIGTERM" });
}

/** Does what is due at `atMs`, a bounded number of it: time limits run out, graces end. The rest stays due. */
export function passTime(state: CoreState, atMs: number): void {
  const nowMs = state.taskClock.at(atMs);
  for (; state.deadlinesLeft > 0; state.deadlinesLeft--) {
    const dueMs = state.dues.firstKey;
    if (dueMs === undefined || dueMs > nowMs) return;
    const task = present(state.dues.firstValue, "the task that is due");
    state.dues.pop();
    const live = state.live.get(task);
    if (live === undefined || live.kind === "launching" || live.dueMs !== dueMs) continue;
    if (live.kind === "running") {
      const limitMs = present(live.job.description.timeLimitMs, "the limit of a task that is over it");
      const reason = `stopped after its time limit of ${limitMs / 1000} s`;
      stopTaskProcess(state, task, live, { cause: "timeout", reason }, atMs);
    } else {
      const { attempt } = live;
      state.order({ kind: "signal", task, attempt, signal: "SIGKILL" });
      // A kill can get lost with a helper that dies at that moment; asking again costs nothing.
      state.setLive(task, { ...live, dueMs: nowMs + killAgainMs(state) });
    }
  }
}

/** When {@linkcode passTime} has something to do next. Of very many stale deadlines, the first one that is left. */
export function nextDeadlineMs({ dues, live, piecesMax, taskClock }: CoreState): number | undefined {
  for (let left = piecesMax; left > 0 && dues.firstKey !== undefined; left--) {
    const first = live.get(dues.firstValue!);
    if (first !== undefined && first.kind !== "launching" && first.dueMs === dues.firstKey) break;
    dues.pop();
  }
  return taskClock.when(dues.firstKey);
}

/** Notes that a job was canceled as a whole. A plain job is its one task, so there is nothing to note. */
function cancelJob(state: CoreState, record: JobRecord, atMs: number): void {
  invariant(record.outcome === undefined, "A job that has ended cannot be canceled");
  if (record.canceled || record.job.description.iteration === undefined) return;
  invariant(record.remaining > 0, "A job that has not ended has a task that has not");
  record.canceled = true;
  state.emit({ kind: "jobCanceled", atMs, job: record.job.id });
}

function killAgainMs(state: CoreState): number {
  return Math.max(1000, state.graceMs);
}

/** How many tasks without a process are looked at in one piece of work. */
const tasksInPiece = 1024;

/** Stops the processes of those tasks from `first` to before `end` that have one. */
function* stopTasks(state: CoreState, first: TaskId, end: TaskId, stop: Stop): Pieces {
  for (let task = first; task < end; task++) {
    const isLive = state.tasks.phase(task) === TaskPhase.live;
    if (isLive) stopTaskProcess(state, task, present(state.live.get(task), "a live task"), stop, state.atMs);
    if (isLive || task % tasksInPiece === 0) yield;
  }
}

/** Whether a task of the job does not hold cores and is not terminal. */
function hasWaiting(state: CoreState, record: JobRecord): boolean {
  const end = stopTask(record.job);
  for (let task = record.job.firstTask; task < end; task = state.tasks.runEnd(task, end)) {
    const phase = state.tasks.phase(task);
    if (phase < TaskPhase.live) return true;
  }
  return false;
}

/** A job that runs last (`finally`) also runs after a cancel of everything, unless it is the only one or the pilot shuts down. */
function isSpared(state: CoreState, record: JobRecord, cause: CancelCause): boolean {
  return cause !== "shutdown" && state.lasts.get(record) === "waits";
}
