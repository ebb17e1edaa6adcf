/**
 * Writes the job report of a run, record by record.
 *
 * @module
 */

import type { Event } from "../core/types.ts";
import type { JobsReport } from "../report/jobs_report.ts";
import type { CatchUpFile } from "./catch_up_file.ts";
import type { EventReader } from "./event_reader.ts";

/** Adds records to the job report. */
export class ReportWriter implements EventReader {
  readonly #file: CatchUpFile;
  readonly #report: JobsReport;

  /**
   * Takes the file of the report.
   *
   * @param file The file; it is closed where it was opened.
   * @param report Makes the records.
   */
  constructor(file: CatchUpFile, report: JobsReport) {
    this.#file = file;
    this.#report = report;
  }

  apply(event: Event): void {
    for (const record of this.#report.records(event)) this.#file.add(record);
  }

  flush(): void {
    this.#file.flush();
  }
}
