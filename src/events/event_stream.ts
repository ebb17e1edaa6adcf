/**
 * The public events of a run as a stream: earlier ones from the journal, then those that happen. The run never waits
 * for the reader; one that is too slow is told how many events it missed.
 *
 * @module
 */

import type { Event } from "../core/types.ts";
import { Ledger } from "../report/ledger.ts";
import { EventBuffer } from "./event_buffer.ts";
import type { EventFeed } from "./event_feed.ts";
import { countPublic, describeEvent } from "./describe_event.ts";
import type { RunEvent } from "./public_events.ts";

/** Options of {@linkcode QCGPJExecutor.events}. */
export interface EventOptions {
  /**
   * Where to begin. `"now"`: with the first event after the call. `"start"`, or the number of an event: with that one;
   * what has happened before the call is read from the run's journal. Of a run without one (`durability: "memory"`)
   * nothing is kept, and a {@linkcode LaggedEvent} tells how many are missing.
   *
   * @default {"now"}
   */
  readonly from?: "start" | "now" | number;
  /**
   * How many events are held for a reader that does not take them, at least 1. Those that come when so many are held
   * are missed.
   *
   * @default {10000}
   */
  readonly capacity?: number;
}

/** Where a stream gets its events. */
export interface EventSources {
  /** Tells the events that happen. */
  readonly feed: EventFeed;
  /** The events on record, from the first; absent when there is no record. Read piece by piece, as far as it is written. */
  readonly past: (() => Iterable<Event>) | undefined;
  /** Lets timers, signals and the user's code have a turn. */
  readonly letOthersRun: () => Promise<void>;
  /** The time, in milliseconds since the epoch. */
  readonly nowMs: () => number;
}

const capacityDefault = 10_000;
/** After this many earlier events others get their turn. */
const pastInTurn = 1000;

/**
 * Events of a run, to be read by `for await`; one reader each. Leaving the loop frees what is held. It ends after the
 * last event, when the run has ended; if the run broke, by what broke it.
 */
export class EventStream implements AsyncIterableIterator<RunEvent, void, void>, AsyncDisposable {
  readonly #sources: EventSources;
  readonly #buffer: EventBuffer;
  readonly #events: AsyncGenerator<RunEvent, void, void>;
  /** The number of the first event that is wanted. */
  readonly #from: number;
  /** When so few events of the past are left, the buffer begins to take what follows. */
  readonly #nearMax: number;
  #isClosed = false;

  /**
   * Made by `events()`, not by users.
   *
   * @param sources Where the events come from.
   * @param options Where to begin, and how much is held.
   * @internal
   */
  constructor(sources: EventSources, options: EventOptions = {}) {
    const { from = "now", capacity = capacityDefault } = options;
    const { feed, past } = sources;
    this.#sources = sources;
    this.#from = from === "now" ? feed.next : from === "start" ? 1 : from;
    this.#buffer = new EventBuffer(capacity, this.#from);
    const needsPast = this.#from < feed.next && past !== undefined;
    // What follows the past is listened to when most of it has been read; nothing is held for it until then.
    if (!needsPast) feed.attach(this.#buffer);
    this.#nearMax = capacity >> 1;
    this.#events = this.#read(needsPast ? past : undefined, feed.next);
  }

  /** The next event. */
  next(): Promise<IteratorResult<RunEvent, void>> {
    return this.#events.next();
  }

  /** Ends the stream, and frees what is held for it. */
  async return(): Promise<IteratorResult<RunEvent, void>> {
    this.#isClosed = true;
    this.#sources.feed.detach(this.#buffer);
    this.#buffer.clear();
    this.#buffer.wake();
    await this.#events.return();
    return { done: true, value: undefined };
  }

  /** The stream itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends the stream, as leaving its loop does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Gives the past up to `next`, if it is known, and then what happens. */
  async *#read(past: (() => Iterable<Event>) | undefined, next: number): AsyncGenerator<RunEvent, void, void> {
    const { feed } = this.#sources;
    try {
      if (past !== undefined) yield* this.#readPast(past);
      else if (this.#from < next) yield this.#gap(this.#from, next);
      while (!this.#isClosed) {
        const event = this.#buffer.take();
        if (event !== undefined) yield event;
        else if (feed.end === undefined) await this.#buffer.changed();
        else if ("error" in feed.end) throw feed.end.error;
        else return;
      }
    } finally {
      feed.detach(this.#buffer);
    }
  }

  /**
   * Gives the events on record up to the first that is in the buffer. While it reads more are recorded, so it may have to
   * begin again; but only until so few are left that the buffer is ready to take what follows.
   */
  async *#readPast(past: () => Iterable<Event>): AsyncGenerator<RunEvent, void, void> {
    const { feed } = this.#sources;
    let number = this.#from;
    let until = Infinity;
    const listen = () => {
      if (until !== Infinity) return;
      until = feed.next;
      feed.attach(this.#buffer);
    };
    for (let begun = 0; begun < number && number < until;) {
      begun = number;
      for await (const event of this.#replay(past(), number)) {
        if (feed.next - event.number <= this.#nearMax) listen();
        // What is on its way to the disk has not been told yet.
        if (event.number >= Math.min(until, feed.next)) break;
        yield event;
        if (this.#isClosed) return;
        number = event.number + 1;
      }
      if (number === feed.next) listen();
    }
    listen();
    if (number < until) yield this.#gap(number, until);
  }

  /** The events on record from a number on, with pauses in which others have their turn. */
  async *#replay(past: Iterable<Event>, from: number): AsyncGenerator<RunEvent, void, void> {
    const ledger = new Ledger();
    let number = 1;
    let steps = 0;
    for (const event of past) {
      ledger.apply(event);
      if (++steps % pastInTurn === 0) await this.#sources.letOthersRun();
      const count = countPublic(event, ledger);
      if (number + count <= from) {
        number += count;
        continue;
      }
      for (const described of describeEvent(event, ledger)) {
        if (number++ < from) continue;
        if (++steps % pastInTurn === 0) await this.#sources.letOthersRun();
        yield { ...described, number: number - 1 };
      }
    }
  }

  #gap(from: number, until: number): RunEvent {
    return { event: "lagged", missed: until - from, number: from, atMs: this.#sources.nowMs() };
  }
}
