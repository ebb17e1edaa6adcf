/**
 * The core: inputs go in, events and actions come out. It never awaits, and reads no clock, no random source and no
 * environment; time is a field of every input, and the next deadline is an output.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { enterJobs, releaseLasts } from "./expand.ts";
import { explainWait, type WaitExplanation } from "./explain_wait.ts";
import { checkInvariants } from "./invariants.ts";
import { limitExceeded, signalRefused, taskExited, taskStarted, taskStartFailed } from "./lifecycle.ts";
import { dropAllInfeasible, nodeLost, nodeReady, nodeSuspected } from "./nodes.ts";
import { setPriority } from "./priority.ts";
import { endPauses, nextPauseEndMs } from "./retry.ts";
import { type RecordedRun, restore } from "./restore.ts";
import { schedule } from "./schedule.ts";
import { type CoreOptions, CoreState } from "./state.ts";
import { TaskPhase } from "./task_table.ts";
import { setStopTime } from "./stop_time.ts";
import { cancel, nextDeadlineMs, passTime } from "./stop.ts";
import type { Input, JobId, Output, TaskId } from "./types.ts";
import type { PoolView } from "../resources/pool.ts";
import { taskCount } from "../job/description.ts";

/** Schedules tasks on the nodes that we own. */
export class Core {
  readonly #state: CoreState;
  #latestMs = 0;
  /** Inputs that are not applied yet, from `#next` on. */
  #inputs: Input[] = [];
  #next = 0;

  /** Creates a core that knows no job. */
  constructor(options: CoreOptions) {
    this.#state = new CoreState(options);
  }

  /**
   * Takes in what happened, in order, then makes one pass. An input may be a little older than what came before it.
   * Where there is too much to do for one step ({@linkcode isUnfinished}), the pass is left to the last of several.
   */
  step(inputs: readonly Input[]): Output {
    const state = this.#state;
    state.output = { events: [], actions: [] };
    const isBusy = this.isUnfinished;
    for (const input of inputs) {
      invariant(Number.isFinite(input.atMs), "An input has a time");
      this.#latestMs = Math.max(this.#latestMs, input.atMs);
      // While work is left, `timePassed` only lets the step go on: it must not become work of its own.
      if (!isBusy || input.kind !== "timePassed") this.#inputs.push(input);
    }
    const atMs = state.atMs = this.#latestMs;
    state.deadlinesLeft = state.piecesMax;
    this.#applyInputs();
    if (this.isUnfinished) return state.output;
    passTime(state, atMs);
    endPauses(state, atMs);
    releaseLasts(state, atMs);
    if (state.ranks?.advance()) state.queues.rerank();
    if (state.isPaused || state.taskClock.isStopped) state.isPassCut = false;
    else schedule(state, atMs);
    if (state.draining && !state.drained && state.openJobs === 0) {
      state.drained = true;
      invariant(state.live.size === 0, "A pilot that is drained has no task that holds cores");
      invariant(state.retries.size === 0, "A pilot that is drained tries nothing again");
      state.emit({ kind: "pilotDrained", atMs });
      state.order({ kind: "stop" });
    }
    invariant(state.lasts.size <= state.openJobs, "What runs last is open");
    invariant(state.openJobs <= state.jobs.size, "More jobs are open than are in the books");
    invariant(state.pool.freeCores <= state.pool.totals.cores, "More cores are free than there are");
    invariant(state.work.isDone, "A pass is made when nothing is left to do, and leaves nothing to do");
    return state.output;
  }

  /**
   * Goes on where an earlier pilot stopped. To be called before the first step; its actions are launches of what was
   * unfinished, and must wait until the processes of the earlier pilot have gone.
   */
  restore(recorded: RecordedRun, atMs: number): Output {
    const state = this.#state;
    state.output = { events: [], actions: [] };
    invariant(state.jobs.size === 0, "A core is restored before its first step");
    invariant(!this.isUnfinished, "A core is restored before its first input");
    state.atMs = this.#latestMs = atMs;
    restore(state, recorded, atMs);
    state.work.do(Infinity);
    invariant(state.work.isDone, "A restored core has linked all its jobs");
    schedule(state, atMs);
    return state.output;
  }

  /** Whether the last step left inputs or work to the next one, which is due at once and need bring no more. */
  get isUnfinished(): boolean {
    const { work, hasLostFit } = this.#state;
    return this.#next < this.#inputs.length || !work.isDone || hasLostFit;
  }

  /** When `step` should be called next even if nothing happens, with `timePassed`; `undefined` for never. */
  nextDeadlineMs(): number | undefined {
    if (this.isUnfinished || this.#state.isPassCut) return this.#latestMs;
    const deadlineMs = nextDeadlineMs(this.#state) ?? Infinity;
    const earliestMs = Math.min(deadlineMs, nextPauseEndMs(this.#state) ?? Infinity);
    return earliestMs === Infinity ? undefined : earliestMs;
  }

  /** Cores that are free now. */
  get freeCores(): number {
    return this.#state.pool.freeCores;
  }

  /** Jobs that have not ended. */
  get openJobs(): number {
    return this.#state.openJobs;
  }

  /** Whether what is left waits for nothing but more time than there is until all work stops. */
  get isOutOfTime(): boolean {
    const { stopAtMs, draining, openJobs, live, pauses, queues, isPaused } = this.#state;
    if (stopAtMs === undefined || !draining || openJobs === 0 || isPaused) return false;
    return live.size === 0 && pauses.size === 0 && queues.waiting().length === 0;
  }

  /** The nodes as they stand: the intake asks here what could ever fit. */
  get pool(): PoolView {
    return this.#state.pool;
  }

  /** Explains why a task waits; see {@linkcode explainWait}. */
  explain(task: TaskId, nowMs: number): WaitExplanation {
    return explainWait(this.#state, task, nowMs);
  }

  /** Throws an `InvariantError` when the books do not add up. */
  checkInvariants(): void {
    if (!this.isUnfinished) checkInvariants(this.#state);
  }

  /** Applies inputs, each with all the work that it leads to, as far as one step may go. */
  #applyInputs(): void {
    const state = this.#state;
    for (let left = state.piecesMax; left > 0; left--) {
      left -= state.work.do(left);
      if (!state.work.isDone) return;
      if (this.#next < this.#inputs.length) {
        const input = this.#inputs[this.#next++]!;
        state.atMs = input.atMs;
        apply(state, input);
      } else if (state.hasLostFit) {
        state.hasLostFit = false;
        state.work.add(dropAllInfeasible(state));
      } else {
        break;
      }
    }
    if (this.#next < this.#inputs.length) return;
    invariant(this.#next === this.#inputs.length, "No more inputs are applied than came in");
    this.#inputs = [];
    this.#next = 0;
  }
}

function apply(state: CoreState, input: Input): void {
  const { atMs } = input;
  switch (input.kind) {
    case "jobsSubmitted":
      return state.work.add(enterJobs(state, input.jobs, atMs));
    case "cancelRequested":
      return state.work.add(cancel(state, input));
    case "jobForgotten":
      return forget(state, input.job, atMs);
    case "prioritySet":
      return setPriority(state, input.job, input.priority, atMs);
    case "drainRequested":
      state.draining = true;
      return;
    case "pauseRequested":
    case "pauseEnded":
      state.isPaused = input.kind === "pauseRequested";
      return;
    case "tasksFrozen":
    case "tasksThawed":
      return input.kind === "tasksFrozen" ? state.taskClock.stop(atMs) : state.taskClock.goOn(atMs);
    case "taskStarted":
      return taskStarted(state, input.task, input.attempt, input.pid, atMs);
    case "taskStartFailed":
      return taskStartFailed(state, input.task, input.attempt, input.failure, atMs);
    case "taskExited":
      return taskExited(state, input);
    case "signalRefused":
      return signalRefused(state, input.task, input.attempt, atMs);
    case "limitExceeded": {
      const { task, attempt, cause, reason } = input;
      return limitExceeded(state, task, attempt, { cause, reason }, atMs);
    }
    case "nodeLost":
      return nodeLost(state, input.node, input.reason, atMs);
    case "nodeReady":
      return nodeReady(state, input.node, atMs);
    case "nodeSuspected":
      return nodeSuspected(state, input.node);
    case "stopTimeSet":
      return setStopTime(state, input.stopAtMs);
    case "timePassed":
      return passTime(state, atMs);
    default:
      return input satisfies never;
  }
}

/** Drops a job that has ended from the books; its name may be used again. */
function forget(state: CoreState, id: JobId, atMs: number): void {
  const record = state.jobs.get(id);
  if (record?.outcome === undefined) return;
  invariant(record.remaining === 0, "A job that has ended has no open task");
  invariant(!state.lasts.has(record), "A job that is forgotten does not wait to run last");
  state.jobs.delete(id);
  state.tasks.forget(record.job.firstTask, taskCount(record.job.description));
  invariant(state.tasks.phase(record.job.firstTask) === TaskPhase.none, "A job that is forgotten has no task");
  state.emit({ kind: "jobForgotten", atMs, job: id });
}
