/**
 * Notices that a keeper is silent although it was asked: it was stopped, or hangs.
 *
 * Time is counted in questions, not by a clock: a pilot that was itself stopped for an hour has asked nothing meanwhile.
 *
 * @module
 */

/** How often to ask. */
const askMs = 5000;
/** After this many questions without any word the keeper counts as silent. */
const silentMax = 4;

/** What a heartbeat does. */
export interface HeartbeatSink {
  /** Asks for a sign of life; `number` counts the questions, `lastPong` is the last one that was answered. */
  ask(number: number, lastPong: number): void;
  /** The last question was not answered yet. */
  waited(): void;
  /** There was no word for too long. Told once. */
  silent(seconds: number): void;
}

/** Asks again and again while it is needed. */
export class Heartbeat {
  readonly #sink: HeartbeatSink;
  readonly #askMs: number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #asked = 0;
  #lastPong = 0;
  #unanswered = 0;
  #isNeeded = false;

  /** Asks nothing yet. `ms` is the time between two questions. */
  constructor(sink: HeartbeatSink, ms: number = askMs) {
    this.#sink = sink;
    this.#askMs = ms;
  }

  /** Whether to ask; that changes often, and costs nothing. */
  need(isNeeded: boolean): void {
    this.#isNeeded = isNeeded;
  }

  /** Asks from now on, while it is needed. */
  start(): void {
    this.stop();
    this.#unanswered = 0;
    this.#timer = setInterval(() => this.#beat(), this.#askMs);
    Deno.unrefTimer(this.#timer); // What is asked for keeps the program alive, not the question.
  }

  /** Asks no more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Something was said. */
  heard(): void {
    this.#unanswered = 0;
  }

  /** A question was answered. */
  answered(number: number): void {
    this.#lastPong = number;
  }

  #beat(): void {
    if (!this.#isNeeded) {
      this.#unanswered = 0;
      return;
    }
    if (this.#unanswered >= silentMax) {
      this.stop();
      return this.#sink.silent(this.#unanswered * this.#askMs / 1000);
    }
    if (this.#unanswered > 0) this.#sink.waited();
    this.#unanswered++;
    this.#sink.ask(++this.#asked, this.#lastPong);
  }
}
