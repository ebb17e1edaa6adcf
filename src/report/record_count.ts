/**
 * How many records the job report of a run has, told by its events alone: so a report can be compared with a journal
 * without being written.
 *
 * @module
 */

import type { AdmittedJob, Event, JobId } from "../core/types.ts";

/** Counts the records that events mean: a reader of events. */
export class RecordCount {
  readonly #iterative: Set<JobId> = new Set();
  #count = 0;

  /** Takes in one event. */
  apply(event: Event): void {
    if (event.kind === "jobSubmitted") this.#submitted(event.job);
    else if (event.kind === "jobEnded" || event.kind === "attemptEnded") this.#count++;
    else if (event.kind === "taskEnded" && this.#iterative.has(event.job)) this.#count++;
    else if (event.kind === "tasksDropped" && this.#iterative.has(event.job)) this.#count += event.count;
  }

  /** How many records there should be. */
  get count(): number {
    return this.#count;
  }

  #submitted({ id, description }: AdmittedJob): void {
    if (description.iteration !== undefined) this.#iterative.add(id);
  }
}
