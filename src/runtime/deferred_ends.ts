/**
 * Ends of tasks that the pilot may not have caused. When a batch job is canceled or runs out of time, the batch system
 * sends SIGTERM to tasks and pilot alike, and a task may be gone before the pilot has heard of its own. So an end that
 * may come of it is deferred for a moment: if the pilot begins to stop meanwhile, it stops a task that still runs for all
 * that it knows, which is unfinished and not failed.
 *
 * A program may answer SIGTERM by any exit code. So every end that is no success is deferred, but for a small part of the
 * time that the task has run: where many short tasks fail, that costs next to nothing.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { Exit } from "../core/exit.ts";
import { signalNumber } from "../core/exit.ts";
import { attemptName } from "./attempt_name.ts";
import type { AttemptKey, Clock } from "./ports.ts";

/** How long an end is deferred at most, in milliseconds. */
export const deferredMs = 500;
/** The part of its run time for which an end is deferred that SIGTERM is only one explanation of. */
const deferredPart = 0.05;

/** How a task ended, and since when it had run. */
export interface TaskEnd {
  /** How its process ended. */
  readonly exit: Exit;
  /** When that was started, by the clock of the ends. */
  readonly startedMs: number;
}

/** An end that was not told yet. */
interface DeferredEnd {
  readonly node: number;
  readonly tell: () => void;
  readonly callOff: () => void;
}

/** Defers ends by SIGTERM that the pilot has not asked for. */
export class DeferredEnds {
  readonly #clock: Clock;
  readonly #deferred = new Map<string, DeferredEnd>();
  /** The nodes of attempts that were sent a signal. */
  readonly #asked = new Map<string, number>();

  /** Defers by a clock. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A signal is sent to an attempt: its end is the pilot's own doing, and a deferred one is told. */
  signalled(key: AttemptKey, node: number): void {
    const name = attemptName(key);
    if (!this.#tell(name)) this.#asked.set(name, node);
    invariant(!this.#deferred.has(name), "An end that the pilot asked for is told at once");
  }

  /** The time, by which a start is noted. */
  get nowMs(): number {
    return this.#clock.nowMs();
  }

  /**
   * Tells an end, now or in a moment.
   *
   * @param tell Tells it.
   */
  exited(key: AttemptKey, node: number, { exit, startedMs }: TaskEnd, tell: () => void): void {
    const name = attemptName(key);
    const waitMs = this.#asked.delete(name) ? 0 : deferralOf(exit, this.nowMs - startedMs);
    if (waitMs === 0) return tell();
    invariant(!this.#deferred.has(name), "An attempt ends once");
    invariant(waitMs > 0 && waitMs <= deferredMs, "An end is deferred for a moment");
    const callOff = this.#clock.wakeAt(this.nowMs + waitMs, () => this.#tell(name));
    this.#deferred.set(name, { node, tell, callOff });
  }

  /** An attempt is over in another way. */
  forget(key: AttemptKey): void {
    const name = attemptName(key);
    invariant(!this.#deferred.has(name), "What could not be started has no end that is told later");
    this.#asked.delete(name);
  }

  /** Tells what is deferred of a node, or of all of them, before something else makes it stale. */
  flush(node?: number): void {
    for (const [name, deferred] of this.#deferred) if (node === undefined || deferred.node === node) this.#tell(name);
    for (const [name, asked] of this.#asked) if (node === undefined || asked === node) this.#asked.delete(name);
    invariant(node !== undefined || this.#deferred.size === 0, "No end is kept back when all are told");
    invariant(node !== undefined || this.#asked.size === 0, "Nothing is expected of attempts that are over");
  }

  #tell(name: string): boolean {
    const deferred = this.#deferred.get(name);
    if (deferred === undefined) return false;
    invariant(!this.#asked.has(name), "An end that the pilot asked for is not deferred");
    this.#deferred.delete(name);
    deferred.callOff();
    deferred.tell();
    return true;
  }
}

/** For how long an end is deferred, in whole milliseconds; one that was never told to run has run for no time. */
function deferralOf(exit: Exit, ranMs: number): number {
  if ("code" in exit && exit.code === 0) return 0;
  return isByTerm(exit) ? deferredMs : Math.floor(Math.min(deferredMs, Math.max(0, ranMs) * deferredPart));
}

/** By the signal itself, or by a shell or program that lost a child to it and says so in its exit code. */
function isByTerm(exit: Exit): boolean {
  return "signal" in exit ? exit.signal === "SIGTERM" : exit.code === 128 + signalNumber("SIGTERM");
}
