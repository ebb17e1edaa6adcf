/**
 * The feed: numbers the public events of a run and puts them in the buffers of their readers. While there is none,
 * it only counts.
 *
 * @module
 */

import type { Event } from "../core/types.ts";
import type { Ledger } from "../report/ledger.ts";
import type { EventBuffer } from "./event_buffer.ts";
import type { EventReader } from "./event_reader.ts";
import { countPublic, describeEvent } from "./describe_event.ts";

/** Numbers and hands out public events. */
export class EventFeed implements EventReader {
  #next = 1;
  #buffers: ReadonlySet<EventBuffer> = new Set();
  #end: { readonly error?: unknown } | undefined;

  apply(event: Event, ledger: Ledger): void {
    if (this.#buffers.size === 0) {
      this.#next += countPublic(event, ledger);
      return;
    }
    for (const described of describeEvent(event, ledger)) {
      const number = this.#next++;
      for (const buffer of this.#buffers) buffer.push(described, number);
    }
  }

  dropped(error: unknown): void {
    this.close({ error });
  }

  /** The number of the next event. */
  get next(): number {
    return this.#next;
  }

  /** Set when no more events come; `error` is what ended them, if it was no good end. */
  get end(): { readonly error?: unknown } | undefined {
    return this.#end;
  }

  /** Has further events put in a buffer. */
  attach(buffer: EventBuffer): void {
    this.#buffers = new Set([...this.#buffers, buffer]);
  }

  /** Puts no more events in a buffer. */
  detach(buffer: EventBuffer): void {
    this.#buffers = new Set([...this.#buffers].filter((other) => other !== buffer));
  }

  /** Says that no more events come. */
  close(end: { readonly error?: unknown } = {}): void {
    this.#end ??= end;
    for (const buffer of this.#buffers) buffer.wake();
  }
}
