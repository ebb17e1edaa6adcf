/**
 * Trying again: whether a failed attempt gets another one, when, and with how much memory.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import type { RetryCause, RetryPolicy } from "../job/description.ts";
import type { ResourceRequest } from "../resources/request.ts";
import { type CoreState, eachRequest, type LiveTask } from "./state.ts";
import { TaskPhase } from "./task_table.ts";
import type { Outcome, TaskId } from "./types.ts";

/**
 * Decides whether a failed attempt gets another one, and prepares it: the task waits again, at once or after a pause.
 *
 * @returns When the task is ready again; `undefined` if the failure is final.
 */
export function planRetry(
  state: CoreState,
  task: TaskId,
  live: LiveTask,
  outcome: Outcome & { kind: "failed" },
  atMs: number,
): number | undefined {
  const policy = live.job.description.retry;
  if (policy === undefined || !policy.on.includes(outcome.cause as RetryCause)) return undefined;
  if (live.attempt > policy.max || (live.kind === "stopping" && live.isLast)) return undefined;
  const code = outcome.exit !== undefined && "code" in outcome.exit ? outcome.exit.code : undefined;
  if (outcome.cause === "exit" && policy.exitCodes !== undefined && !policy.exitCodes.includes(code!)) return undefined;
  const known = state.retries.get(task);
  const failures = known?.failures ?? new Map<string, number>();
  const sameCause = (failures.get(outcome.cause) ?? 0) + 1;
  if (sameCause > (policy.maxByCause[outcome.cause as RetryCause] ?? Infinity)) return undefined;
  const request = known?.request ?? requestOf(live, task);
  const next = outcome.cause === "oom" ? growMemory(request, policy, state.pool.largestMemoryMiB) : request;
  if (state.pool.explainInfeasible(next) !== undefined) return undefined;
  invariant(live.attempt === state.tasks.attempt(task), "What is tried again is the last attempt");
  failures.set(outcome.cause, sameCause);
  state.retries.set(task, { failures, request: next });
  const pauseMs = backoffMs(policy, task, live.attempt);
  invariant(pauseMs >= 0 && pauseMs <= policy.backoffMsMax, () => `A pause cannot take ${pauseMs} ms`);
  return atMs + pauseMs;
}

/** Puts the task back among those that wait. */
export function waitAgain(state: CoreState, task: TaskId, readyAtMs: number, atMs: number): void {
  invariant(!state.live.has(task), () => `Task ${task} waits again and holds cores`);
  invariant(!Number.isNaN(readyAtMs), "A pause ends at a time");
  if (readyAtMs > atMs) {
    state.tasks.setPhase(task, TaskPhase.delayed);
    state.pauses.push(readyAtMs, task);
  } else {
    makeReady(state, task);
  }
}

/** Makes tasks ready whose pause is over, a bounded number of them. */
export function endPauses(state: CoreState, atMs: number): void {
  for (let left = state.piecesMax; left > 0; left--) {
    const endMs = state.pauses.firstKey;
    if (endMs === undefined || endMs > atMs) return;
    const task = present(state.pauses.firstValue, "the task whose pause is over");
    state.pauses.pop();
    if (state.tasks.phase(task) === TaskPhase.delayed) makeReady(state, task);
  }
}

/**
 * When {@linkcode endPauses} has something to do next. Pauses of tasks that were canceled meanwhile are dropped; of very
 * many, the first one that is left counts.
 */
export function nextPauseEndMs({ pauses, tasks, piecesMax }: CoreState): number | undefined {
  for (let left = piecesMax; left > 0 && pauses.size > 0; left--) {
    if (tasks.phase(present(pauses.firstValue, "the task that pauses")) === TaskPhase.delayed) break;
    pauses.pop();
  }
  return pauses.firstKey;
}

function makeReady(state: CoreState, task: TaskId): void {
  invariant(state.tasks.waiting(task) === 0, () => `Task ${task} ran before and waits for another`);
  state.tasks.setPhase(task, TaskPhase.ready);
  const { request } = present(state.retries.get(task), "what a task asks for the next time");
  state.enqueue(state.job(state.tasks.job(task)), request, task, task + 1);
}

function requestOf(live: LiveTask, task: TaskId): ResourceRequest {
  let found: ResourceRequest | undefined;
  eachRequest(live.job, task, task + 1, (request) => found = request);
  return present(found, "what a task asks for");
}

/** A task that ran out of memory gets more the next time, at most what the largest node has. */
function growMemory(request: ResourceRequest, policy: RetryPolicy, largestMiB: number): ResourceRequest {
  if (request.memoryMiB === 0) return request;
  const memoryMiB = Math.min(Math.ceil(request.memoryMiB * policy.growMemory), Math.max(largestMiB, request.memoryMiB));
  return { ...request, memoryMiB };
}

/** The pause before the next attempt: it doubles with each, and jitter takes up to a share of it away. */
function backoffMs(policy: RetryPolicy, task: TaskId, attempt: number): number {
  const full = Math.min(policy.backoffMs * 2 ** (attempt - 1), policy.backoffMsMax);
  return full * (1 - policy.jitter * fraction(task, attempt));
}

/** A number from 0 to 1 that looks random but is the same in every replay. */
function fraction(task: TaskId, attempt: number): number {
  let x = (Math.imul(task + 1, 0x9e3779b1) ^ Math.imul(attempt, 0x85ebca6b)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b) >>> 0;
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}
