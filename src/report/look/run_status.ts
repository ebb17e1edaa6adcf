/**
 * How a run stands: what of it has ended, what runs, what waits and for what, and when it may be over.
 *
 * @module
 */

import { taskName } from "../../job/description.ts";
import { elapsedTime, type RunBreak } from "../breaks.ts";
import type { Failures } from "./failure_groups.ts";
import type { RunView, TaskCounts } from "./run_view.ts";
import { rowOf, type TaskRow } from "./task_row.ts";
import { estimateLeft } from "./time_left.ts";
import { countWaits, type WaitCount } from "./waits.ts";

/**
 * Whether a run lives: it lives; it has ended; it was broken off, so that a resume can go on with it; or it belongs to
 * another host, and from here it cannot be told whether it lives.
 */
export type Liveness = "alive" | "ended" | "brokenOff" | "elsewhere";

/** What is known of a run beside its events. */
export interface RunFacts {
  /** Its id. */
  readonly id: string;
  /** Its folder, absolute. */
  readonly folder: string;
  /** The host that it runs on; absent when that is not on record. */
  readonly host?: string;
  /** The Slurm job that it runs in. */
  readonly slurmJob?: string;
  /** When it was begun, in milliseconds since the epoch. */
  readonly begunAtMs?: number;
  /** Whether it lives. */
  readonly liveness: Liveness;
  /** The process that has it, while it lives. */
  readonly processId?: number;
  /** How many cores it has, if that is on record. */
  readonly cores?: number;
  /** When it was last heard of, if that was after its last event. */
  readonly heardAtMs?: number;
  /** How many nodes it was begun with, if that is on record. */
  readonly nodes?: number;
  /** When no pilot had it, in order; absent where one pilot had it from its beginning. */
  readonly breaks?: readonly RunBreak[];
  /** What of its records is lost, in a sentence without its end. */
  readonly damage?: string;
}

/** How a run stands. Times are milliseconds. */
export interface RunStatus extends RunFacts {
  /** How long it has been going, or went, without its breaks. */
  readonly elapsedMs: number;
  /** How many tasks are in each state. */
  readonly counts: TaskCounts;
  /** How many cores tasks hold. */
  readonly coresInUse: number;
  /** The tasks that have run longest, longest first. */
  readonly longest: readonly TaskRow[];
  /** What did not succeed. */
  readonly failures: Failures;
  /** What waiting tasks wait for. */
  readonly waits: readonly WaitCount[];
  /** How long it may still take; absent when nothing can be said. */
  readonly leftMs?: number;
}

/** How many of the tasks that have run longest are told. */
const longestMax = 3;

/**
 * Says how a run stands.
 *
 * @param view Its events.
 * @param facts What else is known.
 * @param failures What did not succeed.
 * @param nowMs The time.
 */
export function describeRun(view: RunView, facts: RunFacts, failures: Failures, nowMs: number): RunStatus {
  const { liveness, cores, begunAtMs } = facts;
  const counts = view.counts();
  // What was broken off stands still since its last event.
  const { heardAtMs = 0 } = facts;
  const lastAtMs = Math.max(view.lastAtMs ?? begunAtMs ?? nowMs, heardAtMs);
  const untilMs = liveness === "alive" || liveness === "elsewhere" ? nowMs : lastAtMs;
  const live = liveTasks(view, untilMs);
  const coresInUse = live.reduce((sum, row) => sum + row.cores, 0);
  const longest = live.filter(({ ranMs }) => ranMs !== undefined).sort((a, b) => b.ranMs! - a.ranMs!);
  const left = liveness === "alive" || liveness === "elsewhere"
    ? estimateLeft(view, Math.max(coresInUse, cores ?? 0), nowMs)
    : undefined;
  return {
    ...facts,
    elapsedMs: elapsedTime(facts.breaks, begunAtMs ?? view.firstAtMs ?? untilMs, untilMs),
    counts,
    coresInUse,
    longest: longest.slice(0, longestMax),
    failures,
    waits: countWaits(view),
    ...(left === undefined ? {} : { leftMs: left }),
  };
}

function liveTasks(view: RunView, untilMs: number): TaskRow[] {
  const rows: TaskRow[] = [];
  for (const { job, offset } of view.tasks()) {
    const state = view.ledger.state(job.firstTask + offset);
    if (state === "SCHEDULED" || state === "EXECUTING") rows.push(rowOf(view, { job, offset }, untilMs));
  }
  return rows;
}

/** Names a task of a run. */
export function nameOf({ job, offset }: Parameters<typeof rowOf>[1]): string {
  return taskName(job.description, offset);
}
