/**
 * The executor: submit a template, get a future. The composition root, where the pure core meets the real ports.
 *
 * @module
 */

import { readAhead } from "../base/read_ahead.ts";
import { ExecutorClosedError } from "../errors.ts";
import { checkPermissions, type ExecutorOptions, type MapOptions, type ShutdownOptions } from "./executor_options.ts";
import { type JobResult, QCGPJFuture } from "./future.ts";
import { openGuardedRun } from "./guarded_run.ts";
import type { PermissionScope } from "../job/permissions.ts";
import type { Guard } from "../launch/guard.ts";
import type { Admission } from "../runtime/admission.ts";
import { Manager } from "./manager.ts";
import { chooseGuard, runSettings } from "./options.ts";
import type { Run } from "../runtime/run.ts";
import type { Pilot } from "../runtime/pilot.ts";
import { renderTemplate } from "../template/render.ts";
import type {
  AnyTemplate,
  ParameterObjects,
  SeveralParameters,
  SubmitParameters,
  TemplateParameters,
} from "../template/types.ts";

/**
 * Runs command-line tasks on the cores of one machine: the counterpart of QCG-PilotJob's class of the same name, in the
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
  /** Controls jobs by their names: QCG-PilotJob's `qcgpj_manager`. */
  readonly manager: Manager;
  readonly #run: Run;
  readonly #guard: Guard;
  readonly #admission: Admission;
  #isClosed = false;
  #released: Promise<void> | undefined;

  /**
   * Creates an executor. Nothing is started and no permission is needed until a job is submitted, unless a run is
   * resumed: that goes on at once.
   *
   * @param options All may be left out.
   * @throws {TypeError} If an option is unknown or of the wrong type.
   * @throws {RangeError} If a number is out of range.
   * @throws {ResourceSpecError} If `resources` cannot be parsed.
   * @throws {UsageError} If `otherArgs` holds what QCG-PilotJob's service does not know.
   * @throws {PermissionScopeError} If `permissions` cannot be resolved, or a required `sandbox` does not work.
   * @throws {JournalError} If there is no run to resume, or another executor still has it.
   */
  constructor(options: ExecutorOptions = {}) {
    const settings = runSettings(options);
    const { run, guard, admission } = openGuardedRun(settings, chooseGuard(options, settings.pilot.rootWd));
    this.#run = run;
    this.#guard = guard;
    this.#admission = admission;
    this.manager = new Manager(this.#pilot, this.#run.zone, (jobs) => this.#admit(jobs).map((job) => job.description));
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
   * @throws {PermissionScopeError} If the job is outside its permission scope, or Deno does not grant what it needs; it
   * says what to add.
   * @throws {JournalError} If the records of the run cannot be begun; a later submit tries again.
   * @throws {ExecutorClosedError} If the executor was shut down, or broke (`cause` tells by what).
   */
  submit<T extends AnyTemplate>(template: T, ...parameters: SubmitParameters<T>): QCGPJFuture;
  /** As above, with the parameters spread over several objects that together give every required one. */
  submit<T extends AnyTemplate, const P extends ParameterObjects<T>>(
    template: T,
    ...parameters: P & SeveralParameters<T, P>
  ): QCGPJFuture;
  submit(template: AnyTemplate, ...parameters: readonly unknown[]): QCGPJFuture {
    return this.#submit(template, parameters);
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
    return this.#view(this.#guard.narrow(undefined, checkPermissions(permissions), "withPermissions"));
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
   * @throws {RangeError} At the first step, if `window` is less than 1.
   * @throws As {@linkcode submit}, when the faulty parameters are reached; and whatever reading the parameters throws.
   * What was submitted ahead is canceled then.
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
  map<T extends AnyTemplate>(
    template: T,
    parameters: Iterable<TemplateParameters<T>> | AsyncIterable<TemplateParameters<T>>,
    options: MapOptions = {},
  ): AsyncGenerator<JobResult, void, void> {
    return this.#map((one) => this.#submit(template, [one]), parameters, options);
  }

  async *#map(
    submit: (parameters: unknown) => QCGPJFuture,
    parameters: Iterable<unknown> | AsyncIterable<unknown>,
    options: MapOptions = {},
  ): AsyncGenerator<JobResult, void, void> {
    const cores = this.manager.resources().total_cores;
    const { window = Math.max(1000, 4 * cores), keep = false } = options;
    if (!(window >= 1)) throw new RangeError(`Option "window" must be 1 or more, got ${window}`);
    yield* readAhead(parameters, window, {
      start: submit,
      finish: async (future) => {
        const result = await future.result();
        if (!keep) this.manager.remove(future.jobNames);
        return result;
      },
      abandon: (future) => future.cancel(),
    });
  }

  /**
   * Takes no more jobs, and waits for those that it has. May be called again: every call waits for the same end.
   *
   * @param options Whether to wait, and whether to cancel what does not run yet.
   * @throws {JournalError} When waiting, if the executor broke, or its last records cannot be written.
   */
  async shutdown(options: ShutdownOptions = {}): Promise<void> {
    const { wait = true, cancelFutures = false } = options;
    this.#isClosed = true;
    if (cancelFutures) this.#pilot.cancel({ kind: "queued" }, "shutdown");
    this.#pilot.drain();
    if (this.#released === undefined) {
      this.#released = this.#run.release();
      // Whoever does not wait does not hear of it; the program must not end by it.
      this.#released.catch(() => {});
    }
    if (wait) await this.#released;
  }

  /** Whether tasks run in a sandbox; see {@linkcode ExecutorOptions.sandbox}. */
  get isSandboxed(): boolean {
    return this.#guard.isSandboxed;
  }

  /** Leaves the scope of `await using`: waits for the work, and throws, as {@linkcode shutdown} does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  get #pilot(): Pilot {
    return this.#run.pilot;
  }

  #refuseIfClosed(): void {
    if (this.#isClosed) throw new ExecutorClosedError("Cannot submit a job: the executor was shut down");
  }

  #submit(template: AnyTemplate, parameters: readonly unknown[], permissions?: PermissionScope): QCGPJFuture {
    this.#refuseIfClosed();
    const value = renderTemplate(template, parameters);
    return new QCGPJFuture(this.#pilot, this.#admit(Array.isArray(value) ? value : [value], permissions));
  }

  #view(permissions: PermissionScope): Submitter {
    const submit = (template: AnyTemplate, ...parameters: readonly unknown[]) =>
      this.#submit(template, parameters, permissions);
    return {
      submit,
      map: (template, parameters, options) => this.#map((one) => submit(template, one), parameters, options),
      withPermissions: (narrower) =>
        this.#view(this.#guard.narrow(permissions, checkPermissions(narrower), "withPermissions")),
    };
  }

  /** Parses, checks and queues jobs: all or none. */
  #admit(values: readonly unknown[], permissions?: PermissionScope): ReturnType<Pilot["submit"]> {
    this.#refuseIfClosed();
    return this.#admission.submit(values, permissions);
  }
}

/** Submits jobs under narrower permissions: a view of an executor, made by {@linkcode QCGPJExecutor.withPermissions}. */
export type Submitter = Pick<QCGPJExecutor, "submit" | "map" | "withPermissions">;
