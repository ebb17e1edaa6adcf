/**
 * A clock that moves only when it is told to: from one call to the next.
 *
 * @module
 */

import type { Clock } from "../../src/runtime/ports.ts";

/** Time begins here; 0 would look like "never". */
export const epochMs = 1_000_000_000_000;

/** Keeps calls by their time; calls for the same moment come in the order in which they were asked for. */
export class VirtualClock implements Clock {
  #nowMs = epochMs;
  #calls = 0;
  readonly #waiting: { readonly atMs: number; readonly order: number; readonly wake: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  wakeAt(atMs: number, wake: () => void): () => void {
    const entry = { atMs, order: this.#calls++, wake };
    this.#waiting.push(entry);
    return () => {
      const index = this.#waiting.indexOf(entry);
      if (index >= 0) this.#waiting.splice(index, 1);
    };
  }

  /** Lets time pass in which nobody is called: what was to be done meanwhile is late. */
  skip(ms: number): void {
    this.#nowMs += ms;
  }

  /** How many calls are waiting. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether a call is waiting for this very moment. */
  get isDue(): boolean {
    return this.#waiting.some(({ atMs }) => atMs <= this.#nowMs);
  }

  /** Moves on to the next call and makes it; says whether there was one. */
  advance(): boolean {
    let next = 0;
    for (let i = 1; i < this.#waiting.length; i++) {
      const [a, b] = [this.#waiting[i]!, this.#waiting[next]!];
      if (a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)) next = i;
    }
    const [entry] = this.#waiting.splice(next, 1);
    if (entry === undefined) return false;
    this.#nowMs = Math.max(this.#nowMs, entry.atMs);
    entry.wake();
    return true;
  }

  /** Moves on, call by call, until `atMs`; lets everything that follows from a call happen before the next. */
  async advanceTo(atMs: number): Promise<void> {
    const stop = { reached: false };
    this.wakeAt(atMs, () => stop.reached = true);
    while (!stop.reached) {
      this.advance();
      await quiet();
    }
  }
}

/** Lets all that is ready to run run: many turns of the microtask queue, as no real timer is involved. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await null;
}
