/**
 * A run as one can look at it: all its jobs and tasks, from its events, whether it still lives, has ended or was broken
 * off. What the run itself forgets is kept here, as it is still to be looked at.
 *
 * @module
 */

import type { AdmittedJob, Event, JobId } from "../../core/types.ts";
import { taskCount } from "../../job/description.ts";
import { Ledger } from "../ledger.ts";
import type { JobState } from "../states.ts";

/** One task of a run. */
export interface ViewedTask {
  /** The job that it belongs to. */
  readonly job: AdmittedJob;
  /** Its 0-based number in the job. */
  readonly offset: number;
}

/** How many tasks are in each state. */
export type TaskCounts = Readonly<Record<JobState, number>>;

/** Takes in the events of a run, in order, and answers what is asked of it. */
export class RunView {
  /** What is known of the jobs and tasks. */
  readonly ledger: Ledger;
  readonly #jobs: Map<JobId, AdmittedJob> = new Map();
  /** The newest job of each name: one that was removed may have a successor. */
  readonly #byName: Map<string, AdmittedJob> = new Map();
  #firstAtMs: number | undefined;
  #lastAtMs: number | undefined;
  #isFinished = false;

  /**
   * Creates a view.
   *
   * @param ledger What is known already of `jobs`; nothing when absent.
   * @param jobs The jobs that it knows, in the order of submission.
   */
  constructor(ledger: Ledger = new Ledger(), jobs: Iterable<AdmittedJob> = []) {
    this.ledger = ledger;
    for (const job of jobs) this.#add(job);
  }

  /** Takes in one event; those of jobs whose description is lost must have been left out. */
  apply(event: Event): void {
    this.#note(event);
    if (event.kind === "jobForgotten") return;
    this.ledger.apply(event);
    if (event.kind === "jobSubmitted") this.#add(event.job);
  }

  /** Takes in an event that the ledger, which is shared, knows already; what the ledger forgot is forgotten here. */
  follow(event: Event): void {
    this.#note(event);
    if (event.kind === "jobSubmitted") this.#add(event.job);
    else if (event.kind === "jobForgotten") this.#forget(event.job);
  }

  /** When the first event happened, in milliseconds since the epoch. */
  get firstAtMs(): number | undefined {
    return this.#firstAtMs;
  }

  /** When the newest event happened. */
  get lastAtMs(): number | undefined {
    return this.#lastAtMs;
  }

  /** Whether the run said at last that all its jobs have ended. */
  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** The jobs in the order of submission. */
  jobs(): Iterable<AdmittedJob> {
    return this.#jobs.values();
  }

  /** A job by its number. */
  job(id: JobId): AdmittedJob | undefined {
    return this.#jobs.get(id);
  }

  /** The tasks in the order of submission. */
  *tasks(): Generator<ViewedTask, void, void> {
    for (const job of this.#jobs.values()) {
      const count = taskCount(job.description);
      for (let offset = 0; offset < count; offset++) yield { job, offset };
    }
  }

  /** Counts the tasks by their states. */
  counts(): TaskCounts {
    const counts = { QUEUED: 0, SCHEDULED: 0, EXECUTING: 0, SUCCEED: 0, FAILED: 0, CANCELED: 0, OMITTED: 0 };
    for (const { job, offset } of this.tasks()) counts[this.ledger.state(job.firstTask + offset)]++;
    return counts;
  }

  /** The newest job of a name. */
  find(name: string): AdmittedJob | undefined {
    return this.#byName.get(name);
  }

  /** The names of all jobs. */
  names(): Iterable<string> {
    return this.#byName.keys();
  }

  #note(event: Event): void {
    this.#firstAtMs ??= event.atMs;
    this.#lastAtMs = event.atMs;
    this.#isFinished = event.kind === "pilotDrained";
  }

  #forget(id: JobId): void {
    const name = this.#jobs.get(id)?.description.name;
    this.#jobs.delete(id);
    if (name !== undefined && this.#byName.get(name)?.id === id) this.#byName.delete(name);
  }

  #add(job: AdmittedJob): void {
    this.#jobs.set(job.id, job);
    this.#byName.set(job.description.name, job);
  }
}
