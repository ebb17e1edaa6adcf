/**
 * The tasks of a submit, one by one: their futures, their outputs, their ends.
 *
 * @module
 */

import type { TaskFailedError } from "../errors.ts";
import { taskCount } from "../job/description.ts";
import type { TaskReport } from "../report/views.ts";
import type { WaitLimit } from "../runtime/limit.ts";
import { checkOptionBag, waitLimitRules } from "../runtime/option_bag.ts";
import { findTask } from "./find_task.ts";
import { giveOutputs, type OutputAs, type OutputsOptions, type TaskOutput } from "./output/give_outputs.ts";
import { OutputReader, type ParseOutput } from "./output/output_reader.ts";
import { TaskRef } from "./output/task_ref.ts";
import { type SubmittedJobs, tasksAsTheyEnd } from "./task_ends.ts";
import { TaskFuture } from "./task_future.ts";

/**
 * What the future of a submit knows of its tasks.
 *
 * @typeParam Value What {@linkcode OutputReader.value} gives.
 */
export abstract class SubmittedTasks<Value = string> extends OutputReader<Value> implements AsyncIterable<TaskReport> {
  readonly #submitted: SubmittedJobs;
  readonly #parse: ParseOutput<Value> | undefined;

  /**
   * Made by the future of a submit.
   *
   * @param submitted What the tasks and their ends are learnt from.
   * @param parse Turns the text that a task wrote into a value.
   * @internal
   */
  constructor(submitted: SubmittedJobs, parse: ParseOutput<Value> | undefined) {
    super((method) => findTask(submitted.pilot, submitted.jobs, undefined, method), parse);
    this.#submitted = submitted;
    this.#parse = parse;
  }

  /** Waits until every job of the submit has ended. */
  abstract result(limit?: WaitLimit): Promise<unknown>;

  /**
   * Waits until every job of the submit has ended, and tells what went wrong, as `concurrent.futures` does: the error
   * that {@linkcode OutputReader.text} rejects with, for the first task that did not succeed (failed, was canceled or
   * omitted); `undefined` when all succeeded.
   *
   * @param limit When to give up waiting.
   * @throws As {@linkcode result}; and an {@linkcode UnknownJobError} if the job was removed.
   */
  async exception(limit: WaitLimit = {}): Promise<TaskFailedError | undefined> {
    checkOptionBag("exception()", limit, waitLimitRules);
    await this.result(limit);
    this.#submitted.refuseRemoved();
    for (const task of this.#tasks()) if (task.state !== "SUCCEED") return task.failure();
    return undefined;
  }

  /**
   * Gives the future of one task.
   *
   * @param which The index of an iteration, in a submit of one job with iterations; or the name of a job or iteration:
   * `"make"`, `"sweep:3"`. May be left out when there is only one task.
   * @throws {RangeError} If there is no such iteration.
   * @throws {UnknownJobError} If there is no task of that name in this submit.
   * @throws {TypeError} If it is not clear which task is meant.
   */
  task(which?: number | string): TaskFuture<Value> {
    return new TaskFuture(findTask(this.#submitted.pilot, this.#submitted.jobs, which), this.#parse);
  }

  /** The futures of all tasks, in the order of the submit and of the indexes. */
  tasks(): TaskFuture<Value>[] {
    return [...this.#tasks()].map((task) => new TaskFuture(task, this.#parse));
  }

  /**
   * Gives what each task wrote, one by one, as soon as it and those before it have ended: in the order of the submit and of
   * the indexes, or in that in which the tasks end. At the first that did not succeed it throws; {@linkcode tasks} is for
   * those who want the others all the same.
   *
   * @param options In which order and form, which stream, and when to give up waiting for all of them.
   * @throws As {@linkcode OutputReader.text}.
   *
   * @example The squares
   * ```ts
   * import { QCGPJExecutor } from "@qcg/pilotjob";
   * import { assertEquals } from "@std/assert";
   *
   * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir() });
   * const execution = { exec: "expr", args: ["${it}", "*", "${it}"] };
   * const sweep = executor.submit({ name: "square", iteration: { start: 1, stop: 4 }, execution, capture: "stdout" });
   * const squares: string[] = [];
   * for await (const { name, output } of sweep.outputs()) squares.push(`${name} ${output}`);
   * assertEquals(squares, ["square:1 1", "square:2 4", "square:3 9"]);
   * ```
   */
  outputs<const Options extends OutputsOptions = Record<never, never>>(
    options?: Options,
  ): AsyncGenerator<TaskOutput<OutputAs<Options>>, void, void> {
    const tasks = { inOrder: () => this.#tasks(), asTheyEnd: () => tasksAsTheyEnd(this.#submitted) };
    const first = this.#submitted.jobs.map((job) => new TaskRef(this.#submitted.pilot, job, 0));
    return giveOutputs(tasks, first, options ?? {}) as AsyncGenerator<TaskOutput<OutputAs<Options>>, void, void>;
  }

  /**
   * Reports each task of the submit as it ends, iterations one by one; what ended before comes first. Leaving the loop
   * early leaves the tasks alone.
   *
   * @returns The reports, in the order in which the tasks ended.
   * @throws {UnknownJobError} If a job was removed before its tasks were reported.
   * @throws {JournalError} If the executor broke before the last task ended: whatever broke it is thrown.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<TaskReport, void, void> {
    this.#submitted.refuseRemoved();
    for await (const task of tasksAsTheyEnd(this.#submitted)) yield task.report();
  }

  *#tasks(): Generator<TaskRef, void, void> {
    for (const job of this.#submitted.jobs) {
      for (let i = 0; i < taskCount(job.description); i++) yield new TaskRef(this.#submitted.pilot, job, i);
    }
  }
}
