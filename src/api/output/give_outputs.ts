/**
 * The outputs of many tasks, one after the other.
 *
 * @module
 */

import { checkOptionBag, oneOf, type OptionRules } from "../../runtime/option_bag.ts";
import { untilSettled } from "../../runtime/limit.ts";
import { type OutputOptions, outputRules } from "./output_reader.ts";
import { outputJson, outputText } from "./parse_output.ts";
import { chooseStream, readOutput, requireKept } from "./read_output.ts";
import type { TaskRef } from "./task_ref.ts";

/** In which form an output is given. */
export type OutputForm = "text" | "json" | "bytes";

/** Options of `future.outputs()`. `timeoutMs` is for all of them. */
export interface OutputsOptions extends OutputOptions {
  /**
   * In which order: that of the submit and of the indexes, or that in which the tasks end.
   *
   * @default {"iterations"}
   */
  readonly order?: "iterations" | "ends";
  /**
   * In which form.
   *
   * @default {"text"}
   */
  readonly as?: OutputForm;
}

/** What one task wrote. */
export interface TaskOutput<Output = string> {
  /** `job`, or `job:iteration`. */
  readonly name: string;
  /** The index of an iteration; absent for a job without iterations. */
  readonly iteration?: number;
  /** What it wrote, in the form that was asked for. */
  readonly output: Output;
}

/** The type of an output, by the options. */
export type OutputAs<Options extends OutputsOptions> = Options extends { readonly as: "bytes" }
  ? Uint8Array<ArrayBuffer>
  : Options extends { readonly as: "json" } ? unknown
  : string;

/** The tasks of a submit, in either order. */
export interface OrderedTasks {
  /** All of them, in the order of the submit. */
  readonly inOrder: () => Iterable<TaskRef>;
  /** All of them, as they end. */
  readonly asTheyEnd: () => AsyncIterable<TaskRef>;
}

const rules: OptionRules<OutputsOptions> = {
  ...outputRules,
  order: oneOf("iterations", "ends"),
  as: oneOf("text", "json", "bytes"),
};

/**
 * Gives the outputs of tasks; see `future.outputs()`.
 *
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {JobDescriptionError} If an output is not kept.
 */
export function giveOutputs(
  { inOrder, asTheyEnd }: OrderedTasks,
  first: readonly TaskRef[],
  options: OutputsOptions,
): AsyncGenerator<TaskOutput<unknown>, void, void> {
  checkOptionBag("outputs()", options, rules);
  for (const task of first) requireKept(task, options.stream ?? chooseStream(task));
  return give(options.order === "ends" ? asTheyEnd() : inOrder(), first[0]?.pilot.clock, options);
}

async function* give(
  tasks: Iterable<TaskRef> | AsyncIterable<TaskRef>,
  clock: TaskRef["pilot"]["clock"] | undefined,
  { as = "text", stream, order: _order, ...limit }: OutputsOptions,
): AsyncGenerator<TaskOutput<unknown>, void, void> {
  const endMs = (clock?.nowMs() ?? 0) + (limit.timeoutMs ?? Infinity);
  const source = Symbol.asyncIterator in tasks ? tasks[Symbol.asyncIterator]() : tasks[Symbol.iterator]();
  try {
    for (;;) {
      const left = () =>
        limit.timeoutMs === undefined ? limit : { ...limit, timeoutMs: Math.max(0, endMs - clock!.nowMs()) };
      const next = Promise.resolve(source.next());
      const { done, value: task } = clock === undefined
        ? await next
        : await untilSettled(next, left(), clock, () => "waiting for the next output");
      if (done) return;
      const bytes = await readOutput(task, stream ?? chooseStream(task), left());
      const { name, iteration } = task;
      const output = as === "bytes" ? bytes : as === "text" ? outputText(bytes) : outputJson(outputText(bytes), name);
      yield { name, ...(iteration === undefined ? {} : { iteration }), output };
    }
  } finally {
    // What is asked already may never answer, and ends by itself when the executor does.
    Promise.resolve(source.return?.()).catch(() => {});
  }
}
