/**
 * The job report of a run, made anew from the events on record.
 *
 * @module
 */

import type { Event } from "../core/types.ts";
import { JobsReport, type JobsReportOptions } from "./jobs_report.ts";
import { Ledger } from "./ledger.ts";

/**
 * Writes the records of a whole run.
 *
 * @param events All events of the run, in their order, without those of jobs whose description is lost.
 * @param options How records are written.
 * @returns The records as they are read, each ending with a newline.
 */
export function* replayReport(
  events: Iterable<Event>,
  options: Omit<JobsReportOptions, "ledger">,
): Generator<string, void, void> {
  const ledger = new Ledger();
  const report = new JobsReport({ ...options, ledger });
  for (const event of events) {
    ledger.apply(event);
    yield* report.records(event);
  }
}
