/**
 * Watchers of jobs: each is told how its job goes on, until it has ended or the pilot broke.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { Event, JobId } from "../core/types.ts";

/** What watchers of a job are told: its end, or that tasks of it ended. */
export type JobEvent = Event & { readonly kind: "taskEnded" | "tasksDropped" | "jobEnded" };

/** What is told how a job goes on. Told after the event is durable; must not throw. */
export interface Watcher {
  /** An event of the job. Its end is the last one. */
  seen(event: JobEvent): void;
  /** The pilot broke: nothing more will be seen. */
  broken(error: unknown): void;
}

/** The watchers of all jobs. */
export class JobWatchers {
  readonly #byJob: Map<JobId, Watcher[]> = new Map();

  /** Watches a job until it has ended; the returned function ends it before. */
  add(job: JobId, watcher: Watcher): () => void {
    const watchers = this.#byJob.get(job);
    invariant(watchers === undefined || watchers.length > 0, "A job without watchers is not in the list");
    invariant(!watchers?.includes(watcher), "A watcher watches a job once");
    if (watchers === undefined) this.#byJob.set(job, [watcher]);
    else watchers.push(watcher);
    return () => this.#remove(job, watcher);
  }

  /** Tells the watchers of a job; after its end it has no watchers any more. */
  tell(event: JobEvent): void {
    this.#byJob.get(event.job)?.forEach((watcher) => watcher.seen(event));
    if (event.kind === "jobEnded") this.#byJob.delete(event.job);
  }

  /** Tells all watchers that the pilot broke. */
  broken(error: unknown): void {
    for (const watchers of this.#byJob.values()) watchers.forEach((watcher) => watcher.broken(error));
    this.#byJob.clear();
  }

  #remove(job: JobId, watcher: Watcher): void {
    const all = this.#byJob.get(job) ?? [];
    const left = all.filter((other) => other !== watcher);
    invariant(all.length - left.length <= 1, "A job is watched by the same watcher once");
    if (left.length === 0) this.#byJob.delete(job);
    else this.#byJob.set(job, left);
  }
}

/** Whether an event tells how a job goes on. */
export function isJobEvent(event: Event): event is JobEvent {
  return event.kind === "taskEnded" || event.kind === "tasksDropped" || event.kind === "jobEnded";
}
