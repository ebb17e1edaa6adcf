/**
 * What became of the jobs of a run: counts, and why the first few did not succeed. It also knows jobs that were removed
 * meanwhile.
 *
 * @module
 */

import type { AdmittedJob, Event, JobOutcome, OutcomeCounts } from "../../core/types.ts";
import { taskCount, taskName } from "../../job/description.ts";
import type { EventReader } from "../../events/event_reader.ts";
import type { Ledger } from "../../report/ledger.ts";

/** A job that did not succeed. */
export interface Failure {
  /** Its name. */
  readonly name: string;
  /** How it ended. */
  readonly outcome: JobOutcome;
  /** How many of its tasks did not succeed, and how many it has, for a job with iterations. */
  readonly tasks?: { readonly failed: number; readonly total: number };
  /** Why, in a sentence; of a job with iterations, why the first of them did not. */
  readonly reason: string | undefined;
}

/** More failures than these are only counted. */
export const failuresMax = 10;

/** Counts what ends. */
export class RunOutcome implements EventReader {
  /** Ended jobs by outcome. */
  readonly jobs: Record<JobOutcome, number> = { succeeded: 0, failed: 0, canceled: 0, omitted: 0 };
  /** Ended tasks by outcome. */
  readonly tasks: Record<JobOutcome, number> = { succeeded: 0, failed: 0, canceled: 0, omitted: 0 };
  /** The first jobs that did not succeed. */
  readonly failures: Failure[] = [];
  #isWhole = true;

  /** Takes in jobs that had ended before, in a run that goes on with an earlier one. */
  takeEarlier(jobs: Iterable<AdmittedJob>, ledger: Ledger): void {
    for (const job of jobs) {
      const { outcome, counts } = ledger.job(job.id) ?? {};
      if (outcome !== undefined && counts !== undefined) this.#endJob(job, outcome, counts, ledger);
    }
  }

  apply(event: Event, ledger: Ledger): void {
    if (event.kind !== "jobEnded") return;
    const job = ledger.job(event.job)?.job;
    if (job !== undefined) this.#endJob(job, event.outcome, event.counts, ledger);
  }

  /** What it knows is not all: the exit code must not say that all is well. */
  dropped(): void {
    this.#isWhole = false;
  }

  /** Whether it is known that everything that has ended succeeded. */
  get allSucceeded(): boolean {
    return this.#isWhole && this.jobs.failed + this.jobs.canceled + this.jobs.omitted === 0;
  }

  #endJob(job: AdmittedJob, outcome: JobOutcome, counts: OutcomeCounts, ledger: Ledger): void {
    this.jobs[outcome]++;
    for (const kind of Object.keys(counts) as JobOutcome[]) this.tasks[kind] += counts[kind];
    if (outcome !== "succeeded" && this.failures.length < failuresMax) {
      this.failures.push(describeFailure(job, outcome, counts, ledger));
    }
  }
}

function describeFailure(job: AdmittedJob, outcome: JobOutcome, counts: OutcomeCounts, ledger: Ledger): Failure {
  const { description, firstTask } = job;
  const { name, iteration } = description;
  if (iteration === undefined) return { name, outcome, reason: ledger.task(firstTask).reason };
  const total = taskCount(description);
  let reason: string | undefined;
  for (let offset = 0; offset < total && reason === undefined; offset++) {
    const found = ledger.task(firstTask + offset).reason;
    if (found !== undefined && ledger.state(firstTask + offset) !== "SUCCEED") {
      reason = `${taskName(description, offset)}: ${found}`;
    }
  }
  return { name, outcome, tasks: { failed: total - counts.succeeded, total }, reason };
}
