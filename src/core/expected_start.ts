/**
 * When a waiting task may start: what runs ends after the time that tasks of its job took so far, and what comes before
 * starts as it fits. What has not been seen yet is not guessed at.
 *
 * @module
 */

import { PairHeap } from "../base/heap.ts";
import type { Allocation } from "../resources/node.ts";
import type { Pool } from "../resources/pool.ts";
import { requestKey, type ResourceRequest } from "../resources/request.ts";
import type { CoreState, JobRecord } from "./state.ts";
import type { TaskId } from "./types.ts";

/** A task that waits. */
export interface WaitingTask {
  readonly task: TaskId;
  readonly record: JobRecord;
  readonly request: ResourceRequest;
}

/** The most starts that are thought through. */
const startsMax = 20_000;

/** How long a task of a job takes; `undefined` when nothing like it has been seen or stated. */
function expectedMs(state: CoreState, { times, job: { description } }: JobRecord): number | undefined {
  const isKnown = times.own !== undefined || times.command.ms !== undefined || times.learntMs !== undefined ||
    description.timeLimitMs !== undefined;
  return isKnown ? state.estimates.of(times, description.timeLimitMs) : state.estimates.meanMs;
}

/**
 * Thinks a start through.
 *
 * @param state The scheduler.
 * @param pool A copy of its pool, in which the live tasks hold what they hold; it is used up.
 * @param line The waiting tasks in their order, the one that is meant last.
 * @param nowMs The time.
 * @returns When the last of them starts; `undefined` when that cannot be said.
 */
export function expectStart(
  state: CoreState,
  pool: Pool,
  line: readonly WaitingTask[],
  nowMs: number,
): number | undefined {
  const ends = new PairHeap();
  const held: Allocation[] = [];
  const hold = (allocation: Allocation, untilMs: number) => ends.push(untilMs, held.push(allocation) - 1);
  for (const [, live] of state.live) {
    const ms = expectedMs(state, state.job(live.job.id));
    if (ms === undefined) return undefined;
    const sinceMs = live.kind === "running" ? live.startedAtMs : nowMs;
    hold(live.allocation, sinceMs + ms);
  }
  let waiting = [...line];
  let atMs = nowMs;
  for (let starts = 0; starts < startsMax;) {
    const rest: WaitingTask[] = [];
    const full = new Set<string>();
    for (const one of waiting) {
      const key = requestKey(one.request);
      const allocation = pool.freeCores === 0 || full.has(key) ? undefined : pool.fit(one.request);
      if (allocation === undefined) {
        full.add(key);
        rest.push(one);
        continue;
      }
      if (one === line.at(-1)) return atMs;
      const ms = expectedMs(state, one.record);
      if (ms === undefined) return undefined;
      pool.grant(allocation);
      hold(allocation, atMs + ms);
      starts++;
    }
    waiting = rest;
    if (ends.firstKey === undefined) return undefined;
    atMs = Math.max(atMs, ends.firstKey);
    while (ends.firstKey !== undefined && ends.firstKey <= atMs) {
      pool.release(held[ends.firstValue!]!);
      ends.pop();
    }
  }
  return undefined;
}
