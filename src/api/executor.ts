/**
 * The executor: submit a job or a template, get a future. The composition root, where the pure core meets the real ports.
 *
 * @module
 */

import { checkShutdownOptions } from "./check_options.ts";
import type { ExecutorOptions, ShutdownOptions } from "./executor_options.ts";
import { openGuardedRun } from "./guarded_run.ts";
import { nameValue } from "../job/json.ts";
import type { EventOptions, EventStream } from "../events/event_stream.ts";
import type { ScopeGuard } from "../launch/scope_guard.ts";
import { Manager } from "./manager.ts";
import { chooseGuard, runSettings } from "./options.ts";
import type { Run } from "../runtime/run.ts";
import type { Session } from "../runtime/session.ts";
import { showProgress } from "./show_progress.ts";
import { nextEnd } from "./next_end.ts";
import { openDoors } from "./open_doors.ts";
import type { Pilot } from "../runtime/pilot.ts";
import { describeResumed, type ResumedRun } from "./resumed_run.ts";
import { findTask } from "./find_task.ts";
import { TaskRef } from "./output/task_ref.ts";
import { TaskFuture } from "./task_future.ts";
import { findTarget } from "../service/replies.ts";
import { Submits } from "./submits.ts";
import { Submitter } from "./submitter.ts";
import { describeStatus, type StatusData } from "../service/status.ts";

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
export class QCGPJExecutor extends Submitter implements AsyncDisposable {
  /** Controls jobs by their names: QCG-PilotJob's `qcgpj_manager`. */
  readonly manager: Manager;
  /** What was found of the earlier run that this executor went on with; absent when it began a new one. */
  readonly resumed?: ResumedRun;
  readonly #run: Run;
  readonly #guard: ScopeGuard;
  readonly #submits: Submits;
  readonly #session: Session | undefined;
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
   * @throws {JournalError} If there is no run to resume, another executor still has it, or something of its records is
   * lost and that is not accepted.
   * @throws Whatever one of the `doors` throws that cannot be opened.
   */
  constructor(options: ExecutorOptions = {}) {
    const settings = runSettings(options);
    const guarded = openGuardedRun(settings, chooseGuard(options, settings.pilot.rootWd));
    const { run, guard, admission } = guarded;
    const manager: Manager = new Manager(
      run.pilot,
      run.zone,
      (jobs) => submits.admit(jobs).map((job) => job.description),
      { nextEnd: () => nextEnd(run.hub, run.pilot.stopped), status: () => statusOf(run) },
    );
    const submits: Submits = new Submits({
      pilot: run.pilot,
      admission,
      guard,
      manager,
      warn: (text) => run.warn(text),
    });
    super(submits, { signals: [] });
    const resumed = describeResumed(run);
    if (resumed !== undefined) this.resumed = resumed;
    this.#run = run;
    this.#guard = guard;
    this.#submits = submits;
    this.manager = manager;
    this.#session = openDoors(guarded, options);
    const { progress = false } = options;
    if (progress !== false) showProgress(run, progress);
    run.prepare();
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
    if (typeof body !== "function") {
      throw new TypeError(`scope() takes options and a function that is run, not ${nameValue(body)}`);
    }
    await using executor = new QCGPJExecutor(options);
    try {
      return await body(executor);
    } catch (error) {
      executor.#pilot.cancel({ kind: "all" }, "scope");
      throw error;
    }
  }

  /**
   * Takes no more jobs, and waits for those that it has; then it closes its doors. May be called again: every call waits
   * for the same end.
   *
   * @param options Whether to wait, and whether to cancel what does not run yet.
   * @throws {TypeError} If an option is unknown or of the wrong type.
   * @throws {JournalError} When waiting, if the executor broke.
   */
  async shutdown(options: ShutdownOptions = {}): Promise<void> {
    checkShutdownOptions(options);
    const { wait = true, cancelFutures = false } = options;
    this.#submits.close();
    if (cancelFutures) this.#pilot.cancel({ kind: "queued" }, "shutdown");
    // A session takes what its doors are known to bring, and no more then.
    if (cancelFutures || this.#session === undefined) this.#pilot.drain();
    if (this.#released === undefined) {
      this.#released = this.#session === undefined ? this.#run.release() : this.#session.end();
      // A program that does not wait does not hear of it, and must not end by it.
      this.#released.catch(() => {});
    }
    if (wait) await this.#released;
  }

  /**
   * Waits until no more requests will come through the option `doors`: all of them have ended by themselves, as that of
   * a file does, or a request has asked for the end, as `finish` does. Jobs may still run; a {@linkcode shutdown} waits
   * for them.
   *
   * @returns Resolves at once where there are no doors.
   */
  async served(): Promise<void> {
    await this.#session?.served();
  }

  /**
   * Tells what happens in the run, as plain data, to be read by `for await`. Nothing in the run waits for the reader:
   * for one that is too slow a bounded number of events is held, and an event `lagged` tells how many it missed. Leaving
   * the loop frees what is held. It ends after the last event, when the run has ended.
   *
   * @param options Where to begin, and how much is held.
   * @returns The events. They are listened to from now on, also if the loop begins later.
   * @throws {TypeError} If an option is unknown or of the wrong type.
   * @throws {RangeError} If a number is less than 1.
   *
   * @example How often each program ran
   * ```ts
   * import { QCGPJExecutor } from "@qcg/pilotjob";
   * import { assertEquals } from "@std/assert";
   *
   * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir(), resources: "2" });
   * executor.submit({ name: "sweep", iteration: { stop: 3 }, execution: { exec: "true" } });
   * const ends: string[] = [];
   * for await (const event of executor.events({ from: "start" })) {
   *   if (event.event === "iterationFinished") ends.push(`${event.job}:${event.iteration} ${event.state}`);
   *   if (event.event === "jobFinished") break;
   * }
   * assertEquals(ends.toSorted(), ["sweep:0 SUCCEED", "sweep:1 SUCCEED", "sweep:2 SUCCEED"]);
   * ```
   */
  events(options: EventOptions = {}): EventStream {
    return this.#run.events(options);
  }

  /**
   * Gives the future of a task that the executor knows, by its name: also of one whose future is not at hand, such as
   * those of a run that was resumed. What was captured of them is in the run's folder, and can be had as before.
   *
   * @param name A job without iterations, or an iteration: `"make"`, `"sweep:3"`.
   * @throws {UnknownJobError} If there is none of that name.
   * @throws {TypeError} If the job has iterations, and none is named.
   */
  task(name: string): TaskFuture {
    const { job, offset } = findTarget(this.#pilot.intake, name);
    const task = offset === undefined ? findTask(this.#pilot, [job], name) : new TaskRef(this.#pilot, job, offset);
    return new TaskFuture(task);
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
}

function statusOf({ pilot, statistics, facts, zone }: Run): StatusData {
  return describeStatus({ pilot, statistics, facts, zone, interfaces: { names: [] }, nowMs: pilot.clock.nowMs() });
}
