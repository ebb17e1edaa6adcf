/**
 * Why a task waits: what it needs and what is free, who comes before it, which limit holds it, when it may start, and the
 * smallest change that would start it now. Only looks; nothing is changed.
 *
 * @module
 */

import { Pool } from "../resources/pool.ts";
import { describeRequest, type ResourceRequest, type Size, sizeOf } from "../resources/request.ts";
import { expectStart, type WaitingTask } from "./expected_start.ts";
import { rankLevel } from "./ranks.ts";
import { sizeWhenClosed } from "./ready_queues.ts";
import { type CoreState, eachRequest, type JobRecord, nameTask, stopTask } from "./state.ts";
import { TaskPhase } from "./task_table.ts";
import type { TaskId } from "./types.ts";

/** What would start a task now. */
export type StartingChange =
  /** The run goes on after its pause. */
  | { readonly kind: "continue" }
  /** It asks for so many cores (on each node, if it asks for nodes), or nodes. */
  | { readonly kind: "cores" | "nodes"; readonly count: number }
  /** These tasks end; `more` beside them. */
  | { readonly kind: "end"; readonly tasks: readonly string[]; readonly more: number };

/** Why a task waits. */
export interface WaitExplanation {
  /** How it stands. */
  readonly phase: "unknown" | "blocked" | "ready" | "delayed" | "live" | "ended";
  /** Whether nothing is started for now. */
  readonly isPaused: boolean;
  /** When the pause before its next attempt ends, in milliseconds since the epoch. */
  readonly readyAtMs?: number;
  /** What it asks for, in words. */
  readonly needs?: string;
  /** Cores that are free, and all. */
  readonly free: { readonly cores: number; readonly of: number };
  /** Whether that fits what is free. */
  readonly fits?: boolean;
  /** Whether it would fit, were nothing held back for another; and for which. */
  readonly heldBackFor?: string;
  /** Limits of its job or group that are reached: how many of its tasks may hold cores at once. */
  readonly caps?: readonly number[];
  /** How many ready tasks come before it, and the first of them. */
  readonly before?: { readonly tasks: number; readonly first: readonly string[] };
  /** Its time limit and the time until all work stops, in milliseconds, where it could not end before that. */
  readonly lacksTime?: { readonly neededMs: number; readonly leftMs: number };
  /** What would start it now. */
  readonly changes?: readonly StartingChange[];
  /** When it may start, in milliseconds since the epoch; absent when that cannot be said. */
  readonly expectedAtMs?: number;
}

/** The most names that are told. */
const namesMax = 3;
/** The most running tasks of which it is tried whether the end of that one would do. */
const triedMax = 500;

const phases = ["unknown", "blocked", "ready", "delayed", "live", "ended", "ended", "ended", "ended"] as const;

/**
 * Explains why a task waits.
 *
 * @param state The scheduler, between two steps.
 * @param task The task.
 * @param nowMs The time.
 */
export function explainWait(state: CoreState, task: TaskId, nowMs: number): WaitExplanation {
  const { cores, freeCores } = state.pool.present;
  const phase = phases[state.tasks.phase(task)]!;
  const base = { phase, isPaused: state.isPaused, free: { cores: freeCores, of: cores } };
  if (phase === "unknown" || phase === "live" || phase === "ended") return base;
  const record = state.job(state.tasks.job(task));
  const request = requestOf(state, record, task);
  const needs = describeRequest(request);
  if (phase === "blocked") return { ...base, needs };
  const one = { task, record, request };
  if (phase === "delayed") {
    const readyAtMs = pauseEnd(state, task);
    return { ...base, needs, ...(readyAtMs === undefined ? {} : { readyAtMs }) };
  }
  const lacksTime = findLackOfTime(state, record, nowMs);
  if (lacksTime !== undefined) return { ...base, needs, lacksTime };
  const fits = state.pool.fit(request) !== undefined;
  const before = tasksBefore(state, one);
  const full = (record.caps?.caps ?? []).filter(({ running, max }) => running >= max).map(({ max }) => max);
  const isHeldBack = !fits && copyPool(state).fit(request) !== undefined;
  const held = isHeldBack ? heldBackFor(state) : undefined;
  const expected = full.length > 0 || state.isPaused
    ? undefined
    : expectStart(state, copyPool(state), [...before, one], nowMs);
  return {
    ...base,
    needs,
    fits,
    ...(held === undefined ? {} : { heldBackFor: held }),
    ...(full.length === 0 ? {} : { caps: full }),
    before: { tasks: before.length, first: before.slice(0, namesMax).map((other) => nameOf(other)) },
    changes: findChanges(state, request, fits),
    ...(expected === undefined ? {} : { expectedAtMs: expected }),
  };
}

/** A task without a time limit may end any time, and is started as long as there is some. */
function findLackOfTime({ stopAtMs }: CoreState, { job }: JobRecord, nowMs: number): WaitExplanation["lacksTime"] {
  const { timeLimitMs: neededMs } = job.description;
  if (stopAtMs === undefined || neededMs === undefined || nowMs + neededMs <= stopAtMs) return undefined;
  return { neededMs, leftMs: Math.max(0, stopAtMs - nowMs) };
}

function nameOf({ record: { job }, task }: WaitingTask): string {
  return nameTask(job, task);
}

function requestOf(state: CoreState, { job }: JobRecord, task: TaskId): ResourceRequest {
  const grown = state.retries.get(task)?.request;
  if (grown !== undefined) return grown;
  let found: ResourceRequest | undefined;
  eachRequest(job, task, task + 1, (request) => found = request);
  return found!;
}

function pauseEnd({ pauses }: CoreState, task: TaskId): number | undefined {
  for (const [atMs, other] of pauses.entries()) if (other === task) return atMs;
  return undefined;
}

/** The ready tasks that come before one, in their order. */
function tasksBefore(state: CoreState, one: WaitingTask): WaitingTask[] {
  const found: WaitingTask[] = [];
  for (const record of state.jobs.values()) {
    if (record.outcome !== undefined) continue;
    for (let task = record.job.firstTask; task < stopTask(record.job); task++) {
      if (state.tasks.phase(task) !== TaskPhase.ready) continue;
      const other = { task, record, request: requestOf(state, record, task) };
      if (compare(state, other, one) < 0) found.push(other);
    }
  }
  return found.sort((a, b) => compare(state, a, b));
}

/** By priority, then by rank, then perhaps by size, then by age, as a pass looks at them. */
function compare({ ranks, draining, estimates }: CoreState, a: WaitingTask, b: WaitingTask): number {
  const stretchMs = ({ record }: WaitingTask) => draining ? estimates.stretchMs(record) : 0;
  const level = (one: WaitingTask) => ranks === undefined ? 0 : rankLevel(one.record.rank + stretchMs(one));
  const [x, y] = [level(a), level(b)];
  const isBySize = ranks !== undefined && draining;
  const sizeIn = ({ request, record }: WaitingTask) => sizeWhenClosed(sizeOf(request), record.dependents !== undefined);
  const size = isBySize ? sizeIn(b) - sizeIn(a) : 0;
  return b.record.priority - a.record.priority || (x === y ? 0 : y - x) || size || a.task - b.task;
}

/** A pool of the same nodes in which the live tasks hold what they hold, and nothing is held back. */
function copyPool({ pool, poolOptions, live }: CoreState): Pool {
  const absentNodes = pool.nodes.keys().filter((node) => !pool.isReady(node));
  const copy = new Pool(pool.nodes, { ...poolOptions, absentNodes });
  for (const [, { allocation }] of live) {
    if (allocation.parts.every(({ node }) => pool.isReady(node))) copy.grant(allocation);
  }
  return copy;
}

/** The task for which something is held back. */
function heldBackFor(state: CoreState): string | undefined {
  const { oldest } = state;
  if (state.pool.reservedFor === undefined || oldest === undefined) return undefined;
  return nameTask(state.job(state.tasks.job(oldest.task)).job, oldest.task);
}

function findChanges(state: CoreState, request: ResourceRequest, fits: boolean): StartingChange[] {
  if (state.isPaused) return [{ kind: "continue" }];
  if (fits) return [];
  const pool = copyPool(state);
  return [smallerRequest(pool, request), endOfOthers(state, pool, request)].filter((change) => change !== undefined);
}

/** The largest smaller number of cores, or of nodes where it asks for entire ones, that would fit now. */
function smallerRequest(pool: Pool, request: ResourceRequest): StartingChange | undefined {
  const key = request.cores === undefined ? "nodes" : "cores";
  for (let count = (request[key] as Size).min - 1; count > 0; count--) {
    if (pool.fit({ ...request, [key]: { min: count, max: count } }) !== undefined) return { kind: key, count };
  }
  return undefined;
}

/** One task whose end would do, the smallest such; else those that have run longest, until it fits. */
function endOfOthers(state: CoreState, pool: Pool, request: ResourceRequest): StartingChange | undefined {
  const sizeOf = ({ parts }: { readonly parts: readonly { readonly cores: readonly unknown[] }[] }) =>
    parts.reduce((sum, { cores }) => sum + cores.length, 0);
  const live = [...state.live].filter(([, { allocation }]) =>
    allocation.parts.every(({ node }) => state.pool.isReady(node))
  )
    .sort(([, a], [, b]) => sizeOf(a.allocation) - sizeOf(b.allocation));
  const nameLive = (task: TaskId) => nameTask(state.job(state.tasks.job(task)).job, task);
  for (const [task, { allocation }] of live.slice(0, triedMax)) {
    pool.release(allocation);
    const fits = pool.fit(request) !== undefined;
    pool.grant(allocation);
    if (fits) return { kind: "end", tasks: [nameLive(task)], more: 0 };
  }
  const startedAt = (one: typeof live[number][1]) => one.kind === "running" ? one.startedAtMs : Infinity;
  const ended: string[] = [];
  for (const [task, one] of live.sort(([, a], [, b]) => startedAt(a) - startedAt(b))) {
    pool.release(one.allocation);
    ended.push(nameLive(task));
    if (pool.fit(request) === undefined) continue;
    return { kind: "end", tasks: ended.slice(0, namesMax), more: Math.max(0, ended.length - namesMax) };
  }
  return undefined;
}
