/**
 * A journal in memory: it answers at once or late, and may break at some moment.
 *
 * @module
 */

import type { Event } from "../../src/core/types.ts";
import type { JournalStore } from "../../src/runtime/ports.ts";
import type { Random } from "./random.ts";
import type { VirtualClock } from "./virtual_clock.ts";

/** How a journal behaves. */
export interface JournalHabits {
  /** Whether an append takes time. */
  readonly isSlow: boolean;
  /** The append that fails, counted from 1; absent for none. */
  readonly failsAt?: number;
}

/** The longest that an append takes. */
export const appendMsMax = 10;

/** What a broken journal says. */
export class DiskFullError extends Error {
  override readonly name = "DiskFullError";
}

/** Keeps events. */
export class SimulatedJournal implements JournalStore {
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #habits: JournalHabits;
  readonly #durable: (events: readonly Event[]) => void;
  #appends = 0;

  /** `durable` is told of events that are on record. */
  constructor(
    clock: VirtualClock,
    random: Random,
    habits: JournalHabits,
    durable: (events: readonly Event[]) => void,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#habits = habits;
    this.#durable = durable;
  }

  append(events: readonly Event[]): Promise<void> | void {
    const fails = ++this.#appends === this.#habits.failsAt;
    const isSlow = this.#habits.isSlow && this.#random.chance(0.7);
    if (fails && !isSlow) throw new DiskFullError("no space left");
    if (!isSlow) return this.#durable(events);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#clock.wakeAt(this.#clock.nowMs() + this.#random.between(0, appendMsMax), () => {
      if (fails) return reject(new DiskFullError("no space left"));
      this.#durable(events);
      resolve();
    });
    return promise;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
