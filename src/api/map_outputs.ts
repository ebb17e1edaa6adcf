/**
 * What `map()` does: jobs submitted ahead, their results or outputs in order or as they come.
 *
 * @module
 */

import { type AheadWork, readAhead, readUnordered } from "../base/read_ahead.ts";
import type { Clock } from "../runtime/ports.ts";
import type { MapOptions } from "./executor_options.ts";
import type { QCGPJFuture } from "./future.ts";

/** What mapping needs. */
export interface MapPorts {
  readonly clock: Clock;
  /** Submits what was given for one job. */
  readonly submit: (item: unknown) => QCGPJFuture<unknown>;
  /** Forgets jobs that have ended. */
  readonly remove: (names: readonly string[]) => void;
  /** An abort of any of them ends the loop. */
  readonly signals: readonly AbortSignal[];
  /** How many jobs are submitted ahead where the options do not say. */
  readonly window: number;
}

/** Submits a job for each item, as the results are asked for. */
export async function* mapJobs(
  items: Iterable<unknown> | AsyncIterable<unknown>,
  { window, keep = false, output, unordered = false, timeoutMs = Infinity }: MapOptions,
  ports: MapPorts,
): AsyncGenerator<unknown, void, void> {
  const timeout = new AbortController();
  const limit = { signal: AbortSignal.any([timeout.signal, ...ports.signals]) };
  const work: AheadWork<unknown, QCGPJFuture<unknown>, unknown> = {
    start: ports.submit,
    finish: async (future) => {
      const result = output === undefined ? await future.result(limit) : await future[methods[output]](limit);
      if (!keep) ports.remove(future.jobNames);
      return result;
    },
    abandon: (future) => future.cancel(),
  };
  const giveUp = () =>
    timeout.abort(new DOMException(`Timed out after ${timeoutMs} ms going through map()`, "TimeoutError"));
  const callOff = timeoutMs === Infinity ? () => {} : ports.clock.wakeAt(ports.clock.nowMs() + timeoutMs, giveUp);
  const read = unordered ? readUnordered : readAhead;
  try {
    yield* untilAborted(read(items, window ?? ports.window, work), limit.signal);
  } finally {
    callOff();
  }
}

const methods = { text: "text", json: "json", value: "value" } as const;

/** Goes on until a signal is aborted, also while a source does not answer. */
async function* untilAborted<T>(
  items: AsyncGenerator<T, void, void>,
  signal: AbortSignal,
): AsyncGenerator<T, void, void> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {}); // The signal may be aborted when nobody waits any more.
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    for (;;) {
      const { done, value } = await Promise.race([items.next(), promise]);
      if (done) return;
      yield value as T;
    }
  } finally {
    signal.removeEventListener("abort", abort);
    // A source that does not answer holds nobody up.
    const ended = items.return().catch(() => {});
    if (!signal.aborted) await ended;
  }
}
