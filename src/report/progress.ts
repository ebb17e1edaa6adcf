/**
 * How far a run is, at one moment: what progress lines, `attach` and the library's `progress` tell.
 *
 * @module
 */

import { taskName } from "../job/description.ts";
import type { PoolPresence } from "../resources/pool.ts";
import type { Ledger } from "./ledger.ts";
import type { Statistics } from "./statistics.ts";

/** How far a run is. Counts are of tasks; times are milliseconds. */
export interface RunProgress {
  /** All tasks that are known. */
  readonly total: number;
  /** Ended in whatever way, those that failed too. */
  readonly ended: number;
  /** Failed, or omitted because something failed. */
  readonly failed: number;
  /** Running. */
  readonly running: number;
  /** Waiting for cores or for other tasks. */
  readonly waiting: number;
  /** Cores that tasks hold. */
  readonly coresInUse: number;
  /** Cores that there are. */
  readonly cores: number;
  /** How many tasks end in a second, of late; absent while none has ended. */
  readonly perSecond?: number;
  /** How long the run has been going. */
  readonly elapsedMs: number;
  /** How long it may still take; absent when too little was seen. */
  readonly leftMs?: number;
  /** The task that has run longest, if one runs. */
  readonly longest?: { readonly name: string; readonly ranMs: number };
  /** `false` while more tasks may come than are known, as of inputs that are still read. */
  readonly isTotalKnown?: false;
  /** Whether nothing more is started for now; absent when that is not so. */
  readonly isPaused?: true;
}

/** What progress is told of. */
export interface ProgressSources {
  /** Counts. */
  readonly statistics: Statistics;
  /** Knows the tasks. */
  readonly ledger: Ledger;
  /** What there is of cores. */
  readonly resources: PoolPresence;
  /** Whether nothing more is started for now. */
  readonly isPaused?: boolean;
  /** How many tasks there will be, where that is known better; `undefined` inside for not known. */
  readonly expected?: { readonly total: number | undefined };
}

/**
 * Says how far a run is.
 *
 * @param sources What is known.
 * @param startedAtMs When the run was begun, in milliseconds since the epoch.
 * @param nowMs The time.
 */
export function describeProgress(sources: ProgressSources, startedAtMs: number, nowMs: number): RunProgress {
  const { statistics, ledger, resources: { cores, freeCores }, isPaused = false, expected } = sources;
  const known = statistics.everything;
  const { executing: running, failed, finished } = known;
  const ended = failed + finished;
  const total = Math.max(known.total, expected?.total ?? 0);
  const waiting = total - ended - running;
  const isOpenEnded = expected !== undefined && expected.total === undefined;
  const elapsedMs = Math.max(0, nowMs - startedAtMs);
  const perSecond = statistics.endsPerSecond(nowMs);
  const longest = longestOf(statistics, ledger, nowMs);
  const left = leftMs({ total, ended, elapsedMs, perSecond });
  return {
    ...{ total, ended, failed, running, waiting, cores, coresInUse: cores - freeCores, elapsedMs },
    ...(perSecond === undefined ? {} : { perSecond }),
    ...(isOpenEnded ? { isTotalKnown: false } : {}),
    ...(left === undefined || isPaused || isOpenEnded ? {} : { leftMs: left }),
    ...(longest === undefined ? {} : { longest }),
    ...(isPaused ? { isPaused: true } : {}),
  };
}

interface Pacing {
  readonly total: number;
  readonly ended: number;
  readonly elapsedMs: number;
  readonly perSecond: number | undefined;
}

/** By the pace of late, where there is one; tasks longer than what counts as late go by the pace of the whole run. */
function leftMs({ total, ended, elapsedMs, perSecond = 0 }: Pacing): number | undefined {
  // One task tells too little of the others.
  if (ended < 2 || ended >= total) return undefined;
  return perSecond > 0 ? (total - ended) * 1000 / perSecond : elapsedMs / ended * (total - ended);
}

function longestOf(statistics: Statistics, ledger: Ledger, nowMs: number): RunProgress["longest"] {
  const oldest = statistics.longestRunning;
  const job = oldest && ledger.job(oldest.job)?.job;
  if (oldest === undefined || job === undefined) return undefined;
  const { startedAtMs = nowMs } = ledger.task(oldest.task);
  return { name: taskName(job.description, oldest.task - job.firstTask), ranMs: Math.max(0, nowMs - startedAtMs) };
}
