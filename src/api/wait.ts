/**
 * Waiting for several futures, as in `concurrent.futures`.
 *
 * @module
 */

import { isFuture, isOver, pilotOf, type QCGPJFuture, whenOver } from "./future.ts";
import { checkOptionBag, type OptionRules, waitLimitRules } from "../runtime/option_bag.ts";
import { nameValue } from "../job/json.ts";
import { untilSettled, type WaitLimit } from "../runtime/limit.ts";
import { countOf } from "../resources/request.ts";
import type { Clock } from "../runtime/ports.ts";

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
export interface WaitResult<Future extends QCGPJFuture<unknown> = QCGPJFuture> {
  /** The futures that are done. */
  readonly done: ReadonlySet<Future>;
  /** The others. */
  readonly notDone: ReadonlySet<Future>;
}

/**
 * Waits for several futures, as `concurrent.futures.wait` does: when the time is up it returns what it has.
 *
 * @param futures The futures, of one or several executors.
 * @param options What to wait for, and how long.
 * @returns The futures that are done and those that are not.
 * @throws {TypeError} If something is no future, or an option is unknown or of the wrong type.
 * @throws {RangeError} If `timeoutMs` is negative or not a number.
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
export async function wait<Future extends QCGPJFuture<unknown>>(
  futures: Iterable<Future>,
  options: WaitOptions = {},
): Promise<WaitResult<Future>> {
  const all = listFutures("wait()", futures);
  checkOptionBag("wait()", options, waitRules);
  const { returnWhen = "ALL_COMPLETED", ...limit } = options;
  const open = all.filter((future) => !isOver(future));
  let left = open.length;
  const endsWait = (future: Future) =>
    returnWhen === "FIRST_COMPLETED" || (returnWhen === "FIRST_EXCEPTION" && hasFailed(future));
  if (left === 0 || all.some((future) => isOver(future) && endsWait(future))) return divide(all);
  const { promise, resolve } = Promise.withResolvers<void>();
  const callsOff = open.map((future) => whenOver(future, () => (--left === 0 || endsWait(future)) && resolve()));
  try {
    await untilSettled(promise, limit, clockOf(all), () => waitingFor(left));
  } catch (error) {
    const isTimeout = error instanceof DOMException && error.name === "TimeoutError";
    if (!isTimeout || options.signal?.aborted) throw error;
  } finally {
    // A wait that is repeated must not leave something behind each time.
    for (const callOff of callsOff) callOff();
  }
  return divide(all);
}

const conditions: readonly string[] = ["FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED"];

const waitRules: OptionRules<WaitOptions> = {
  ...waitLimitRules,
  returnWhen: { isRight: (value) => conditions.includes(value as string), what: conditions.join(" or ") },
};

/** Lists futures, each once; refuses anything else, as it could never be done. */
function listFutures<Future extends QCGPJFuture<unknown>>(owner: string, futures: Iterable<Future>): Future[] {
  if (isFuture(futures)) throw new TypeError(`${owner} takes a list of futures, not a single one: put it into a list`);
  if (typeof futures !== "object" || futures === null || !(Symbol.iterator in futures)) {
    throw new TypeError(`${owner} takes a list of futures, not ${nameValue(futures)}`);
  }
  const all = [...new Set(futures)];
  const wrong = all.find((future) => !isFuture(future));
  if (wrong !== undefined || all.includes(wrong!)) {
    throw new TypeError(`${owner} takes futures, as submit() gives them; one in the list is ${nameValue(wrong)}`);
  }
  return all;
}

function divide<Future extends QCGPJFuture<unknown>>(futures: readonly Future[]): WaitResult<Future> {
  const done = new Set(futures.filter(isOver));
  return { done, notDone: new Set(futures.filter((future) => !done.has(future))) };
}

/**
 * Gives futures in the order in which they are done, as `concurrent.futures.as_completed` does.
 *
 * @param futures The futures, of one or several executors.
 * @param limit When to give up waiting for the next one, counted from the first step of the loop.
 * @returns The futures, each once, those that are done already first.
 * @throws {TypeError} If something is no future, or an option is unknown or of the wrong type.
 * @throws {RangeError} If `timeoutMs` is negative or not a number.
 * @throws {DOMException} Named `TimeoutError` if `timeoutMs` passed first; or whatever reason `signal` has.
 *
 * @example The quick one first
 * ```ts
 * import { asCompleted, BasicTemplate, QCGPJExecutor } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir(), resources: "2" });
 * const slow = executor.submit(BasicTemplate.template, { name: "slow", exec: "sleep", args: ["60"] });
 * const quick = executor.submit(BasicTemplate.template, { name: "quick", exec: "true" });
 * const names: string[] = [];
 * for await (const future of asCompleted([slow, quick])) {
 *   names.push(...future.jobNames);
 *   slow.cancel();
 * }
 * assertEquals(names, ["quick", "slow"]);
 * ```
 */
export function asCompleted<Future extends QCGPJFuture<unknown>>(
  futures: Iterable<Future>,
  limit: WaitLimit = {},
): AsyncGenerator<Future, void, void> {
  const all = listFutures("asCompleted()", futures);
  checkOptionBag("asCompleted()", limit, waitLimitRules);
  return giveAsCompleted(all, limit);
}

async function* giveAsCompleted<Future extends QCGPJFuture<unknown>>(
  all: readonly Future[],
  limit: WaitLimit,
): AsyncGenerator<Future, void, void> {
  const done = all.filter(isOver);
  let wake = () => {};
  const callsOff = all.filter((future) => !isOver(future)).map((future) =>
    whenOver(future, () => {
      done.push(future);
      wake();
    })
  );
  if (all.length === 0) return;
  const clock = clockOf(all);
  const sinceMs = clock.nowMs();
  try {
    for (let given = 0; given < all.length; given++) {
      if (given === done.length) {
        const next = new Promise<void>((resolve) => wake = resolve);
        await untilSettled(next, limit, clock, () => waitingFor(all.length - given), sinceMs);
      }
      yield done[given]!;
    }
  } finally {
    for (const callOff of callsOff) callOff();
  }
}

function waitingFor(count: number): string {
  return `waiting for ${countOf(count, "future")}`;
}

function clockOf(futures: readonly QCGPJFuture<unknown>[]): Clock {
  return pilotOf(futures[0]!).clock;
}

function hasFailed(future: QCGPJFuture<unknown>): boolean {
  return Object.values(future.states()).some((state) => state !== "SUCCEED");
}
