/**
 * Waiting for several futures, as in `concurrent.futures`.
 *
 * @module
 */

import { pilots, type QCGPJFuture } from "./future.ts";
import { untilSettled, type WaitLimit } from "./runtime/limit.ts";
import type { Clock } from "./runtime/ports.ts";

/** Options of {@linkcode wait}. */
export interface WaitOptions extends WaitLimit {
  /**
   * When to return: after the first future is done, after the first that has a job in another state than `SUCCEED`, or
   * after all.
   *
   * @default {"ALL_COMPLETED"}
   */
  readonly returnWhen?: "FIRST_COMPLETED" | "FIRST_EXCEPTION" | "ALL_COMPLETED";
}

/** What {@linkcode wait} found. */
export interface WaitResult {
  /** The futures that are done. */
  readonly done: ReadonlySet<QCGPJFuture>;
  /** The others. */
  readonly notDone: ReadonlySet<QCGPJFuture>;
}

/**
 * Waits for several futures, as `concurrent.futures.wait` does: when the time is up it returns what it has.
 *
 * @param futures The futures, of one or several executors.
 * @param options What to wait for, and how long.
 * @returns The futures that are done and those that are not.
 * @throws Whatever reason `options.signal` has, if it is aborted first.
 *
 * @example The first of two
 * ```ts
 * import { BasicTemplate, QCGPJExecutor, wait } from "@qcg/pilotjob";
 * import { assert } from "@std/assert";
 *
 * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir(), resources: "2" });
 * const quick = executor.submit(BasicTemplate.template, { name: "quick", exec: "true" });
 * const slow = executor.submit(BasicTemplate.template, { name: "slow", exec: "sleep", args: ["60"] });
 * const { done, notDone } = await wait([quick, slow], { returnWhen: "FIRST_COMPLETED" });
 * assert(done.has(quick) && notDone.has(slow));
 * slow.cancel();
 * ```
 */
export async function wait(futures: Iterable<QCGPJFuture>, options: WaitOptions = {}): Promise<WaitResult> {
  const all = [...new Set(futures)];
  const { returnWhen = "ALL_COMPLETED", ...limit } = options;
  const { promise, resolve } = Promise.withResolvers<void>();
  const isEnough = () => {
    const done = all.filter(isOver);
    if (done.length === all.length) return true;
    if (returnWhen === "FIRST_COMPLETED") return done.length > 0;
    return returnWhen === "FIRST_EXCEPTION" && done.some(hasFailed);
  };
  if (isEnough()) return divide(all);
  const look = () => isEnough() && resolve();
  for (const future of all) future.addDoneCallback(look);
  try {
    await untilSettled(promise, limit, clockOf(all), () => `waiting for ${all.length} futures`);
  } catch (error) {
    const isTimeout = error instanceof DOMException && error.name === "TimeoutError";
    if (!isTimeout || options.signal?.aborted) throw error;
  }
  return divide(all);
}

function divide(futures: readonly QCGPJFuture[]): WaitResult {
  const done = new Set(futures.filter(isOver));
  return { done, notDone: new Set(futures.filter((future) => !done.has(future))) };
}

/**
 * Gives futures in the order in which they are done, as `concurrent.futures.as_completed` does.
 *
 * @param futures The futures, of one or several executors.
 * @param limit When to give up waiting for the next one, counted from the first.
 * @returns The futures, each once, those that are done already first.
 * @throws {DOMException} Named `TimeoutError` if `timeoutMs` passed first; or whatever reason `signal` has.
 *
 * @example The quick one first
 * ```ts
 * import { asCompleted, BasicTemplate, QCGPJExecutor } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir(), resources: "2" });
 * const slow = executor.submit(BasicTemplate.template, { name: "slow", exec: "sleep", args: ["0.5"] });
 * const quick = executor.submit(BasicTemplate.template, { name: "quick", exec: "true" });
 * const names: string[] = [];
 * for await (const future of asCompleted([slow, quick])) names.push(...future.jobNames);
 * assertEquals(names, ["quick", "slow"]);
 * ```
 */
export async function* asCompleted(
  futures: Iterable<QCGPJFuture>,
  limit: WaitLimit = {},
): AsyncGenerator<QCGPJFuture, void, void> {
  const all = [...new Set(futures)];
  const done: QCGPJFuture[] = all.filter(isOver);
  let wake = () => {};
  for (const future of all) {
    if (isOver(future)) continue;
    future.addDoneCallback(() => {
      done.push(future);
      wake();
    });
  }
  if (all.length === 0) return;
  const clock = clockOf(all);
  const endsAtMs = limit.timeoutMs === undefined ? undefined : clock.nowMs() + limit.timeoutMs;
  for (let given = 0; given < all.length; given++) {
    if (done.length === 0) {
      const next = new Promise<void>((resolve) => wake = resolve);
      const rest = endsAtMs === undefined ? {} : { timeoutMs: Math.max(0, endsAtMs - clock.nowMs()) };
      await untilSettled(next, { ...limit, ...rest }, clock, () => `waiting for ${all.length - given} futures`);
    }
    yield done.shift()!;
  }
}

function clockOf(futures: readonly QCGPJFuture[]): Clock {
  return pilots.get(futures[0]!)!.clock;
}

/** Whether waiting for the future makes no sense any more: it is done, or its executor broke. */
function isOver(future: QCGPJFuture): boolean {
  return future.done() || pilots.get(future)!.failure !== undefined;
}

function hasFailed(future: QCGPJFuture): boolean {
  return Object.values(future.states()).some((state) => state !== "SUCCEED");
}
