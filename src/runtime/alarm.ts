/**
 * One timer of an owner that wants to be woken at one time, which it may move, or give up.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { Clock } from "./ports.ts";

/** Wakes its owner. */
export class Alarm {
  readonly #clock: Pick<Clock, "wakeAt">;
  readonly #wake: (dueMs: number) => void;
  #dueMs = Infinity;
  #callOff: (() => void) | undefined;

  /**
   * Sets no timer yet.
   *
   * @param clock Has the timers.
   * @param wake Is called, with the time that was set, when that has come. The alarm is off then, and may be set again.
   */
  constructor(clock: Pick<Clock, "wakeAt">, wake: (dueMs: number) => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** When it wakes, in milliseconds since the epoch; `Infinity` while it is off. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** Wakes at this time instead of the one that was set before; at `Infinity` never. */
  set(dueMs: number): void {
    invariant(!Number.isNaN(dueMs), "An alarm is set for a time, or for never");
    if (dueMs === this.#dueMs) return;
    this.off();
    if (dueMs === Infinity) return;
    this.#dueMs = dueMs;
    this.#callOff = this.#clock.wakeAt(dueMs, () => {
      invariant(this.#dueMs === dueMs, "A timer that was called off wakes nobody");
      this.#dueMs = Infinity;
      this.#callOff = undefined;
      this.#wake(dueMs);
    });
  }

  /** Wakes at this time, unless it wakes before. */
  setBy(dueMs: number): void {
    this.set(Math.min(dueMs, this.#dueMs));
  }

  /** Wakes no more, until it is set again. */
  off(): void {
    invariant((this.#callOff === undefined) === (this.#dueMs === Infinity), "There is a timer while the alarm is set");
    this.#callOff?.();
    this.#callOff = undefined;
    this.#dueMs = Infinity;
  }
}
