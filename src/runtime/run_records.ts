/**
 * What a run writes down beside its journal: log, job report and final status. Every turn is written through, so that a
 * crash loses none of it. None of them may break the run: what cannot be written is told once and tried again, and at
 * the end it is told what is missing.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { join } from "@std/path";
import { errorText } from "../base/error_text.ts";
import { shellQuote } from "../base/shell_quote.ts";
import { CatchUpFile } from "../events/catch_up_file.ts";
import type { EventHub } from "../events/event_hub.ts";
import { LogWriter } from "../events/log_writer.ts";
import { ReportWriter } from "../events/report_writer.ts";
import { JobsReport, type ReportFormat } from "../report/jobs_report.ts";
import type { Ledger } from "../report/ledger.ts";
import { type LogLevel, logLine, type LogMessage } from "../report/log_lines.ts";
import { addressName, finalStatusName, logName } from "../report/run_files.ts";
import type { ZoneMinutes } from "../report/times.ts";
import { countOf } from "../resources/request.ts";
import type { RunPorts } from "./run_ports.ts";

/** What records are written with. */
export interface RecordOptions {
  /** The folder of the run, which must be there. */
  readonly folder: string;
  /** How much is logged. */
  readonly logLevel: LogLevel;
  /** How the job report is written, if at all. */
  readonly reportFormat: ReportFormat | "none";
  /** The file of the job report, absolute. */
  readonly reportPath: string;
  /** Working directory of the tasks, absolute. */
  readonly rootWd: string;
  /** The zone of all written times. */
  readonly zone: ZoneMinutes;
  /** Knows the jobs. */
  readonly ledger: Ledger;
  /** Tells the user, and the log, what goes wrong. */
  readonly complain: (text: string) => void;
}

/** Writes the records of a run. */
export class RunRecords {
  readonly #options: RecordOptions;
  readonly #ports: Pick<RunPorts, "clock" | "records" | "warn">;
  readonly #logFile: CatchUpFile;
  readonly #log: LogWriter;
  readonly #reportFile: CatchUpFile | undefined;
  #isClosed = false;

  /**
   * Opens the files, which keep what they hold, and has the hub tell them the events.
   *
   * @param options What they are written with.
   * @param ports Clock and files.
   * @param hub Tells the events.
   */
  constructor(options: RecordOptions, ports: Pick<RunPorts, "clock" | "records" | "warn">, hub: EventHub) {
    const { folder, logLevel, reportFormat: format, reportPath, zone } = options;
    const nowMs = () => ports.clock.nowMs();
    this.#options = options;
    this.#ports = ports;
    this.#logFile = this.#open(join(folder, logName), "log", (missing) => {
      return logLine(nowMs(), `${countOf(missing, "message")} missing here: the log could not be written`, zone);
    });
    this.#log = new LogWriter(this.#logFile, logLevel, zone);
    hub.add("log", this.#log);
    if (format === "none") return;
    this.#reportFile = this.#open(reportPath, "job report");
    hub.add("job report", new ReportWriter(this.#reportFile, new JobsReport({ ...options, format })));
  }

  /** Writes one message to the log, if its level is logged. */
  log(message: LogMessage): void {
    invariant(!this.#isClosed, "Nothing is logged when the records are closed");
    this.#log.log(this.#ports.clock.nowMs(), message);
  }

  /** Writes where requests are taken, for clients that look there. */
  writeAddress(address: string): void {
    invariant(!this.#isClosed, "No address is told when the records are closed");
    const { folder, complain } = this.#options;
    try {
      this.#ports.records.replaceText(join(folder, addressName), "address", address);
    } catch (error) {
      complain(errorText(error));
    }
  }

  /**
   * Writes the final status and gives the files back. What is missing in the job report is written from the journal, if
   * that can be done.
   *
   * @returns Whether the job report is whole.
   */
  close(finalStatus: string): boolean {
    invariant(!this.#isClosed, "The records are closed once");
    const { folder, complain } = this.#options;
    try {
      this.#ports.records.replaceText(join(folder, finalStatusName), "final status", finalStatus);
    } catch (error) {
      complain(errorText(error));
    }
    const isWhole = this.#closeReport();
    this.#logFile.close();
    this.#isClosed = true;
    const missing = this.#logFile.missing;
    // Only the user can be told: the log is closed.
    if (missing > 0) {
      this.#ports.warn(`${errorText(this.#logFile.error)}; at the end it lacks ${countOf(missing, "message")}`);
    }
    return isWhole;
  }

  #closeReport(): boolean {
    const file = this.#reportFile;
    file?.close();
    if (file === undefined || file.missing === 0) return true;
    const { folder, reportFormat, reportPath: path, rootWd, zone, complain } = this.#options;
    invariant(reportFormat !== "none", "A job report that was begun has a form");
    try {
      this.#ports.records.rewriteReport({ folder, path, format: reportFormat, rootWd, zone });
      return true;
    } catch {
      // Why it cannot be added to tells more than why it cannot be written anew.
      const records = countOf(file.missing, "record");
      const command = `qcgpj journal report ${shellQuote(folder)}`;
      complain(`${errorText(file.error)}; at the end it lacks ${records}, which the journal has: ${command}`);
      return false;
    }
  }

  #open(path: string, noun: string, gapNote?: (missing: number) => string): CatchUpFile {
    const { clock, records } = this.#ports;
    return new CatchUpFile({
      open: () => records.openRecord(path, noun),
      nowMs: () => clock.nowMs(),
      troubled: (error) =>
        this.#options.complain(
          `${errorText(error)}; the jobs go on, and what is missing is written when that works again`,
        ),
      ...(gapNote === undefined ? {} : { gapNote }),
    });
  }
}
