/**
 * What a run writes down beside its journal: the log and the job report. Every batch of events is written through, so
 * that a crash loses none of it.
 *
 * @module
 */

import type { Event } from "../core/types.ts";
import type { JobsReport } from "../report/jobs_report.ts";
import type { Ledger } from "../report/ledger.ts";
import { eventMessage, isLogged, type LogLevel, logLine, type LogMessage } from "../report/log_lines.ts";
import type { ZoneMinutes } from "../report/times.ts";
import type { TextFile } from "./run_ports.ts";

/** Report lines are written in pieces of about this many characters. */
const chunkMax = 1 << 20;

/** What records are written with. */
export interface RecordOptions {
  /** How much is logged. */
  readonly logLevel: LogLevel;
  /** The zone of all written times. */
  readonly zone: ZoneMinutes;
  /** The log. */
  readonly log: TextFile;
  /** The job report and its file, if there is one. */
  readonly report: { readonly records: JobsReport; readonly file: TextFile } | undefined;
}

/** Writes the log and the report of a run. */
export class RunRecords {
  readonly #options: RecordOptions;

  /** Takes files that are open; {@linkcode RunRecords.close} gives them back. */
  constructor(options: RecordOptions) {
    this.#options = options;
  }

  /** Writes one message to the log, if its level is logged. */
  log(atMs: number, { level, text }: LogMessage): void {
    const { log, logLevel, zone } = this.#options;
    if (isLogged(level, logLevel)) log.append(logLine(atMs, text, zone));
  }

  /** Writes what events mean for the log and the report. The ledger has taken them in. */
  published(events: readonly Event[], ledger: Ledger): void {
    const { log, logLevel, zone, report } = this.#options;
    let lines = "";
    for (const event of events) {
      const message = eventMessage(event, ledger);
      if (message === undefined || !isLogged(message.level, logLevel)) continue;
      lines += logLine(event.atMs, message.text, zone);
    }
    if (lines !== "") log.append(lines);
    if (report === undefined) return;
    let records = "";
    for (const record of report.records.records(events)) {
      records += record;
      if (records.length < chunkMax) continue;
      report.file.append(records);
      records = "";
    }
    if (records !== "") report.file.append(records);
  }

  /** Closes the files. */
  close(): void {
    this.#options.log.close();
    this.#options.report?.file.close();
  }
}
