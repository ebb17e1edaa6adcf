/**
 * What waits for one reader of public events: a bounded number of events, and a count of those that came when it was
 * full. The run never waits for the reader.
 *
 * @module
 */

import type { RunEvent, UnnumberedEvent } from "./public_events.ts";

/** Holds events for a reader. */
export class EventBuffer {
  readonly #capacity: number;
  readonly #from: number;
  #events: RunEvent[] = [];
  #taken = 0;
  /** Events that are missing after those that are held. */
  #gap: { readonly number: number; readonly atMs: number; missed: number } | undefined;
  #wake: (() => void) | undefined;

  /** Creates an empty buffer for so many events, of those that have this number or a higher one. */
  constructor(capacity: number, from: number) {
    this.#capacity = capacity;
    this.#from = from;
  }

  /** Puts an event in. When the buffer is full, this one and all until the reader has caught up are missed. */
  push(event: UnnumberedEvent, number: number): void {
    if (number < this.#from) return;
    if (this.#gap !== undefined || this.#events.length - this.#taken >= this.#capacity) {
      return this.miss(number, 1, event.atMs);
    }
    this.#events.push({ ...event, number });
    this.wake();
  }

  /** Counts events as missed. */
  miss(number: number, count: number, atMs: number): void {
    this.#gap ??= { number, atMs, missed: 0 };
    this.#gap.missed += count;
    this.wake();
  }

  /** Takes the oldest event out; after those that are held, that some are missing. */
  take(): RunEvent | undefined {
    if (this.#taken < this.#events.length) {
      const event = this.#events[this.#taken++]!;
      if (this.#taken === this.#events.length) {
        this.#events = [];
        this.#taken = 0;
      }
      return event;
    }
    const gap = this.#gap;
    this.#gap = undefined;
    return gap && { event: "lagged", missed: gap.missed, number: gap.number, atMs: gap.atMs };
  }

  /** Forgets everything. */
  clear(): void {
    this.#events = [];
    this.#taken = 0;
    this.#gap = undefined;
  }

  /** Resolves when something has come, or at {@linkcode wake}. For one waiter. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  /** Lets the waiter look again. */
  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
