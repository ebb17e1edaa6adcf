/**
 * A promise with a time limit.
 *
 * @module
 */

/** Options of {@linkcode deadline}. */
export interface DeadlineOptions {
  /** Aborting it rejects the promise with the signal's reason. */
  signal?: AbortSignal;
}

/** Resolves as `promise` does, or rejects with a `TimeoutError` after `ms` milliseconds. */
export async function deadline<T>(promise: Promise<T>, ms: number, options: DeadlineOptions = {}): Promise<T> {
  const { signal } = options;
  signal?.throwIfAborted();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal?.reason);
  const timer = setTimeout(() => reject(new DOMException("Signal timed out.", "TimeoutError")), ms);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
