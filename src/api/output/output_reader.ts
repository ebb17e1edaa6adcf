/**
 * What the futures of a submit and of a single task have in common: the output of a task, handed over.
 *
 * @module
 */

import type { OutputName } from "../../job/description.ts";
import { checkOptionBag, oneOf, type OptionRules, waitLimitRules } from "../../runtime/option_bag.ts";
import type { WaitLimit } from "../../runtime/limit.ts";
import { outputJson, outputText, parsedOutput } from "./parse_output.ts";
import { chooseStream, followLines, readOutput, requireKept } from "./read_output.ts";
import type { TaskRef } from "./task_ref.ts";

/** Options of what hands an output over. */
export interface OutputOptions extends WaitLimit {
  /**
   * Which stream.
   *
   * @default {"stdout"; "stderr" where only that is kept}
   */
  readonly stream?: OutputName;
}

/** The rules of {@linkcode OutputOptions}. */
export const outputRules: OptionRules<OutputOptions> = { ...waitLimitRules, stream: oneOf("stdout", "stderr") };

/** What turns the text that a task wrote into a value. */
export type ParseOutput<Value> = (text: string) => Value;

/**
 * Hands over what a task wrote. Its output must be kept: captured (`capture` of the job), or in a file (`stdout`,
 * `stderr`). All of these promise output and not states: where the task does not succeed they reject with a
 * {@linkcode TaskFailedError}, which tells the command, the exit and the last words. Of a task that was tried again the
 * output of the last attempt counts.
 *
 * @typeParam Value What {@linkcode value} gives.
 *
 * @example The three ways
 * ```ts
 * import { QCGPJExecutor } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir() });
 * const job = { name: "list", execution: { exec: "printf", args: ["[1,\\n2]\\n"] }, capture: "stdout" } as const;
 * const future = executor.submit(job);
 * assertEquals(await future.text(), "[1,\n2]");
 * assertEquals(await future.json<number[]>(), [1, 2]);
 * assertEquals(await Array.fromAsync(future.lines()), ["[1,", "2]"]);
 * ```
 */
export abstract class OutputReader<Value = string> {
  readonly #soleTask: (method: string) => TaskRef;
  readonly #parse: ParseOutput<Value> | undefined;

  /**
   * Made by futures.
   *
   * @param soleTask The task that is meant by a method; throws a `TypeError` where there are several.
   * @param parse What {@linkcode value} gives the text to.
   * @internal
   */
  constructor(soleTask: (method: string) => TaskRef, parse: ParseOutput<Value> | undefined) {
    this.#soleTask = soleTask;
    this.#parse = parse;
  }

  /**
   * Waits for the end of the task and gives what it wrote, as text. As in the shell, a line end at the end is left out;
   * bytes that are no UTF-8 become `U+FFFD`. {@linkcode bytes} gives everything as it is. Of a file that is added to
   * (`{ path, append: true }`) it is all that the file holds by then, also what was there before and what others added.
   *
   * @param options Which stream, and when to give up waiting.
   * @throws {TaskFailedError} If the task did not succeed.
   * @throws {TaskOutputError} If it wrote more than `capture` allows, or the file is gone.
   * @throws {JobDescriptionError} If the output is not kept.
   * @throws {TypeError} If there are several tasks, or an option is unknown or of the wrong type.
   */
  async text(options: OutputOptions = {}): Promise<string> {
    return outputText(await this.#read("text()", options));
  }

  /** As {@linkcode text}, but gives the bytes as they were written. */
  async bytes(options: OutputOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return await this.#read("bytes()", options);
  }

  /**
   * Gives the text, parsed as JSON. Nothing checks that the value is a `T`: {@linkcode value} is for that.
   *
   * @throws {TaskOutputError} If it is no JSON: it names the task, the place and how the text begins.
   */
  async json<T = unknown>(options: OutputOptions = {}): Promise<T> {
    const bytes = await this.#read("json()", options);
    return outputJson(outputText(bytes), this.#soleTask("json()").name) as T;
  }

  /**
   * Gives the lines that the task writes, as they come, while it runs; without their ends. After the last one it throws if
   * the task did not succeed. Leaving the loop early leaves the task alone. All lines come, whatever `capture` says of
   * `maxBytes`, as far as they are still there. Where the job may be tried again (`retry`) they come at the end, as
   * only then it is sure which attempt counts.
   *
   * @param options Which stream, and when to give up waiting.
   * @throws As {@linkcode text}.
   */
  lines(options: OutputOptions = {}): AsyncGenerator<string, void, void> {
    const { task, stream, limit } = this.#choose("lines()", options);
    requireKept(task, stream);
    return followLines(task, stream, limit);
  }

  /**
   * Gives what the parser of the template (`defineTemplate(text, { output: parse })`) makes of the text. Without a
   * parser the value is the text.
   *
   * @throws {TaskOutputError} If the parser throws; `cause` is what it threw.
   */
  async value(options: OutputOptions = {}): Promise<Value> {
    const text = outputText(await this.#read("value()", options));
    const parse = this.#parse;
    return parse === undefined ? text as Value : parsedOutput(text, parse, this.#soleTask("value()").name);
  }

  async #read(method: string, options: OutputOptions): Promise<Uint8Array<ArrayBuffer>> {
    const { task, stream, limit } = this.#choose(method, options);
    return await readOutput(task, stream, limit);
  }

  #choose(method: string, options: OutputOptions): {
    readonly task: TaskRef;
    readonly stream: OutputName;
    readonly limit: WaitLimit;
  } {
    checkOptionBag(method, options, outputRules);
    const { stream, ...limit } = options;
    const task = this.#soleTask(method);
    return { task, stream: stream ?? chooseStream(task), limit };
  }
}
