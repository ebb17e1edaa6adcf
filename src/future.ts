/**
 * The future of a submit.
 *
 * @module
 */

import type { AdmittedJob, Event } from "./core/types.ts";
import { UnknownJobError } from "./errors.ts";
import { taskCount } from "./job/description.ts";
import { isTerminal, type JobState, type TerminalState, terminalState } from "./report/states.ts";
import { type JobReport, jobState, reportJob, reportTask, type TaskReport } from "./report/views.ts";
import { untilSettled, type WaitLimit } from "./runtime/limit.ts";
import type { Pilot } from "./runtime/pilot.ts";

/** The end of each job of a submit, by name. */
export type JobResult = Readonly<Record<string, TerminalState>>;

/**
 * What a submit gives: a handle on its job (or jobs) that tells how they stand and end.
 *
 * The promise inside settles once, when the last job of the submit has ended and that is on record. A failed job
 * *resolves* it with `"FAILED"`; only a broken or abandoned executor rejects.
 *
 * @example Waiting for a result
 * ```ts
 * import { BasicTemplate, QCGPJExecutor } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir() });
 * const future = executor.submit(BasicTemplate.template, { name: "tj", exec: "date" });
 * assertEquals(await future.result(), { tj: "SUCCEED" });
 * ```
 */
export class QCGPJFuture implements AsyncIterable<TaskReport> {
  readonly #pilot: Pilot;
  readonly #jobs: readonly AdmittedJob[];
  /** How the jobs ended. Kept here, as the pilot may be told to forget them. */
  readonly #ends: Map<AdmittedJob, TerminalState> = new Map();
  #settled: PromiseWithResolvers<void> | undefined;
  #error: { readonly error: unknown } | undefined;
  #isCanceled = false;
  readonly #callbacks: ((future: QCGPJFuture) => void)[] = [];
  readonly #readers: Set<(event?: Event) => void> = new Set();

  /**
   * Made by `submit()`, not by users.
   *
   * @param pilot The pilot that runs the jobs.
   * @param jobs The jobs, just submitted.
   * @internal
   */
  constructor(pilot: Pilot, jobs: readonly AdmittedJob[]) {
    this.#pilot = pilot;
    this.#jobs = jobs;
    pilots.set(this, pilot);
    for (const job of jobs) {
      const stop = pilot.watch(job.id, {
        seen: (event) => {
          if (event.kind === "jobEnded") {
            stop();
            this.#ends.set(job, terminalState(event.outcome));
          }
          this.#seen(event);
        },
        broken: (error) => this.#break(error),
      });
    }
  }

  /** The names of the jobs of the submit, in its order. */
  get jobNames(): readonly string[] {
    return this.#jobs.map((job) => job.description.name);
  }

  /**
   * Waits until every job of the submit has ended. A failed job is a result, not an error.
   *
   * @param limit When to give up waiting; the job itself is left alone then.
   * @returns The terminal state of each job, by name.
   * @throws {DOMException} Named `TimeoutError` if `timeoutMs` passed first; or whatever reason `signal` has.
   * @throws {ExecutorClosedError} If the executor was abandoned before the job ended.
   */
  async result(limit: WaitLimit = {}): Promise<JobResult> {
    const what = () => `waiting for ${nameJobs(this.jobNames)}`;
    await untilSettled(this.#whenDone(), limit, this.#pilot.clock, what);
    return Object.fromEntries(
      this.#jobs.map((job) => [job.description.name, this.#ends.get(job)!]),
    );
  }

  /** Whether every job of the submit has ended. */
  done(): boolean {
    return this.#ends.size === this.#jobs.length;
  }

  /** Whether a job of the submit has not ended; true while it is queued, as in the ancestor. */
  running(): boolean {
    return !this.done();
  }

  /**
   * Asks to stop every job of the submit that has not ended: queued tasks at once, running ones by SIGTERM and, after
   * their grace, SIGKILL. Does not wait; {@linkcode result} tells when it is over.
   *
   * @returns True when there was something to stop, false when all was over.
   */
  cancel(): boolean {
    if (this.done() || this.#error !== undefined) return false;
    for (const job of this.#jobs) {
      if (!this.#ends.has(job)) this.#pilot.cancel({ kind: "job", job: job.id });
    }
    return this.#isCanceled = true;
  }

  /** Whether {@linkcode cancel} was called here and had something to stop. */
  cancelled(): boolean {
    return this.#isCanceled;
  }

  /** The state of each job right now, by name. An iterative job is `QUEUED` until its last iteration has ended. */
  states(): Readonly<Record<string, JobState>> {
    return Object.fromEntries(this.#jobs.map((job) => [job.description.name, this.#state(job)]));
  }

  /**
   * Tells all that is known of each job right now: exit code or signal, reason, attempts, nodes and cores, times, usage
   * and the paths of the streams.
   *
   * @returns A report for each job, by name.
   * @throws {UnknownJobError} If a job was removed; its state is still in {@linkcode states}.
   */
  info(): Readonly<Record<string, JobReport>> {
    const { ledger, rootWd } = this.#pilot;
    const removed = this.#jobs.find((job) => this.#ends.has(job) && ledger.job(job.id) === undefined);
    if (removed !== undefined) {
      const { name } = removed.description;
      throw new UnknownJobError(`Job '${name}' was removed: nothing but its state is known any more`, name);
    }
    return Object.fromEntries(this.#jobs.map((job) => [job.description.name, reportJob(ledger, job, rootWd)]));
  }

  /**
   * Calls back once when every job of the submit has ended, right away if that is so already. Callbacks run in the order
   * in which they were added; an error in one is reported as an unhandled rejection and keeps nothing else from running.
   *
   * @param callback Gets this future.
   */
  addDoneCallback(callback: (future: QCGPJFuture) => void): void {
    if (this.done() || this.#error !== undefined) this.#call(callback);
    else this.#callbacks.push(callback);
  }

  /**
   * Reports each task of the submit as it ends: the iterations of an iterative job one by one. Tasks that ended before
   * come first. Leaving the loop early leaves the tasks alone.
   *
   * @returns The reports, in the order in which the tasks ended.
   * @throws {ExecutorClosedError} If the executor was abandoned before the last task ended.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<TaskReport, void, void> {
    const { ledger, rootWd } = this.#pilot;
    const ended: [AdmittedJob, number][] = [];
    for (const job of this.#jobs) {
      for (let offset = 0; offset < taskCount(job.description); offset++) {
        if (isTerminal(ledger.state(job.firstTask + offset))) ended.push([job, offset]);
      }
    }
    let wake = () => {};
    const reader = (event?: Event) => {
      if (event !== undefined) ended.push(...endedTasks(this.#jobs, event));
      wake();
    };
    this.#readers.add(reader);
    try {
      for (;;) {
        for (const [job, offset] of ended.splice(0)) yield reportTask(ledger, job, offset, rootWd);
        if (ended.length > 0) continue;
        if (this.#error !== undefined) throw this.#error.error;
        if (this.done()) return;
        await new Promise<void>((resolve) => wake = resolve);
      }
    } finally {
      this.#readers.delete(reader);
    }
  }

  #state(job: AdmittedJob): JobState {
    return this.#ends.get(job) ?? jobState(this.#pilot.ledger, job);
  }

  #seen(event: Event): void {
    for (const reader of this.#readers) reader(event);
    if (!this.done()) return;
    this.#settled?.resolve();
    for (const callback of this.#callbacks.splice(0)) this.#call(callback);
  }

  #break(error: unknown): void {
    if (this.done() || this.#error !== undefined) return;
    this.#error = { error };
    this.#settled?.reject(error);
    for (const reader of this.#readers) reader();
    for (const callback of this.#callbacks.splice(0)) this.#call(callback);
  }

  #whenDone(): Promise<void> {
    if (this.done()) return Promise.resolve();
    if (this.#error !== undefined) return Promise.reject(this.#error.error);
    return (this.#settled ??= Promise.withResolvers<void>()).promise;
  }

  #call(callback: (future: QCGPJFuture) => void): void {
    Promise.resolve().then(() => callback(this));
  }
}

/** The tasks that an event says have ended, as jobs and offsets. */
function endedTasks(jobs: readonly AdmittedJob[], event: Event): [AdmittedJob, number][] {
  if (event.kind !== "taskEnded" && event.kind !== "tasksDropped") return [];
  const job = jobs.find((candidate) => candidate.id === event.job)!;
  const first = (event.kind === "taskEnded" ? event.task : event.first) - job.firstTask;
  const count = event.kind === "taskEnded" ? 1 : event.count;
  return Array.from({ length: count }, (_, i) => [job, first + i]);
}

function nameJobs(names: readonly string[]): string {
  return names.length === 1 ? `job "${names[0]}"` : `${names.length} jobs`;
}

/** The pilots of futures, for the functions that wait for several. */
export const pilots: WeakMap<QCGPJFuture, Pilot> = new WeakMap();
