/**
 * How long a run will still take, from what was seen of it: each task that is left takes as long as those of its job took
 * so far, on as many cores as are in use.
 *
 * @module
 */

import type { JobId } from "../../core/types.ts";
import { taskCount } from "../../job/description.ts";
import type { RunView } from "./run_view.ts";

/** What was seen of the tasks of a job. */
interface Seen {
  /** Tasks that ran to their end. */
  ended: number;
  /** How long they ran together. */
  ranMs: number;
  /** How many cores they had together. */
  cores: number;
  /** Tasks that wait or run. */
  open: number;
}

/**
 * Estimates how long a run will still take.
 *
 * @param view The run.
 * @param coresInUse How many cores are in use, or can be.
 * @param nowMs The time.
 * @returns Milliseconds; 0 when nothing is left, `undefined` when too little was seen.
 */
export function estimateLeft(view: RunView, coresInUse: number, nowMs: number): number | undefined {
  const jobs = new Map<JobId, Seen>();
  const all: Seen = { ended: 0, ranMs: 0, cores: 0, open: 0 };
  let spentMs = 0;
  let longestMs = 0;
  const running: { readonly job: JobId; readonly forMs: number; readonly cores: number }[] = [];
  for (const job of view.jobs()) {
    const seen: Seen = { ended: 0, ranMs: 0, cores: 0, open: 0 };
    jobs.set(job.id, seen);
    for (let task = job.firstTask; task < job.firstTask + taskCount(job.description); task++) {
      const state = view.ledger.state(task);
      if (state === "CANCELED" || state === "OMITTED") continue;
      const isOpen = state === "QUEUED" || state === "SCHEDULED" || state === "EXECUTING";
      if (isOpen) seen.open++;
      if (state === "QUEUED") continue;
      const { startedAtMs, endedAtMs, allocation } = view.ledger.task(task);
      const cores = allocation?.nodes.reduce((sum, node) => sum + node.cores.length, 0) ?? 1;
      if (isOpen && startedAtMs !== undefined) running.push({ job: job.id, forMs: nowMs - startedAtMs, cores });
      if (isOpen || startedAtMs === undefined || endedAtMs === undefined) continue;
      seen.ended++;
      seen.ranMs += endedAtMs - startedAtMs;
      seen.cores += cores;
    }
    all.ended += seen.ended;
    all.ranMs += seen.ranMs;
    all.cores += seen.cores;
    all.open += seen.open;
  }
  if (all.open === 0) return 0;
  if (all.ended < 2) return undefined; // One task tells too little of the others.
  const seenOf = (id: JobId) => jobs.get(id)!.ended > 0 ? jobs.get(id)! : all;
  for (const { job, forMs, cores } of running) {
    const { ranMs, ended } = seenOf(job);
    // One of an unknown job that has run longer than the others did on average: they tell nothing of it.
    if (forMs > ranMs / ended && jobs.get(job)!.ended === 0) return undefined;
    longestMs = Math.max(longestMs, ranMs / ended - forMs);
    spentMs += Math.min(forMs, ranMs / ended) * cores;
  }
  let coreMs = -spentMs;
  for (const [id, { open }] of jobs) {
    const { ranMs, ended, cores } = seenOf(id);
    coreMs += open * (ranMs / ended) * (cores / ended);
  }
  return Math.max(longestMs, coreMs / Math.max(1, coresInUse));
}
