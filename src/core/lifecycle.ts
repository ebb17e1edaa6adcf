/**
 * The life of a task that holds cores, as its launcher tells it: started, failed to start, exited. What is told of an
 * attempt that is not the current one is stale and ignored.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { type Cleanup, type Exit, signalNumber, type StartFailure, type Tails, type Usage } from "./exit.ts";
import { Propagation } from "./propagate.ts";
import type { CoreState, LiveTask, Stop } from "./state.ts";
import { planRetry, waitAgain } from "./retry.ts";
import { outcomeOfStop, stopStartedTask, stopTaskProcess } from "./stop.ts";
import { TaskPhase } from "./task_table.ts";
import type { Cause, Input, Outcome, TaskId } from "./types.ts";

/** The process runs. */
export function taskStarted(state: CoreState, task: TaskId, attempt: number, pid: number, atMs: number): void {
  const live = state.live.get(task);
  // The node was given up during the launch: the process belongs to no attempt any more and must not run on.
  if (live?.attempt !== attempt) return state.order({ kind: "signal", task, attempt, signal: "SIGKILL" });
  if (live.kind !== "launching") return;
  const { job, allocation, stop } = live;
  state.emit({ kind: "taskStarted", atMs, task, job: job.id, attempt, pid });
  const { timeLimitMs } = job.description;
  const running: LiveTask = {
    kind: "running",
    job,
    attempt,
    allocation,
    startedAtMs: atMs,
    ...(timeLimitMs === undefined ? {} : { dueMs: state.taskClock.at(atMs) + timeLimitMs }),
  };
  state.setLive(task, running);
  if (stop !== undefined) stopStartedTask(state, task, running, stop, atMs);
}

/** There is no process and there will be none. */
export function taskStartFailed(
  state: CoreState,
  task: TaskId,
  attempt: number,
  failure: StartFailure,
  atMs: number,
): void {
  const live = state.live.get(task);
  if (live === undefined || live.attempt !== attempt) return;
  endUnless(state, task, live, "start", failure.message, atMs);
}

/** The process has gone. */
export function taskExited(state: CoreState, input: Input & { readonly kind: "taskExited" }): void {
  const { task, attempt, exit, usage, cleanup, tails, atMs } = input;
  const live = state.live.get(task);
  if (live === undefined || live.attempt !== attempt) return;
  const stop = stopOf(live);
  const outcome = stop === undefined ? exitOutcome(exit) : stopped(stop, exit);
  const keepsTails = tails !== undefined && outcome.kind !== "succeeded";
  const remains = { usage, ...(cleanup === undefined ? {} : { cleanup }), ...(keepsTails ? { tails } : {}) };
  end(state, task, live, outcome, remains, atMs);
}

/** A look at the processes found that a limit is exceeded. */
export function limitExceeded(state: CoreState, task: TaskId, attempt: number, stop: Stop, atMs: number): void {
  const live = state.live.get(task);
  if (live?.kind === "running" && live.attempt === attempt) stopTaskProcess(state, task, live, stop, atMs);
}

/**
 * A stop did not reach a process of the task. The result says so, and the cores stay taken until it is gone; but a pilot
 * that was told to end does not wait for it.
 */
export function signalRefused(state: CoreState, task: TaskId, attempt: number, atMs: number): void {
  const live = state.live.get(task);
  if (live?.kind !== "stopping" || live.attempt !== attempt || live.stop.isRefused) return;
  const reason = `${live.stop.reason}; it could not be signalled (EPERM: it runs as another user)`;
  invariant(state.tasks.phase(task) === TaskPhase.live, "What is being stopped holds its cores");
  if (live.stop.cause !== "shutdown") {
    state.live.set(task, { ...live, stop: { ...live.stop, reason, isRefused: true } });
    return;
  }
  const outcome = stopped({ cause: "shutdown", reason: `${reason} and is left behind` });
  end(state, task, live, outcome, { usage: {} }, atMs);
}

/** What stopped the task, if something did. The first cause wins, whatever ended the task then. */
function stopOf(live: LiveTask): Stop | undefined {
  return live.kind === "running" ? undefined : live.stop;
}

/** Ends a task that has no exit status: failed for that reason, unless it was stopped before. */
export function endUnless(
  state: CoreState,
  task: TaskId,
  live: LiveTask,
  cause: Cause,
  reason: string,
  atMs: number,
): void {
  const stop = stopOf(live);
  end(state, task, live, stop === undefined ? { kind: "failed", cause, reason } : stopped(stop), { usage: {} }, atMs);
}

/** What is known of the processes after their end. */
interface Remains {
  readonly usage: Usage;
  readonly cleanup?: Cleanup;
  readonly tails?: Tails;
}

/** Gives back the cores, and says how the task ended. */
function end(state: CoreState, task: TaskId, live: LiveTask, outcome: Outcome, remains: Remains, atMs: number): void {
  const { job, attempt, allocation } = live;
  const wasLive = state.live.delete(task);
  invariant(wasLive, "An attempt ended twice");
  invariant(state.tasks.phase(task) === TaskPhase.live, () => `Task ${task} ended and held nothing`);
  state.pool.release(allocation);
  const record = state.job(job.id);
  invariant(record.outcome === undefined, "A job ended before a task of it");
  record.caps?.caps.forEach((cap) => {
    invariant(cap.running > 0, "A cap counts fewer tasks than hold cores under it");
    cap.running--;
  });
  const readyAtMs = outcome.kind === "failed" ? planRetry(state, task, live, outcome, atMs) : undefined;
  if (outcome.kind === "failed" && readyAtMs !== undefined) {
    state.emit({ kind: "attemptEnded", atMs, task, job: job.id, attempt, outcome, ...remains, readyAtMs });
    return waitAgain(state, task, readyAtMs, atMs);
  }
  state.retries.delete(task);
  const phase = TaskPhase[outcome.kind];
  state.tasks.setPhase(task, phase);
  state.emit({ kind: "taskEnded", atMs, task, job: job.id, attempt, outcome, ...remains });
  if (outcome.kind === "succeeded" && live.kind === "running") {
    state.taskSucceeded(record, allocation, Math.max(0, atMs - live.startedAtMs));
  }
  const propagation = new Propagation(state, atMs);
  propagation.tasksEnded(record, task, task + 1, phase);
  propagation.run();
}

function exitOutcome(exit: Exit): Outcome {
  if ("signal" in exit) {
    const number = signalNumber(exit.signal);
    return {
      kind: "failed",
      cause: "signal",
      exit,
      reason: `killed by signal ${exit.signal}${number > 0 ? ` (${number})` : ""}`,
    };
  }
  return exit.code === 0
    ? { kind: "succeeded" }
    : { kind: "failed", cause: "exit", exit, reason: `exit code ${exit.code}` };
}

/** A task that was asked to end has ended for that reason, whatever its exit status. */
function stopped(stop: Stop, exit?: Exit): Outcome {
  const { cause, reason } = stop;
  return { kind: outcomeOfStop(stop), cause, reason, ...(exit === undefined ? {} : { exit }) };
}
