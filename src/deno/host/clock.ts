/**
 * The real clock.
 *
 * @module
 */

import type { Clock } from "../../runtime/ports.ts";

/** Timers wait at most this long; `setTimeout` fires at once beyond. */
const timerMsMax = 2 ** 31 - 1;

/** Tells the time since the epoch, but follows the monotonic clock: it never jumps when the system's time is set. */
export class SystemClock implements Clock {
  readonly #originMs: number = Date.now() - performance.now();
  readonly #staysAlive: boolean;

  /**
   * Sets no timer yet.
   *
   * @param options Whether a timer that is set keeps the program alive; it does unless said otherwise.
   */
  constructor({ staysAlive = true }: { readonly staysAlive?: boolean } = {}) {
    this.#staysAlive = staysAlive;
  }

  /** Milliseconds since the epoch. */
  nowMs(): number {
    return this.#originMs + performance.now();
  }

  /** Calls `wake` at `atMs` or soon after; the returned function calls it off. */
  wakeAt(atMs: number, wake: () => void): () => void {
    let timer: ReturnType<typeof setTimeout>;
    const arm = () => {
      const restMs = atMs - this.nowMs();
      timer = setTimeout(() => restMs > timerMsMax ? arm() : wake(), Math.min(Math.max(0, restMs), timerMsMax));
      if (!this.#staysAlive) Deno.unrefTimer(timer);
    };
    arm();
    return () => clearTimeout(timer);
  }
}
