/**
 * The clock by which time limits and graces pass: it stands while the processes of all tasks stand still, as after
 * Ctrl-Z. What was due before is due so much later then, without a look at any task.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";

/** Tells the time that tasks have had. */
export class TaskClock {
  /** How long it has stood all together. */
  #stoodMs = 0;
  #stoppedAtMs: number | undefined;

  /** Whether it stands. */
  get isStopped(): boolean {
    return this.#stoppedAtMs !== undefined;
  }

  /** What it shows at a time. */
  at(atMs: number): number {
    return Math.min(atMs, this.#stoppedAtMs ?? atMs) - this.#stoodMs;
  }

  /** The time at which it will show this, if it goes on; `undefined` while it stands. */
  when(shownMs: number | undefined): number | undefined {
    return shownMs === undefined || this.isStopped ? undefined : shownMs + this.#stoodMs;
  }

  /** Stands from now on. */
  stop(atMs: number): void {
    invariant(Number.isFinite(atMs), "The clock of tasks stops at a time");
    this.#stoppedAtMs ??= atMs;
  }

  /** Goes on. */
  goOn(atMs: number): void {
    if (this.#stoppedAtMs !== undefined) this.#stoodMs += Math.max(0, atMs - this.#stoppedAtMs);
    this.#stoppedAtMs = undefined;
    invariant(this.#stoodMs >= 0, "The clock of tasks has not stood for a negative time");
  }
}
