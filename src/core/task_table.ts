/**
 * The state of every task, packed: a waiting task is a few bytes in a typed array, not an object, so that a million
 * of them cost neither memory nor garbage collection.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { blockRows, Blocks, rowInBlock } from "../base/blocks.ts";
import type { JobId, JobOutcome, TaskId } from "./types.ts";

/** Where a task stands. Order matters: everything from `succeeded` on is terminal. */
export const TaskPhase = {
  /** Not a task, or forgotten. */
  none: 0,
  /** Waits for dependencies. */
  blocked: 1,
  /** Waits for resources only. */
  ready: 2,
  /** Failed, and pauses before it is tried again. */
  delayed: 3,
  /** Launching, running or stopping: see the table of live tasks. */
  live: 4,
  succeeded: 5,
  failed: 6,
  canceled: 7,
  omitted: 8,
} as const;

/** One of the values of {@linkcode TaskPhase}. */
export type TaskPhase = (typeof TaskPhase)[keyof typeof TaskPhase];

/** How a task ended, by its phase, which must be a terminal one. */
export function outcomeOfPhase(phase: TaskPhase): JobOutcome {
  invariant(phase >= TaskPhase.succeeded, "Only what has ended has an outcome");
  return outcomes[phase - TaskPhase.succeeded]!;
}

const outcomes: readonly JobOutcome[] = ["succeeded", "failed", "canceled", "omitted"];

/** Attempts are counted in 16 bits; a job may not ask for so many. */
const attemptMax = 0xffff;

interface Columns {
  readonly job: Uint32Array;
  readonly phase: Uint8Array;
  readonly attempt: Uint16Array;
  /** Unmet dependencies of the task itself; those of its job are counted there. */
  readonly waiting: Uint32Array;
}

/** Columns of task state, by task id. */
export class TaskTable {
  readonly #blocks: Blocks<Columns> = new Blocks(() => ({
    job: new Uint32Array(blockRows),
    phase: new Uint8Array(blockRows),
    attempt: new Uint16Array(blockRows),
    waiting: new Uint32Array(blockRows),
  }));

  /** Adds the `count` tasks of a job, from `first` on, all in the same phase. */
  add(job: JobId, first: TaskId, count: number, phase: TaskPhase): void {
    invariant(phase !== TaskPhase.none, "A task that is added is somewhere");
    invariant(this.phase(first) === TaskPhase.none, () => `Task ${first} is there already`);
    this.#blocks.add(first, count, (columns, from, to) => {
      columns.job.fill(job, from, to);
      columns.phase.fill(phase, from, to);
    });
  }

  /** Forgets `count` tasks from `first` on. */
  forget(first: TaskId, count: number): void {
    invariant(this.phase(first) >= TaskPhase.succeeded, "What is forgotten has ended");
    invariant(this.phase(first + count - 1) >= TaskPhase.succeeded, "What is forgotten has ended, to the last task");
    this.#blocks.forget(first, count, (columns, from, to) => columns.phase.fill(TaskPhase.none, from, to));
  }

  /** The job that the task belongs to. */
  job(task: TaskId): JobId {
    return this.#blocks.get(task).job[rowInBlock(task)]!;
  }

  /** Where the task stands; `none` when there is no such task. */
  phase(task: TaskId): TaskPhase {
    return (this.#blocks.find(task)?.phase[rowInBlock(task)] ?? TaskPhase.none) as TaskPhase;
  }

  /** Moves the task to another phase. A terminal phase is never left. */
  setPhase(task: TaskId, phase: TaskPhase): void {
    const column = this.#blocks.get(task).phase;
    invariant(phase !== TaskPhase.none, "A task goes with its job");
    invariant(column[rowInBlock(task)]! < TaskPhase.succeeded, () => `Task ${task} has ended and cannot change`);
    column[rowInBlock(task)] = phase;
  }

  /** Moves `count` waiting tasks to another phase. */
  fillPhase(first: TaskId, count: number, phase: TaskPhase): void {
    invariant(count > 0, "Some task moves to another phase");
    this.#blocks.fill(first, count, (columns, from, to) => {
      for (let row = from; row < to; row++) {
        invariant(columns.phase[row]! < TaskPhase.live, () => `One of ${count} tasks from ${first} on does not wait`);
      }
      columns.phase.fill(phase, from, to);
    });
  }

  /** How often the task was launched. */
  attempt(task: TaskId): number {
    return this.#blocks.get(task).attempt[rowInBlock(task)]!;
  }

  /** Sets how often the task was launched. */
  setAttempt(task: TaskId, attempt: number): void {
    invariant(attempt <= attemptMax, "There are more attempts than can be counted");
    const column = this.#blocks.get(task).attempt;
    invariant(attempt > column[rowInBlock(task)]!, () => `Task ${task} was launched ${attempt} times already`);
    column[rowInBlock(task)] = attempt;
  }

  /** How many dependencies of its own the task waits for. */
  waiting(task: TaskId): number {
    return this.#blocks.get(task).waiting[rowInBlock(task)]!;
  }

  /** Adds to the number of dependencies that the task waits for. */
  addWaiting(task: TaskId, change: 1 | -1): void {
    const column = this.#blocks.get(task).waiting;
    const sum = column[rowInBlock(task)]! + change;
    invariant(sum >= 0, () => `Task ${task} counts a dependency that it has not`);
    column[rowInBlock(task)] = sum;
  }

  /** Returns the end of the run of equal phases that starts at `task`, at most `stop`. */
  runEnd(task: TaskId, stop: TaskId): TaskId {
    const wanted = this.phase(task);
    return this.#endWhere(task, stop, ({ phase }, row) => phase[row] === wanted);
  }

  /**
   * Returns the end of the run of tasks from `task` on that are blocked though they wait for nothing of their own, at
   * most `stop`; `task` itself if it is no such task.
   */
  freeEnd(task: TaskId, stop: TaskId): TaskId {
    return this.#endWhere(
      task,
      stop,
      ({ phase, waiting }, row) => phase[row] === TaskPhase.blocked && waiting[row] === 0,
    );
  }

  /** The first task from `task` on whose row is no more like that; `stop` if all are. */
  #endWhere(task: TaskId, stop: TaskId, isLike: (columns: Columns, row: number) => boolean): TaskId {
    for (let end = task; end < stop;) {
      const columns = this.#blocks.get(end);
      const blockEnd = Math.min(stop, end - rowInBlock(end) + blockRows);
      for (; end < blockEnd; end++) if (!isLike(columns, rowInBlock(end))) return end;
    }
    return stop;
  }
}
