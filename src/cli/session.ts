/**
 * A run that is fed by requests: the pilot and the service joined, how they end, and what signals do to them.
 *
 * ```text
 * requests -> service -> pilot -> records
 *    ^           | wishes an end
 *    `- closed <-+- signals, a broken pilot
 * ```
 *
 * @module
 */

import { setImmediate } from "node:timers/promises";
import { PilotJobError } from "../errors.ts";
import { openGuardedRun } from "../api/guarded_run.ts";
import { chooseGuard } from "../api/options.ts";
import type { Run, RunSettings } from "../runtime/run.ts";
import type { Admission } from "../runtime/admission.ts";
import type { Reply } from "../service/reply.ts";
import { finishDelayMs, Service, type ShutdownMode } from "../service/service.ts";
import { type InterruptSignal, onInterrupt } from "./interrupts.ts";

/** What stops a run from outside our program: it is not our bug. */
export class RunError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "RunError";
  /** Always `"RUN"`. */
  override readonly code = "RUN";
}

/** Everything is killed at once, as the user asked a second time. */
class KilledError extends PilotJobError {
  override readonly name = "KilledError";
  override readonly code = "KILLED";
}

/** What a session tells while it runs. */
export interface SessionNews {
  /** The user asked to end, for the first or a later time. */
  readonly interrupted?: (signal: InterruptSignal, isFirst: boolean) => void;
}

/** A run with a service. Set up, feed, then {@linkcode Session.end}. */
export class Session {
  /** The run. */
  readonly run: Run;
  /** Answers requests. */
  readonly service: Service;
  readonly #admission: Admission;
  readonly #news: SessionNews;
  readonly #signals: Disposable;
  #delay: ReturnType<typeof setTimeout> | undefined;
  #interrupted: InterruptSignal | undefined;
  #openInterface: string | undefined;
  #isClosed = false;
  #wake: (() => void) | undefined;

  /**
   * Sets a session up, and opens its records.
   *
   * @param settings What the run is set up with.
   * @param interfaceName Where requests come from, as a status tells it.
   * @param news Hears what a user may want to know.
   * @throws {PilotJobError} If there is nothing to resume, or the records cannot be written.
   */
  constructor(settings: RunSettings, interfaceName: string | undefined, news: SessionNews = {}) {
    this.#news = news;
    this.#openInterface = interfaceName;
    const { run, admission } = explainSystemError(
      `Cannot keep the records of the run in ${settings.pilot.rootWd}`,
      () => {
        const guarded = openGuardedRun(settings, chooseGuard({}, settings.pilot.rootWd));
        guarded.run.open();
        return guarded;
      },
    );
    this.run = run;
    this.#admission = admission;
    const { pilot, statistics, facts, zone } = this.run;
    this.service = new Service({
      admission,
      pilot,
      statistics,
      facts,
      zone,
      nowMs: () => pilot.clock.nowMs(),
      interfaces: () => ({ names: this.#openInterface === undefined ? [] : [this.#openInterface] }),
      shutdownRequested: (end) => this.#shutdownRequested(end),
      log: (message) => this.run.log(message),
    });
    pilot.stopped.then(() => {}, () => {}).then(() => {
      this.service.stop();
      this.#close();
    });
    this.#signals = onInterrupt((signal) => this.#interrupt(signal));
  }

  /** The signal that interrupted the run, if one did. */
  get interrupted(): InterruptSignal | undefined {
    return this.#interrupted;
  }

  /** Whether no more requests are wanted: an end was wished, the user interrupted, or the pilot broke. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Waits for something, but no longer than requests are wanted; it is `undefined` then. One at a time. */
  unlessClosed<T>(awaited: Promise<T>): Promise<T | undefined> {
    if (this.#isClosed) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(undefined);
      awaited.then(resolve, reject);
    });
  }

  /** Answers a request and lets the pilot take it in. */
  async answer(request: unknown): Promise<Reply> {
    const reply = this.service.answer(request);
    await setImmediate();
    return reply;
  }

  /** Counts a submit that was left out, so that those after it get the numbers that they had before. */
  skipSubmit(): void {
    this.#admission.skipSubmit();
  }

  /**
   * Says that no more requests come, and waits until all jobs have ended and everything is given back.
   *
   * @throws {RunError} If something outside the program broke the run.
   */
  async end(): Promise<void> {
    const { run } = this;
    const names = this.#openInterface === undefined ? [] : [this.#openInterface];
    run.pilot.drain();
    try {
      await run.release({ names });
    } catch (error) {
      if (!(error instanceof KilledError)) throw explained("The run broke", error);
    } finally {
      clearTimeout(this.#delay);
      this.#signals[Symbol.dispose]();
    }
  }

  #shutdownRequested(end: ShutdownMode): void {
    switch (end) {
      case "none":
        return;
      case "whenIdle":
        this.#untilIdle().catch(() => {}).then(() => this.#close());
        return;
      case "afterJobs":
      case "now":
        clearTimeout(this.#delay);
        this.#delay = setTimeout(() => {
          this.#close();
          if (end === "now") this.run.pilot.cancel({ kind: "all" }, "shutdown");
        }, finishDelayMs);
        return;
      default:
        end satisfies never;
    }
  }

  #close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  async #untilIdle(): Promise<void> {
    while (this.run.pilot.openJobs > 0) await this.run.pilot.idle();
  }

  #interrupt(signal: InterruptSignal): void {
    const isFirst = this.#interrupted === undefined;
    this.#interrupted ??= signal;
    this.#news.interrupted?.(signal, isFirst);
    if (isFirst) this.#suspend(signal);
    else this.run.pilot.abandon(new KilledError("Killed by a second signal"));
  }

  /** Stops all tasks with their grace. They stay unfinished in the records, so that a resume runs them again. */
  async #suspend(signal: InterruptSignal): Promise<void> {
    const { run } = this;
    run.log({ level: "warning", text: `${signal}: stopping service, running tasks are stopped` });
    this.service.stop();
    await setImmediate(); // What has ended by now is taken in and recorded first.
    run.suspend();
    run.pilot.cancel({ kind: "all" }, "shutdown");
    run.pilot.drain();
    this.#close();
  }
}

/** Does something; what the operating system has against it becomes a {@linkcode RunError}. */
function explainSystemError<R>(beginning: string, act: () => R): R {
  try {
    return act();
  } catch (error) {
    throw explained(beginning, error);
  }
}

/** An error of the operating system in a sentence; any other as it is. */
function explained(beginning: string, error: unknown): unknown {
  const isSystemError = error instanceof Error && typeof (error as { readonly code?: unknown }).code === "string" &&
    !(error instanceof PilotJobError);
  return isSystemError ? new RunError(`${beginning}: ${error.message}`, { cause: error }) : error;
}
