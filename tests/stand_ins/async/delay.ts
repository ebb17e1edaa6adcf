/**
 * A pause that can be called off.
 *
 * @module
 */

// A timer cannot be set further ahead: it would fire at once.
const timerMsMax = 2 ** 31 - 1;

/** Options of {@linkcode delay}. */
export interface DelayOptions {
  /** Aborting it rejects the pause with the signal's reason. */
  signal?: AbortSignal;
  /** Whether the pause keeps the program alive. Default: true. */
  persistent?: boolean;
}

/** Resolves after `ms` milliseconds. */
export function delay(ms: number, options: DelayOptions = {}): Promise<void> {
  const { signal, persistent = true } = options;
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout>;
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const wait = (msLeft: number): void => {
      const step = Math.min(msLeft, timerMsMax);
      timer = setTimeout(() => msLeft > step ? wait(msLeft - step) : done(), step);
      if (!persistent) Deno.unrefTimer(Number(timer));
    };
    const done = (): void => {
      signal?.removeEventListener("abort", abort);
      resolve();
    };
    signal?.addEventListener("abort", abort, { once: true });
    wait(ms);
  });
}
