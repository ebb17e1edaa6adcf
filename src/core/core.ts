/**
 * The core: inputs go in, events and actions come out. It never awaits, and reads no clock, no random source and no
 * environment; time is a field of every input, and the next deadline is an output.
 *
 * @module
 */

import { enterJobs } from "./expand.ts";
import { checkInvariants } from "./invariants.ts";
import { limitExceeded, taskExited, taskStarted, taskStartFailed } from "./lifecycle.ts";
import { nodeLost, nodeReady, nodeSuspected } from "./nodes.ts";
import { endPauses, nextPauseEndMs } from "./retry.ts";
import { type RecordedRun, restore } from "./restore.ts";
import { schedule } from "./schedule.ts";
import { type CoreOptions, CoreState } from "./state.ts";
import { cancel, nextDeadlineMs, passTime } from "./stop.ts";
import type { Input, JobId, Output } from "./types.ts";
import type { PoolView } from "../resources/pool.ts";
import { taskCount } from "../job/description.ts";

/** Schedules tasks on the nodes that we own. */
export class Core {
  readonly #state: CoreState;
  #latestMs = 0;

  /** Creates a core that knows no job. */
  constructor(options: CoreOptions) {
    this.#state = new CoreState(options);
  }

  /** Takes in what happened, in order, then makes one pass. UntimedInput may be a little older than what came before it. */
  step(inputs: readonly Input[]): Output {
    const state = this.#state;
    state.output = { events: [], actions: [] };
    let atMs = this.#latestMs;
    for (const input of inputs) {
      apply(state, input);
      atMs = Math.max(atMs, input.atMs);
    }
    this.#latestMs = atMs;
    passTime(state, atMs);
    endPauses(state, atMs);
    schedule(state, atMs);
    if (state.draining && !state.drained && state.openJobs === 0) {
      state.drained = true;
      state.emit({ kind: "pilotDrained", atMs });
      state.order({ kind: "stop" });
    }
    return state.output;
  }

  /**
   * Goes on where an earlier pilot stopped. To be called before the first step; its actions are launches of what was
   * unfinished, and must wait until the processes of the earlier pilot have gone.
   */
  restore(recorded: RecordedRun, atMs: number): Output {
    const state = this.#state;
    state.output = { events: [], actions: [] };
    restore(state, recorded, atMs);
    this.#latestMs = atMs;
    schedule(state, atMs);
    return state.output;
  }

  /** When `step` should be called next even if nothing happens, with `timePassed`; `undefined` for never. */
  nextDeadlineMs(): number | undefined {
    if (this.#state.isPassCut) return this.#latestMs;
    const deadlineMs = nextDeadlineMs(this.#state) ?? Infinity;
    const earliestMs = Math.min(deadlineMs, nextPauseEndMs(this.#state) ?? Infinity);
    return earliestMs === Infinity ? undefined : earliestMs;
  }

  /** Cores that are free now. */
  get freeCores(): number {
    return this.#state.pool.freeCores;
  }

  /** The nodes as they stand: whoever lets jobs in asks here what could ever fit. */
  get pool(): PoolView {
    return this.#state.pool;
  }

  /** Throws an `InvariantError` when the books do not add up. */
  checkInvariants(): void {
    checkInvariants(this.#state);
  }
}

function apply(state: CoreState, input: Input): void {
  const { atMs } = input;
  switch (input.kind) {
    case "jobsSubmitted":
      return enterJobs(state, input.jobs, atMs);
    case "cancelRequested":
      return cancel(state, input);
    case "jobForgotten":
      return forget(state, input.job, atMs);
    case "drainRequested":
      state.draining = true;
      return;
    case "taskStarted":
      return taskStarted(state, input.task, input.attempt, input.pid, atMs);
    case "taskStartFailed":
      return taskStartFailed(state, input.task, input.attempt, input.failure, atMs);
    case "taskExited":
      return taskExited(state, input);
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
  state.jobs.delete(id);
  state.tasks.forget(record.job.firstTask, taskCount(record.job.description));
  state.emit({ kind: "jobForgotten", atMs, job: id });
}
