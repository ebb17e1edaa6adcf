/**
 * What the core knows of a job, and of the jobs that wait for it.
 *
 * @module
 */

import type { JobCaps } from "./caps.ts";
import type { JobTimes } from "./estimates.ts";
import type { Awaited, JobDescription } from "../job/description.ts";
import type { AdmittedJob, JobId, JobOutcome, TaskId } from "./types.ts";

/** What waits for a job or for tasks of it. `target` is the waiting job. */
export interface Dependents {
  /** The waiting job as a whole, or one task of it, waits for this job as a whole. */
  readonly onJob: (Dependent & { readonly targetTask?: TaskId })[];
  /** Jobs that as a whole wait for one task of this job, by that task. */
  readonly onTask: Map<TaskId, Dependent[]>;
  /** Each task of this job is waited for by the task `distance` further on (in task ids). */
  readonly aligned: (Dependent & { readonly distance: number })[];
}

/** A job that waits, and for what: a success when `awaits` is absent. */
interface Dependent {
  readonly target: JobId;
  readonly awaits?: Awaited;
}

/** What the core knows of a job. */
export interface JobRecord {
  readonly job: AdmittedJob;
  /** Unmet dependencies of the job as a whole; that all others have ended is one, where it waits for that. */
  waitingFor: number;
  /** Tasks that are not terminal. */
  remaining: number;
  readonly counts: { succeeded: number; failed: number; canceled: number; omitted: number };
  /** What waits for this job; absent for most. */
  dependents?: Dependents;
  /** The user canceled the job as a whole. */
  canceled: boolean;
  /** A dependency of the job as a whole did not succeed. */
  omitted: boolean;
  /** How it ended; absent while a task is not terminal. */
  outcome?: JobOutcome;
  /** Jobs of a greater priority come first. */
  priority: number;
  /** Of equal priority, jobs of a greater rank come first: how long a chain begins with the job. */
  rank: number;
  /** What is known of how long its tasks take. */
  readonly times: JobTimes;
  /** What limits how many of its tasks hold cores at once; absent for most. */
  readonly caps?: JobCaps;
}

/** Whether an end of a job, or of a task of it, is what a dependency waits for. */
export function isAwaited(
  outcome: JobOutcome,
  awaits: Awaited | undefined,
  { onFailure }: Pick<JobDescription, "onFailure">,
): boolean {
  switch (awaits) {
    case "end":
      return true;
    case "failure":
      return outcome !== "succeeded";
    case undefined:
      return outcome === "succeeded" || (outcome === "failed" && onFailure === "continue");
    default:
      return awaits satisfies never;
  }
}

/** The list of what waits for a job, to be added to. */
export function dependentsOf(record: JobRecord): Dependents {
  return record.dependents ??= { onJob: [], onTask: new Map(), aligned: [] };
}
