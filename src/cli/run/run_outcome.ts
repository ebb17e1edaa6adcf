/**
 * What became of the jobs of a run: counts, also of jobs that were removed meanwhile.
 *
 * @module
 */

import type { AdmittedJob, Event, JobOutcome, OutcomeCounts } from "../../core/types.ts";
import type { EventReader } from "../../events/event_reader.ts";
import type { Ledger } from "../../report/ledger.ts";

/** Counts what ends. */
export class RunOutcome implements EventReader {
  /** Ended jobs by outcome. */
  readonly jobs: Record<JobOutcome, number> = { succeeded: 0, failed: 0, canceled: 0, omitted: 0 };
  /** Ended tasks by outcome. */
  readonly tasks: Record<JobOutcome, number> = { succeeded: 0, failed: 0, canceled: 0, omitted: 0 };
  #isWhole = true;

  /** Takes in jobs that had ended before, in a run that goes on with an earlier one. */
  takeEarlier(jobs: Iterable<AdmittedJob>, ledger: Ledger): void {
    for (const job of jobs) {
      const { outcome, counts } = ledger.job(job.id) ?? {};
      if (outcome !== undefined && counts !== undefined) this.#endJob(outcome, counts);
    }
  }

  apply(event: Event, ledger: Ledger): void {
    if (event.kind !== "jobEnded") return;
    if (ledger.job(event.job) !== undefined) this.#endJob(event.outcome, event.counts);
  }

  /** It was not told all events, so the exit code must not say that all is well. */
  dropped(): void {
    this.#isWhole = false;
  }

  /** Whether it is known that everything that has ended succeeded. */
  get allSucceeded(): boolean {
    return this.#isWhole && this.jobs.failed + this.jobs.canceled + this.jobs.omitted === 0;
  }

  #endJob(outcome: JobOutcome, counts: OutcomeCounts): void {
    this.jobs[outcome]++;
    for (const kind of Object.keys(counts) as JobOutcome[]) this.tasks[kind] += counts[kind];
  }
}
