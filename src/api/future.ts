/**
 * The future of a submit.
 *
 * @module
 */

import type { AdmittedJob, JobId } from "../core/types.ts";
import { nameValue } from "../job/json.ts";
import { type JobState, type TerminalState, terminalState } from "../report/states.ts";
import { type JobReport, jobState, reportJob } from "../report/views.ts";
import { untilSettled, type WaitLimit } from "../runtime/limit.ts";
import type { JobEvent, Pilot, Watcher } from "../runtime/pilot.ts";
import { callSoon, guardCallback } from "./done_callback.ts";
import type { ParseOutput } from "./output/output_reader.ts";
import { SubmittedTasks } from "./submitted_tasks.ts";
import { checkOptionBag, waitLimitRules } from "../runtime/option_bag.ts";
import { nameJobs, removedError } from "./future_problems.ts";
import { type Inspect, jobsShownMax, showFuture } from "./show_future.ts";

/** Whether a value is a future. */
export let isFuture: (value: unknown) => value is QCGPJFuture<unknown>;
/** The pilot of a future, for the functions that wait for several. */
export let pilotOf: (future: QCGPJFuture<unknown>) => Pilot;
/** Whether waiting for a future makes no sense any more: it is done, or its executor broke. */
export let isOver: (future: QCGPJFuture<unknown>) => boolean;
/** Calls back once when a future that is not over is; the returned function calls it off. */
export let whenOver: (future: QCGPJFuture<unknown>, callback: () => void) => () => void;
/** As {@linkcode QCGPJFuture.cancel}, and the outcomes tell `reason`. */
export let cancelFor: (future: QCGPJFuture<unknown>, reason: string) => void;

/** The end of each job of a submit, by name. */
export type JobResult = Readonly<Record<string, TerminalState>>;

/**
 * What a submit gives: a handle on its job (or jobs) that tells how they stand and end.
 *
 * The promise inside settles once, when the last job of the submit has ended and that is on record. A failed job
 * *resolves* it with `"FAILED"`; only a broken executor rejects.
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
export class QCGPJFuture<Value = string> extends SubmittedTasks<Value> {
  static {
    isFuture = (value) => typeof value === "object" && value !== null && #pilot in value;
    pilotOf = (future) => future.#pilot;
    isOver = (future) => future.done();
    whenOver = (future, callback) => future.#whenOver(callback);
    cancelFor = (future, reason) => future.#cancel(reason);
    // Not a method, as the name of the symbol would be part of the public type.
    Object.defineProperty(QCGPJFuture.prototype, Symbol.for("Deno.customInspect"), {
      value: function (this: QCGPJFuture, inspect: Inspect, options: unknown) {
        return #pilot in this ? this.#inspect(inspect, options) : "QCGPJFuture {}";
      },
    });
  }

  readonly #pilot: Pilot;
  readonly #asked: number;
  readonly #warn: (text: string) => void;
  /** Neighbours: they were let in together, so their numbers follow one another. */
  readonly #jobs: readonly AdmittedJob[];
  /** How each job ended. Kept here, as the pilot may be told to forget them. */
  readonly #ends: (TerminalState | undefined)[];
  /** Jobs that have not ended. */
  #open: number;
  #settled: PromiseWithResolvers<void> | undefined;
  #error: { readonly error: unknown } | undefined;
  #isCanceled = false;
  #callbacks: Set<() => void> | undefined;
  #readers: Set<(event?: JobEvent) => void> | undefined;

  /**
   * Made by `submit()`.
   *
   * @param pilot The pilot that runs the jobs.
   * @param jobs The jobs, just submitted.
   * @param warn Tells the user that a callback failed.
   * @param parse Turns the text that a task wrote into a value.
   * @internal
   */
  constructor(
    pilot: Pilot,
    jobs: readonly AdmittedJob[],
    warn: (text: string) => void,
    parse?: ParseOutput<Value>,
  ) {
    super({
      ...{ pilot, jobs },
      isOver: () => this.done(),
      failure: () => this.#error,
      refuseRemoved: () => this.#refuseRemoved(),
      listen: (reader) => this.#listen(reader),
    }, parse);
    this.#pilot = pilot;
    this.#asked = pilot.askedSoFar;
    this.#warn = warn;
    this.#jobs = jobs;
    this.#open = jobs.length;
    this.#ends = jobs.map(() => undefined);
    const watcher: Watcher = { seen: (event) => this.#seen(event), broken: (error) => this.#break(error) };
    for (const job of jobs) pilot.watch(job.id, watcher);
  }

  /** The names of the jobs, in the order of the submit. */
  get jobNames(): readonly string[] {
    return this.#jobs.map((job) => job.description.name);
  }

  /**
   * Waits until the jobs of the submit are on record, as durable as the option `durability` says (with `"memory"`: until
   * they are queued). From then on no crash takes them back: a resume runs them.
   *
   * @param limit When to give up waiting.
   * @throws As {@linkcode result}, if the executor broke before.
   */
  async accepted(limit: WaitLimit = {}): Promise<void> {
    checkOptionBag("accepted()", limit, waitLimitRules);
    const what = () => `waiting for the record of ${nameJobs(this.jobNames)}`;
    await untilSettled(this.#pilot.recorded(this.#asked), limit, this.#pilot.clock, what);
  }

  /**
   * Waits until every job of the submit has ended. A failed job is a result, not an error.
   *
   * @param limit When to give up waiting; the job itself is left alone then.
   * @returns The terminal state of each job, by name.
   * @throws {DOMException} Named `TimeoutError` if `timeoutMs` passed first; or whatever reason `signal` has.
   * @throws {TypeError} If an option is unknown or of the wrong type.
   * @throws {RangeError} If `timeoutMs` is negative or not a number.
   * @throws {JournalError} If the executor broke before the job ended: whatever broke it is thrown.
   */
  async result(limit: WaitLimit = {}): Promise<JobResult> {
    checkOptionBag("result()", limit, waitLimitRules);
    const what = () => `waiting for ${nameJobs(this.jobNames)}`;
    await untilSettled(this.#whenDone(), limit, this.#pilot.clock, what);
    return Object.fromEntries(this.#jobs.map((job, i) => [job.description.name, this.#ends[i]!]));
  }

  /** Whether every job of the submit has ended; also true when the executor broke, so that none ever will. */
  done(): boolean {
    return this.#open === 0 || this.#error !== undefined;
  }

  /** Whether a job of the submit has not ended; true while it is queued, as in QCG-PilotJob. */
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
    return this.#cancel();
  }

  /** Whether {@linkcode cancel} was called here, or a signal of the submit aborted, and there was something to stop. */
  cancelled(): boolean {
    return this.#isCanceled;
  }

  /** The state of each job right now, by name. An iterative job is `QUEUED` until its last iteration has ended. */
  states(): Readonly<Record<string, JobState>> {
    return Object.fromEntries(this.#jobs.map((job, i) => [job.description.name, this.#state(job, i)]));
  }

  /**
   * Tells what is known of each job now: exit code or signal, reason, attempts, nodes, cores, times, usage and streams.
   *
   * @returns A report for each job, by name.
   * @throws {UnknownJobError} If a job was removed; its state is still in {@linkcode states}.
   */
  info(): Readonly<Record<string, JobReport>> {
    const { ledger, rootWd } = this.#pilot;
    this.#refuseRemoved();
    return Object.fromEntries(this.#jobs.map((job) => [job.description.name, reportJob(ledger, job, rootWd)]));
  }

  /**
   * Calls back once when every job of the submit has ended or the executor has broken, right away if that is so.
   * Callbacks run in the order of their adding, each in a turn of its own. An error in one is told (stderr, log).
   *
   * @param callback Gets this future.
   * @throws {TypeError} If it is no function.
   */
  addDoneCallback(callback: (future: QCGPJFuture<Value>) => unknown): void {
    if (typeof callback !== "function") {
      throw new TypeError(`addDoneCallback() takes a function, not ${nameValue(callback)}`);
    }
    const call = guardCallback(() => callback(this), this.jobNames, this.#warn);
    if (this.done()) callSoon(call);
    else this.#whenOver(call);
  }

  #cancel(reason?: string): boolean {
    if (this.done()) return false;
    this.#jobs.forEach(({ id }, i) => {
      if (this.#ends[i] === undefined) this.#pilot.cancel({ kind: "job", job: id }, "cancel", reason);
    });
    return this.#isCanceled = true;
  }

  #inspect(inspect: Inspect, options: unknown): string {
    const states = this.#jobs.slice(0, jobsShownMax).map((job, i) =>
      [job.description.name, this.#state(job, i)] as const
    );
    const counts = { jobs: this.#jobs.length, open: this.#open, isBroken: this.#error !== undefined };
    return showFuture(states, counts, (value) => inspect(value, options));
  }

  #indexOf({ job }: { readonly job: JobId }): number {
    return job - this.#jobs[0]!.id;
  }

  #state(job: AdmittedJob, index: number): JobState {
    return this.#ends[index] ?? jobState(this.#pilot.ledger, job);
  }

  #refuseRemoved(): void {
    const { ledger } = this.#pilot;
    const removed = this.#jobs.find(({ id }, i) => this.#ends[i] !== undefined && ledger.job(id) === undefined);
    if (removed !== undefined) throw removedError(removed);
  }

  #seen(event: JobEvent): void {
    if (event.kind === "jobEnded") {
      this.#ends[this.#indexOf(event)] = terminalState(event.outcome);
      this.#open--;
    }
    this.#readers?.forEach((read) => read(event));
    if (!this.done()) return;
    this.#settled?.resolve();
    this.#callBack();
  }

  #break(error: unknown): void {
    if (this.done()) return;
    this.#error = { error };
    this.#settled?.reject(error);
    this.#readers?.forEach((read) => read());
    this.#callBack();
  }

  #listen(reader: (event?: JobEvent) => void): () => void {
    const readers = this.#readers ??= new Set();
    readers.add(reader);
    return () => readers.delete(reader);
  }

  #whenDone(): Promise<void> {
    if (this.#error !== undefined) return Promise.reject(this.#error.error);
    if (this.done()) return Promise.resolve();
    return (this.#settled ??= Promise.withResolvers<void>()).promise;
  }

  #whenOver(callback: () => void): () => void {
    const callbacks = this.#callbacks ??= new Set();
    callbacks.add(callback);
    return () => callbacks.delete(callback);
  }

  #callBack(): void {
    this.#callbacks?.forEach(callSoon);
    this.#callbacks = undefined;
  }
}
