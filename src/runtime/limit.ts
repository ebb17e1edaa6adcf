/**
 * Waiting with a limit, without polling.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { Clock } from "./ports.ts";

/** When to give up waiting. What is waited for is left alone. */
export interface WaitLimit {
  /**
   * Milliseconds to wait at most, 0 or more.
   *
   * @default {Infinity}
   */
  readonly timeoutMs?: number;
  /** Ends the wait when aborted, with the signal's own reason. */
  readonly signal?: AbortSignal;
}

/**
 * Settles as `promise` does, unless the limit comes first.
 *
 * @param promise What is waited for.
 * @param limit When to give up.
 * @param clock Tells the time.
 * @param what What is being done, for the error: `waiting for …`.
 * @param sinceMs When the waiting began; now when absent.
 * @throws {RangeError} If `timeoutMs` is negative or not a number.
 * @throws {DOMException} Named `TimeoutError`, if `timeoutMs` passed; or the signal's reason.
 */
export async function untilSettled<T>(
  promise: Promise<T>,
  limit: WaitLimit,
  clock: Clock,
  what: () => string,
  sinceMs: number = clock.nowMs(),
): Promise<T> {
  const { timeoutMs = Infinity, signal } = limit;
  invariant(Number.isFinite(sinceMs), "A wait begins at a time");
  const { promise: limited, resolve, reject } = Promise.withResolvers<T>();
  // Taken before anything can throw: a promise that is not awaited must not count as an unhandled rejection.
  promise.then(resolve, reject);
  limited.catch(() => {});
  if (!(timeoutMs >= 0)) throw new RangeError(`timeoutMs must be 0 or more milliseconds, got ${timeoutMs}`);
  signal?.throwIfAborted();
  const giveUp = () => reject(new DOMException(`Timed out after ${timeoutMs} ms ${what()}`, "TimeoutError"));
  const callOff = timeoutMs === Infinity ? () => {} : clock.wakeAt(sinceMs + timeoutMs, giveUp);
  const abort = () => reject(signal!.reason);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await limited;
  } finally {
    callOff();
    signal?.removeEventListener("abort", abort);
  }
}
