/**
 * The future of a single task: a plain job, or one iteration.
 *
 * @module
 */

import type { TaskFailedError } from "../errors.ts";
import type { JobState, TerminalState } from "../report/states.ts";
import type { TaskReport } from "../report/views.ts";
import type { WaitLimit } from "../runtime/limit.ts";
import { checkOptionBag, waitLimitRules } from "../runtime/option_bag.ts";
import { OutputReader, type ParseOutput } from "./output/output_reader.ts";
import type { TaskRef } from "./output/task_ref.ts";

/**
 * A handle on one task of a submit: an iteration, or a job without iterations. `future.task(3)` and `future.tasks()` give
 * it.
 *
 * @typeParam Value What {@linkcode OutputReader.value} gives.
 *
 * @example One iteration
 * ```ts
 * import { QCGPJExecutor } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir() });
 * const execution = { exec: "expr", args: ["${it}", "*", "${it}"] };
 * const sweep = executor.submit({ name: "square", iteration: { start: 1, stop: 4 }, execution, capture: "stdout" });
 * const third = sweep.task(3);
 * assertEquals([third.name, await third.text(), await third.result()], ["square:3", "9", "SUCCEED"]);
 * ```
 */
export class TaskFuture<Value = string> extends OutputReader<Value> {
  /** `job`, or `job:iteration`. */
  readonly name: string;
  /** The index of an iteration; absent for a job without iterations. */
  readonly iteration?: number;
  readonly #task: TaskRef;

  /**
   * Made by a future of a submit.
   *
   * @internal
   */
  constructor(task: TaskRef, parse?: ParseOutput<Value>) {
    super(() => task, parse);
    this.#task = task;
    this.name = task.name;
    if (task.iteration !== undefined) this.iteration = task.iteration;
  }

  /**
   * Waits until the task has ended. A failure is a result, not an error.
   *
   * @param limit When to give up waiting; the task itself is left alone then.
   * @throws {UnknownJobError} If its job was removed.
   * @throws As the `result()` of the submit's future.
   */
  async result(limit: WaitLimit = {}): Promise<TerminalState> {
    checkOptionBag("result()", limit, waitLimitRules);
    return await this.#task.ended(limit);
  }

  /**
   * Waits until the task has ended, and gives the error that {@linkcode OutputReader.text} would reject with, or
   * `undefined` if it succeeded.
   */
  async exception(limit: WaitLimit = {}): Promise<TaskFailedError | undefined> {
    checkOptionBag("exception()", limit, waitLimitRules);
    return await this.#task.ended(limit) === "SUCCEED" ? undefined : this.#task.failure();
  }

  /** Whether the task has ended; also true when the executor broke, so that it never will. */
  done(): boolean {
    return this.#task.isOver || this.#task.pilot.failure !== undefined;
  }

  /** Whether the task has not ended; true while it is queued, as in QCG-PilotJob. */
  running(): boolean {
    return !this.done();
  }

  /** The state of the task now. */
  state(): JobState {
    this.#task.refuseRemoved();
    return this.#task.state;
  }

  /**
   * What is known of the task now.
   *
   * @throws {UnknownJobError} If its job was removed.
   */
  info(): TaskReport {
    this.#task.refuseRemoved();
    return this.#task.report();
  }

  /**
   * Asks to stop the task, if it has not ended; see `cancel()` of the submit's future.
   *
   * @returns True when there was something to stop.
   */
  cancel(): boolean {
    if (this.done()) return false;
    const { pilot, job, offset } = this.#task;
    pilot.cancel({ kind: "job", job: job.id, offset });
    return true;
  }
}
