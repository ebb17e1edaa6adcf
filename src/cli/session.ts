/**
 * A session of a command: its records are begun at once, and signals interrupt it.
 *
 * @module
 */

import { openGuardedRun } from "../api/guarded_run.ts";
import { chooseGuard } from "../api/options.ts";
import { nextTurn } from "../deno/host/next_turn.ts";
import { errorText } from "../base/error_text.ts";
import { PilotJobError } from "../errors.ts";
import type { Admission } from "../runtime/admission.ts";
import type { Door } from "../runtime/door.ts";
import type { Cluster } from "../runtime/cluster.ts";
import type { Run } from "../runtime/run.ts";
import type { RunSettings } from "../runtime/run_settings.ts";
import { Session } from "../runtime/session.ts";
import { watchEndOf } from "./end_in_time.ts";
import { LongJobs } from "./long_jobs.ts";
import { type InterruptSignal, onInterrupt } from "./interrupts.ts";
import { onSuspend } from "./job_control.ts";

/** What stops a run from outside our program: it is not our bug. */
export class RunError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "RunError";
  /** Always `"RUN"`. */
  override readonly code = "RUN";
}

/** What interrupts a run whose allocation ends. */
const outOfTime = "the end of the allocation";
/** Everything is killed at once, as the user asked a second time. */
class KilledError extends PilotJobError {
  override readonly name = "KilledError";
  override readonly code = "KILLED";
}

/** What a session tells while it runs. */
export interface SessionNews {
  /** Something is not as it was asked for; a sentence without its end. */
  readonly warned: (text: string) => void;
  /** The user asked to end, for the first or a later time. */
  readonly interrupted: (signal: InterruptSignal, isFirst: boolean) => void;
}

/** A session that signals interrupt. Set up, open doors, wait until they are {@linkcode Session.served}, then end. */
export class CommandSession {
  /** The run. */
  readonly run: Run;
  /** The service of its requests. */
  readonly session: Session;
  /** What was told of tasks that write over the outputs of one another. */
  readonly collisions: readonly string[];
  readonly #admission: Admission;
  readonly #news: SessionNews;
  readonly #signals: Disposable;
  readonly #endWatch: Disposable | undefined;
  readonly #suspension: Disposable;
  #interrupted: InterruptSignal | typeof outOfTime | undefined;

  /**
   * Sets a session up, and opens its records.
   *
   * @param settings What the run is set up with.
   * @param news Hears what a user may want to know.
   * @throws {PilotJobError} If there is nothing to resume, or the records cannot be written.
   */
  constructor(settings: RunSettings, news: SessionNews) {
    this.#news = news;
    const { run, admission, collisions } = explainSystemError(
      `Cannot keep the records of the run in ${settings.pilot.rootWd}`,
      () => {
        const guarded = openGuardedRun(settings, chooseGuard({}, settings.pilot.rootWd), { warn: news.warned });
        guarded.run.open();
        return guarded;
      },
    );
    this.run = run;
    this.collisions = collisions;
    this.#admission = admission;
    this.session = new Session({ run, admission, nextTurn });
    this.#signals = onInterrupt((signal) => this.#interrupt(signal));
    this.#endWatch = settings.cluster && this.#watchEnd(settings.cluster);
    const { pilot } = run;
    this.#suspension = onSuspend({
      freeze: (isFrozen) => pilot.freeze(isFrozen),
      warn: (text) => run.warn(text),
    });
    run.prepare();
  }

  /**
   * Opens a door.
   *
   * @throws What keeps the door shut. The run is given up then: nothing goes on that cannot be reached.
   */
  async open(door: Door): Promise<void> {
    // Told now: clients may keep the door open for days.
    if (this.run.resumed?.isEmpty === true) {
      this.run.warn(
        `No job is on record in ${this.run.folderPath}: there are no jobs but those that are submitted now`,
      );
    }
    try {
      this.session.open(door);
    } catch (error) {
      // A user whose batch job did nothing looks for the reason in the log.
      this.run.log({ level: "error", text: `failed to start: ${errorText(error)}` });
      this.run.suspend();
      this.run.pilot.abandon(error);
      await this.end().catch(() => {});
      throw error;
    }
  }

  /** What interrupted the run, if something did. */
  get interrupted(): InterruptSignal | typeof outOfTime | undefined {
    return this.#interrupted;
  }

  /** Whether the run was stopped because its allocation ends: a resume in another one goes on. */
  get isOutOfTime(): boolean {
    return this.#interrupted === outOfTime;
  }

  /** Counts a submit that was left out, so that those after it get the numbers that they had before. */
  skipSubmit(): void {
    this.#admission.skipSubmit();
  }

  /**
   * Waits until all jobs have ended and everything is given back.
   *
   * @throws {RunError} If something outside the program broke the run.
   */
  async end(): Promise<void> {
    try {
      await this.session.end();
    } catch (error) {
      if (!(error instanceof KilledError)) throw explained("The run broke", error);
    } finally {
      this.#signals[Symbol.dispose]();
      this.#endWatch?.[Symbol.dispose]();
      this.#suspension[Symbol.dispose]();
    }
  }

  #watchEnd(cluster: Cluster): Disposable {
    const { hub, pilot } = this.run;
    hub.add("end of the allocation", new LongJobs(cluster.end, (text) => this.run.warn(text)));
    return watchEndOf(pilot, cluster, (sentence) => this.#endInTime(sentence));
  }

  /** Stops everything in time before the allocation ends. */
  #endInTime(sentence: string): void {
    if (this.#interrupted !== undefined) return;
    this.#interrupted = outOfTime;
    this.#news.warned(sentence);
    this.session.interrupt(sentence);
  }

  #interrupt(signal: InterruptSignal): void {
    const isFirst = this.#interrupted === undefined;
    this.#interrupted ??= signal;
    this.#news.interrupted(signal, isFirst);
    if (isFirst) this.session.interrupt(`${signal}: stopping service, running tasks are stopped`);
    else this.run.pilot.abandon(new KilledError("Killed by a second signal"));
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
