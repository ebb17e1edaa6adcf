/**
 * Events of unknown jobs: the record with their description was lost, and without it nothing can be made of
 * them.
 *
 * @module
 */

import type { Event, JobId } from "../../core/types.ts";

/** The events without those of unknown jobs. */
export interface KnownEvents extends Iterable<Event> {
  /** How many events were left out so far, by the job's number. */
  readonly ownerless: ReadonlyMap<JobId, number>;
}

/**
 * Leaves out the events of jobs that were not submitted before in the same sequence, or have been forgotten.
 *
 * @param events What a replay gives.
 * @returns The others, to be walked over once, and a count of those that were left out.
 */
export function dropOwnerless(events: Iterable<Event>): KnownEvents {
  const known = new Set<JobId>();
  const ownerless = new Map<JobId, number>();
  return {
    ownerless,
    *[Symbol.iterator](): Generator<Event, void, undefined> {
      for (const event of events) {
        if (event.kind === "jobSubmitted") known.add(event.job.id);
        else if ("job" in event && !known.has(event.job)) {
          // A resume forgets once more the jobs that an earlier pilot had forgotten: nothing is missing then.
          if (event.kind !== "jobForgotten") ownerless.set(event.job, (ownerless.get(event.job) ?? 0) + 1);
          continue;
        } else if (event.kind === "jobForgotten") known.delete(event.job);
        yield event;
      }
    },
  };
}
