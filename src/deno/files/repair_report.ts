/**
 * Mending the job report of an earlier run. A crash may come between the journal and the report; the journal knows
 * better, so a report that does not have exactly its records is written anew from it.
 *
 * @module
 */

import type { AdmittedJob, Event, JobId } from "../../core/types.ts";
import { dropOwnerless } from "../../journal/replay/drop_ownerless.ts";
import { JobsReport, type ReportFormat } from "../../report/jobs_report.ts";
import { Ledger } from "../../report/ledger.ts";
import type { ZoneMinutes } from "../../report/times.ts";
import { readJournal } from "./journal_file.ts";

/** Counts the records that events mean. */
export class RecordCount {
  readonly #iterative: Set<JobId> = new Set();
  #count = 0;

  /** Takes in one event. */
  take(event: Event): void {
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

/** What a report is written with. */
export interface RepairOptions {
  readonly journalPath: string;
  readonly reportPath: string;
  readonly format: ReportFormat;
  readonly zone: ZoneMinutes;
  readonly rootWd: string;
  /** How many records it should have. */
  readonly count: number;
}

/** Writes the report anew if it has not the right number of whole records. */
export function repairReport(options: RepairOptions): void {
  const { reportPath, journalPath, format, zone, rootWd } = options;
  if (countRecords(reportPath) === options.count) return;
  const draft = `${reportPath}.new`;
  using file = Deno.openSync(draft, { write: true, create: true, truncate: true });
  const ledger = new Ledger();
  const report = new JobsReport({ ledger, rootWd, format, zone });
  const encoder = new TextEncoder();
  readJournal(journalPath, (replay) => {
    for (const event of dropOwnerless(replay)) {
      ledger.apply(event);
      for (const record of report.records([event])) {
        const bytes = encoder.encode(record);
        for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
      }
    }
  });
  file.syncDataSync();
  Deno.renameSync(draft, reportPath);
}

/** Counts the whole records of a report: lines that end and are no continuation. A missing report has none. */
function countRecords(path: string): number {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
  using reading = file;
  const buffer = new Uint8Array(1 << 20);
  let records = 0;
  let isLineStart = true;
  for (let size = reading.readSync(buffer); size !== null; size = reading.readSync(buffer)) {
    for (let i = 0; i < size; i++) {
      if (isLineStart && buffer[i] !== tab) records++;
      isLineStart = buffer[i] === newline;
    }
  }
  // Half a record at the end is none.
  return isLineStart ? records : -1;
}

const tab = 9;
const newline = 10;
