/**
 * The executor: submit a template, get a future. The composition root, where the pure core meets the real ports.
 *
 * @module
 */

import { chooseLauncher } from "./deno/launch.ts";
import { SystemClock } from "./deno/clock.ts";
import { randomUuid } from "./deno/machine.ts";
import { requirePermissions } from "./deno/permissions.ts";
import { ExecutorClosedError } from "./errors.ts";
import { type JobResult, QCGPJFuture } from "./future.ts";
import { parseJob } from "./job/parse.ts";
import type { SubmitVariables } from "./job/variables.ts";
import { jobNeeds } from "./launch/needs.ts";
import { Manager } from "./manager.ts";
import { type ExecutorOptions, pilotOptions } from "./options.ts";
import { Pilot } from "./runtime/pilot.ts";
import type { Launcher } from "./runtime/ports.ts";
import { renderTemplate } from "./template/render.ts";
import type {
  AnyTemplate,
  ParameterObjects,
  SeveralParameters,
  SubmitParameters,
  TemplateParameters,
} from "./template/types.ts";

/** Options of {@linkcode QCGPJExecutor.shutdown}. */
export interface ShutdownOptions {
  /**
   * Waits until every job has ended and everything is released.
   *
   * @default {true}
   */
  readonly wait?: boolean;
  /**
   * Cancels what does not run yet.
   *
   * @default {false}
   */
  readonly cancelFutures?: boolean;
}

/** Options of {@linkcode QCGPJExecutor.map}. */
export interface MapOptions {
  /**
   * How many jobs are submitted ahead of the result that is waited for, at least 1.
   *
   * @default {four for each core, at least 1000}
   */
  readonly window?: number;
  /**
   * Keeps the finished jobs, so that {@linkcode QCGPJExecutor.manager} still knows them. Costs memory for each.
   *
   * @default {false}
   */
  readonly keep?: boolean;
}

/**
 * Runs command-line tasks on the cores of one machine: the counterpart of the ancestor's class of the same name, in the
 * style of `concurrent.futures`.
 *
 * @example The shortest program
 * ```ts
 * import { BasicTemplate, QCGPJExecutor } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir() });
 * const future = executor.submit(BasicTemplate.template, { name: "tj", exec: "date" });
 * assertEquals(await future.result(), { tj: "SUCCEED" });
 * ```
 */
export class QCGPJExecutor implements AsyncDisposable {
  /** Controls jobs by their names: the ancestor's `qcgpj_manager`. */
  readonly manager: Manager;
  readonly #pilot: Pilot;
  readonly #launcher: Launcher;
  #requests = 0;
  #isClosed = false;
  #released: Promise<void> | undefined;

  /**
   * Creates an executor. Nothing is started and no permission is needed until a job is submitted.
   *
   * @param options All may be left out.
   * @throws {TypeError} If an option is unknown or of the wrong type.
   * @throws {RangeError} If a number is out of range.
   * @throws {ResourceSpecError} If `resources` cannot be parsed.
   */
  constructor(options: ExecutorOptions = {}) {
    const settings = pilotOptions(options);
    this.#launcher = chooseLauncher();
    const journal = { append: () => {}, close: () => Promise.resolve() };
    this.#pilot = new Pilot(settings, { clock: new SystemClock(), launcher: this.#launcher, journal });
    this.manager = new Manager(this.#pilot, (jobs) => this.#admit(jobs).map((job) => job.description));
  }

  /**
   * Runs `body` with an executor of its own. Leaving it waits for the work; an error thrown inside cancels what is
   * queued and running first, and is thrown on. (`await using` cannot do that: the language does not tell a scope's
   * disposer that the scope was left by an error.)
   *
   * @param options Options of the executor.
   * @param body Gets the executor.
   * @returns What `body` returns.
   * @throws Whatever `body` throws.
   *
   * @example An error that stops everything
   * ```ts
   * import { BasicTemplate, QCGPJExecutor } from "@qcg/pilotjob";
   * import { assertRejects } from "@std/assert";
   *
   * await assertRejects(() =>
   *   QCGPJExecutor.scope({ wd: Deno.makeTempDirSync() }, (executor) => {
   *     executor.submit(BasicTemplate.template, { name: "long", exec: "sleep", args: ["600"] });
   *     throw new Error("no need to wait ten minutes");
   *   }), Error, "no need to wait");
   * ```
   */
  static async scope<R>(
    options: ExecutorOptions,
    body: (executor: QCGPJExecutor) => R | Promise<R>,
  ): Promise<R> {
    await using executor = new QCGPJExecutor(options);
    try {
      return await body(executor);
    } catch (error) {
      executor.#pilot.cancel({ kind: "all" }, "scope");
      throw error;
    }
  }

  /**
   * Submits the job that a template and its parameters describe. Synchronous: everything that can be wrong is thrown
   * before anything is queued.
   *
   * @param template A function that returns the text, or the text and its defaults; for example
   * `BasicTemplate.template`.
   * @param parameters Values for the placeholders; later objects win over earlier ones, and all over the defaults.
   * @returns The handle on the job.
   * @throws {TemplateError} If a placeholder has no value, or the text is malformed.
   * @throws {JobDescriptionError} If the description is wrong, its name is taken, or it could never run.
   * @throws {PermissionScopeError} If Deno does not grant what the job needs; it names the flag to add.
   * @throws {ExecutorClosedError} If the executor was shut down.
   */
  submit<T extends AnyTemplate>(template: T, ...parameters: SubmitParameters<T>): QCGPJFuture;
  /** As above, with the parameters spread over several objects that together give every required one. */
  submit<T extends AnyTemplate, const P extends ParameterObjects<T>>(
    template: T,
    ...parameters: P & SeveralParameters<T, P>
  ): QCGPJFuture;
  submit(template: AnyTemplate, ...parameters: readonly unknown[]): QCGPJFuture {
    this.#refuseIfClosed();
    const value = renderTemplate(template, parameters);
    return new QCGPJFuture(this.#pilot, this.#admit(Array.isArray(value) ? value : [value]));
  }

  /**
   * Submits one job for each set of parameters and gives their results in the same order. Reads ahead only as far as
   * the window allows and forgets what was given, so that a million parameters need bounded memory.
   *
   * Leaving the loop early cancels what was submitted ahead.
   *
   * @param template The template of every job.
   * @param parameters One object for each job; a list, a generator or an asynchronous one.
   * @param options How far to read ahead.
   * @returns The results, each as {@linkcode QCGPJFuture.result} gives it.
   * @throws As {@linkcode submit}, when the faulty parameters are reached.
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
   * ```
   */
  async *map<T extends AnyTemplate>(
    template: T,
    parameters: Iterable<TemplateParameters<T>> | AsyncIterable<TemplateParameters<T>>,
    options: MapOptions = {},
  ): AsyncGenerator<JobResult, void, void> {
    const cores = this.manager.resources().total_cores;
    const { window = Math.max(1000, 4 * cores), keep = false } = options;
    if (!(window >= 1)) throw new RangeError(`Option "window" must be 1 or more, got ${window}`);
    const ahead: QCGPJFuture[] = [];
    const finish = async (future: QCGPJFuture): Promise<JobResult> => {
      const result = await future.result();
      if (!keep) this.manager.remove(future.jobNames);
      return result;
    };
    const source = Symbol.asyncIterator in parameters
      ? parameters[Symbol.asyncIterator]()
      : parameters[Symbol.iterator]();
    try {
      for (let next = await source.next(); !next.done; next = await source.next()) {
        ahead.push(this.submit(template, ...[next.value] as unknown as SubmitParameters<T>));
        while (ahead.length > 0 && (ahead.length >= window || ahead[0]!.done())) yield await finish(ahead.shift()!);
      }
      while (ahead.length > 0) yield await finish(ahead.shift()!);
    } finally {
      for (const future of ahead) future.cancel();
      await source.return?.();
    }
  }

  /**
   * Takes no more jobs, and waits for those that it has. May be called again: every call waits for the same end.
   *
   * @param options Whether to wait, and whether to cancel what does not run yet.
   */
  async shutdown(options: ShutdownOptions = {}): Promise<void> {
    const { wait = true, cancelFutures = false } = options;
    this.#isClosed = true;
    if (cancelFutures) this.#pilot.cancel({ kind: "queued" }, "shutdown");
    this.#released ??= this.#release();
    if (wait) await this.#released;
  }

  /** Leaves the scope of `await using`: waits for the work, as {@linkcode shutdown} does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async #release(): Promise<void> {
    this.#pilot.drain();
    try {
      await this.#pilot.stopped;
    } finally {
      await this.#launcher.close();
    }
  }

  #refuseIfClosed(): void {
    if (this.#isClosed) throw new ExecutorClosedError("Cannot submit a job: the executor was shut down");
  }

  /** Parses, checks and queues jobs: all or none. */
  #admit(values: readonly unknown[]): ReturnType<Pilot["submit"]> {
    this.#refuseIfClosed();
    const variables = this.#submitVariables();
    const descriptions = values.map((value) => parseJob(value, { variables }));
    for (const job of descriptions) requirePermissions(job.name, jobNeeds(job, this.#pilot.rootWd));
    return this.#pilot.submit(descriptions);
  }

  #submitVariables(): SubmitVariables {
    const now = new Date(this.#pilot.clock.nowMs());
    const date = `${now.getFullYear()}-${twoDigits(now.getMonth() + 1)}-${twoDigits(now.getDate())}`;
    const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(twoDigits).join(":");
    const rcnt = String(++this.#requests);
    return { rcnt, uniq: randomUuid(), sname: "local", date, time, dateTime: `${date} ${time}` };
  }
}

function twoDigits(n: number): string {
  return String(n).padStart(2, "0");
}
