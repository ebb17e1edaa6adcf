/**
 * Submitting: what an executor and the views of it have in common.
 *
 * @module
 */

import type { JobInput } from "../job/input.ts";
import type { Scalar } from "../job/json.ts";
import type { PermissionScope } from "../job/permissions.ts";
import type {
  AnyTemplate,
  ParameterObjects,
  SeveralParameters,
  SubmitParameters,
  TemplateParameters,
  TemplateValue,
} from "../template/types.ts";
import { checkPermissions, checkSubmitOptions } from "./check_options.ts";
import type { MapOptions, MapResult, SubmitOptions } from "./executor_options.ts";
import type { QCGPJFuture } from "./future.ts";
import type { RunOptions, RunOutput } from "./run_program.ts";
import type { Submits, SubmitTerms } from "./submits.ts";

/**
 * Submits jobs: an executor, or a view of one that allows less or is bound to a signal, made by
 * {@linkcode Submitter.withPermissions} and {@linkcode Submitter.with}.
 */
export class Submitter {
  readonly #submits: Submits;
  readonly #terms: SubmitTerms;

  /**
   * Made by the executor, not by users.
   *
   * @param submits Takes the jobs.
   * @param terms What all of them have in common.
   * @internal
   */
  constructor(submits: Submits, terms: SubmitTerms) {
    this.#submits = submits;
    this.#terms = terms;
  }

  /**
   * Submits a job, or a list of jobs that is taken as a whole or not at all. Synchronous: everything that can be wrong is
   * thrown before anything is queued. When it returns the jobs are queued in memory and not yet on record: a crash in
   * that moment takes them back. {@linkcode QCGPJFuture.accepted} tells when they are; nothing is launched, and no end
   * is told, before.
   *
   * @param jobs The jobs. They may depend on one another, and on those that were submitted before. What was parsed from
   * JSON is checked here, so that it may be passed as {@linkcode JobInput}.
   * @returns The handle on the job, or on all of them.
   * @throws {TypeError} If it is neither, or something follows that would be ignored.
   * @throws {JobDescriptionError} If a description is wrong, a name is taken, or a job could never run.
   * @throws {PermissionScopeError} If a job is outside its permission scope, or Deno does not grant what it needs; it
   * says what to add.
   * @throws {JournalError} If the records of the run cannot be begun; a later submit tries again.
   * @throws {ExecutorClosedError} If the executor was shut down, or broke (`cause` tells by what).
   *
   * @example A job with its needs
   * ```ts
   * import { QCGPJExecutor } from "@qcg/pilotjob";
   * import { assertEquals } from "@std/assert";
   *
   * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir(), resources: "4" });
   * const future = executor.submit({
   *   name: "count",
   *   execution: { exec: "wc", args: ["-l", "/etc/passwd"], stdout: "count.txt" },
   *   resources: { numCores: { min: 1, max: 4 }, wt: "1m" },
   * });
   * assertEquals(await future.result(), { count: "SUCCEED" });
   * ```
   */
  submit(jobs: JobInput | readonly JobInput[]): QCGPJFuture;
  /**
   * Submits the job (or the list of jobs) that a template and its parameters describe.
   *
   * @param template A function that returns the text, or the text and its defaults; for example
   * `BasicTemplate.template`.
   * @param parameters Values for the placeholders; later objects win over earlier ones, and all over the defaults. Names
   * that are no placeholder are ignored, so that several templates can share an object, but not those that look like a
   * slip of the pen, nor a second object that gives no placeholder at all.
   * @returns The handle on the job.
   * @throws {TemplateError} If a placeholder has no value, or the text is malformed.
   * @throws {TypeError} If a parameter would be ignored that was meant for a placeholder, or for something else.
   * @throws As above.
   */
  submit<T extends AnyTemplate>(template: T, ...parameters: SubmitParameters<T>): QCGPJFuture<TemplateValue<T>>;
  /** As above, with the parameters spread over several objects that together give every required one. */
  submit<T extends AnyTemplate, const P extends ParameterObjects<T>>(
    template: T,
    ...parameters: P & SeveralParameters<T, P>
  ): QCGPJFuture<TemplateValue<T>>;
  submit(first: unknown, ...rest: readonly unknown[]): QCGPJFuture<unknown> {
    return this.#submits.submit(first, rest, this.#terms);
  }

  /**
   * Gives a view of this executor whose jobs are allowed less.
   *
   * @param permissions What they are allowed of what this executor allows. What is absent is denied.
   * @returns The view; it needs no closing. A job may narrow its permissions further by a `permissions` key.
   * @throws {TypeError} If the permissions are of the wrong type.
   * @throws {PermissionScopeError} If they are wider than this executor's.
   *
   * @example Only one program
   * ```ts
   * import { BasicTemplate, PermissionScopeError, QCGPJExecutor } from "@qcg/pilotjob";
   * import { assertThrows } from "@std/assert";
   *
   * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir() });
   * const narrow = executor.withPermissions({ run: ["date"], write: ["."] });
   * await narrow.submit(BasicTemplate.template, { name: "now", exec: "date" }).result();
   * assertThrows(() => narrow.submit(BasicTemplate.template, { name: "all", exec: "env" }), PermissionScopeError);
   * ```
   */
  withPermissions(permissions: PermissionScope): Submitter {
    const narrowed = this.#submits.narrow(checkPermissions(permissions), this.#terms);
    return new Submitter(this.#submits, { ...this.#terms, permissions: narrowed });
  }

  /**
   * Gives a view of this executor whose jobs are canceled when a signal is aborted: queued ones at once, running ones by
   * SIGTERM and, after their grace, SIGKILL. They end as `CANCELED`, and {@linkcode QCGPJFuture.info} tells what the
   * signal was aborted for. A submit after that throws the signal's reason, and so does a loop over {@linkcode map}.
   *
   * Views can be made of views: then every one of the signals cancels, and the permissions hold as before.
   *
   * @param options The signal.
   * @returns The view; it needs no closing, and leaves nothing at the signal once its jobs have ended.
   * @throws {TypeError} If an option is unknown, or is no AbortSignal.
   *
   * @example Whatever takes too long is not wanted
   * ```ts
   * import { QCGPJExecutor } from "@qcg/pilotjob";
   * import { assertEquals } from "@std/assert";
   *
   * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir() });
   * const hasty = executor.with({ signal: AbortSignal.timeout(100) });
   * const future = hasty.submit({ name: "long", execution: { exec: "sleep", args: ["600"] } });
   * assertEquals(await future.result(), { long: "CANCELED" });
   * ```
   */
  with(options: SubmitOptions): Submitter {
    checkSubmitOptions(options);
    const { signal } = options;
    const signals = signal === undefined ? this.#terms.signals : [...this.#terms.signals, signal];
    return new Submitter(this.#submits, { ...this.#terms, signals });
  }

  /**
   * Runs one program on the cores of the executor and hands over what it wrote. The program and its arguments arrive as
   * they are: no shell reads them, and no variables are filled in. The job is forgotten when it has ended, as by
   * {@linkcode map}.
   *
   * @param program A name that is looked up on the PATH, or a path.
   * @param args Its arguments.
   * @param options What else a job may say, in the simple form, and a signal.
   * @returns What it wrote.
   * @throws {TaskFailedError} If it does not succeed: `exitCode`, `stderrTail` and `command` tell why.
   * @throws As {@linkcode submit}, all as a rejection; and whatever reason the signal has.
   *
   * @example As short as it gets
   * ```ts
   * import { QCGPJExecutor } from "@qcg/pilotjob";
   * import { assertEquals } from "@std/assert";
   *
   * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir() });
   * const { text } = await executor.run("wc", ["-w"], { stdin: { text: "one two three" } });
   * assertEquals(Number(text), 3);
   * ```
   */
  run(program: string, args: readonly Scalar[] = [], options: RunOptions = {}): Promise<RunOutput> {
    return this.#submits.run(program, args, options, this.#terms);
  }

  /**
   * Submits jobs one by one and gives their results in the same order, or what each of them wrote. Reads ahead only as far
   * as the window allows and forgets what was given, so that a million jobs need bounded memory.
   *
   * Leaving the loop early cancels what was submitted ahead.
   *
   * @param jobs The jobs; a list, a generator or an asynchronous one.
   * @param options How far to read ahead, what is given, in which order, and how long it may take.
   * @returns The results, each as {@linkcode QCGPJFuture.result} gives it; or the outputs.
   * @throws {TypeError} If an option is unknown or of the wrong type, or what should be gone through is no list.
   * @throws {RangeError} If `window` is less than 1.
   * @throws As {@linkcode submit}, when the faulty job is reached; and whatever reading the jobs throws. What was
   * submitted ahead is canceled then.
   */
  map<const Options extends MapOptions = Record<never, never>>(
    jobs: Iterable<JobInput> | AsyncIterable<JobInput>,
    options?: Options,
  ): AsyncGenerator<MapResult<Options>, void, void>;
  /**
   * The same with one job for each set of parameters of a template.
   *
   * @param template The template of every job.
   * @param parameters One object for each job; a list, a generator or an asynchronous one.
   * @param options How far to read ahead.
   * @returns The results, each as {@linkcode QCGPJFuture.result} gives it.
   * @throws As above.
   *
   * @example Squares
   * ```ts
   * import { BasicTemplate, QCGPJExecutor } from "@qcg/pilotjob";
   * import { assertEquals } from "@std/assert";
   *
   * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir() });
   * const sweep = [1, 2, 3].map((n) => ({ name: `t${n}`, exec: "expr", args: [`${n}`, "*", `${n}`], stdout: `${n}.out` }));
   * const results = await Array.fromAsync(executor.map(BasicTemplate.template, sweep));
   * assertEquals(results, [{ t1: "SUCCEED" }, { t2: "SUCCEED" }, { t3: "SUCCEED" }]);
   * const texts = executor.map(BasicTemplate.template, sweep, { output: "text" });
   * assertEquals(await Array.fromAsync(texts), ["1", "4", "9"]);
   * ```
   */
  map<T extends AnyTemplate, const Options extends MapOptions = Record<never, never>>(
    template: T,
    parameters: Iterable<TemplateParameters<T>> | AsyncIterable<TemplateParameters<T>>,
    options?: Options,
  ): AsyncGenerator<MapResult<Options, TemplateValue<T>>, void, void>;
  map(first: unknown, ...rest: readonly unknown[]): AsyncGenerator<unknown, void, void> {
    return this.#submits.map(first, rest, this.#terms);
  }
}
