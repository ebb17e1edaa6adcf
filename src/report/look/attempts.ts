/**
 * The attempts of one task, one after the other, with what each of them used and how it ended. The ledger knows the last
 * one only.
 *
 * @module
 */

import { defined } from "../../base/defined.ts";
import type { Cleanup, Exit, Tails } from "../../core/exit.ts";
import type { Cause, Event, TaskId } from "../../core/types.ts";
import type { TaskEntry } from "../ledger.ts";
import { isTerminal } from "../states.ts";
import { formatAllocation, formatGpuAllocation } from "../../resources/node.ts";

/** One launch of a task. Absent fields are unknown or did not happen; times are milliseconds since the epoch. */
export interface Attempt {
  /** 1-based count of the task's launches. */
  readonly attempt: number;
  /** What it was granted, for example `n1[0:3]`. */
  readonly allocation: string;
  /** The GPUs that it was granted; empty without any. */
  readonly gpus: string;
  /** When it was granted that. */
  readonly scheduledAtMs: number;
  /** When its process was started. */
  startedAtMs?: number;
  /** Its process id. */
  pid?: number;
  /** When it was over. */
  endedAtMs?: number;
  /** Whether it succeeded. */
  succeeded?: boolean;
  /** Why it did not, in one word. */
  cause?: Cause;
  /** The same in a sentence. */
  reason?: string;
  /** How its process ended. */
  exit?: Exit;
  /** CPU time in milliseconds. */
  cpuMs?: number;
  /** Peak resident memory of one of its processes, in KiB. */
  peakKiB?: number;
  /** What became of its processes, if it was stopped or left some behind. */
  cleanup?: Cleanup;
  /** What it wrote last, if it did not succeed. */
  tails?: Tails;
}

/**
 * Gathers the attempts of a task.
 *
 * @param events All events of the run.
 * @param task The task.
 */
export function gatherAttempts(events: Iterable<Event>, task: TaskId): Attempt[] {
  const attempts: Attempt[] = [];
  for (const event of events) {
    if (!("task" in event) || event.task !== task) continue;
    if (event.kind === "taskScheduled") {
      attempts.push({
        attempt: event.attempt,
        allocation: formatAllocation(event.allocation),
        gpus: formatGpuAllocation(event.allocation),
        scheduledAtMs: event.atMs,
      });
      continue;
    }
    const last = attempts.at(-1);
    if (last?.attempt !== event.attempt) continue; // The beginning of this one is lost.
    if (event.kind === "taskStarted") Object.assign(last, { startedAtMs: event.atMs, pid: event.pid });
    else if (event.kind !== "stopRequested") end(last, event);
  }
  return attempts;
}

/**
 * The last attempt of a task, as the ledger knows it.
 *
 * @param entry What the ledger knows of the task.
 * @param event What ended the attempt, if another follows it: the ledger does not keep all of that.
 * @returns `undefined` before its first launch.
 */
export function lastAttempt(entry: TaskEntry, event?: Event & { readonly kind: "attemptEnded" }): Attempt | undefined {
  const { state, attempts, allocation = { nodes: [] }, scheduledAtMs, startedAtMs, endedAtMs, pid } = entry;
  if (attempts === 0 || scheduledAtMs === undefined) return undefined;
  const attempt: Attempt = {
    attempt: attempts,
    allocation: formatAllocation(allocation),
    gpus: formatGpuAllocation(allocation),
    scheduledAtMs,
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(pid === undefined ? {} : { pid }),
  };
  if (event !== undefined) end(attempt, event);
  else if (isTerminal(state)) {
    const { exit, cause, reason, cpuMs, peakKiB, cleanup, tails } = entry;
    attempt.succeeded = state === "SUCCEED";
    const why = state === "SUCCEED" ? {} : { exit, cause, reason };
    Object.assign(attempt, defined<Partial<Attempt>>({ endedAtMs, cpuMs, peakKiB, cleanup, tails, ...why }));
  }
  return attempt;
}

function end(attempt: Attempt, event: Event & { readonly kind: "taskEnded" | "attemptEnded" }): void {
  const { outcome, usage, cleanup, tails, atMs } = event;
  Object.assign(attempt, usage, { endedAtMs: atMs, succeeded: outcome.kind === "succeeded" });
  if (cleanup !== undefined) attempt.cleanup = cleanup;
  if (tails !== undefined) attempt.tails = tails;
  if (outcome.kind === "succeeded") return;
  const { cause, reason } = outcome;
  Object.assign(attempt, { cause, reason });
  if (outcome.kind !== "omitted" && outcome.exit !== undefined) attempt.exit = outcome.exit;
}
