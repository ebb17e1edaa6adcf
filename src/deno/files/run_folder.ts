/**
 * The auxiliary directory of a run, `.qcgpjm-service-ID` in the working directory: journal, log, job report and final
 * status, where QCG-PilotJob's tools look for them.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import type { Event } from "../../core/types.ts";
import { JournalError } from "../../errors.ts";
import { explainJournalFailure } from "./journal_failure.ts";
import type { JobsReport, ReportFormat } from "../../report/jobs_report.ts";
import type { Ledger } from "../../report/ledger.ts";
import { eventMessage, isLogged, type LogLevel, logLine, type LogMessage } from "../../report/log_lines.ts";
import type { ZoneMinutes } from "../../report/times.ts";

/** What every auxiliary directory's name begins with. */
export const runFolderPrefix = ".qcgpjm-service-";
/** The journal's name in it. */
export const journalName = "journal";

/** How a run is written down. */
export interface RecordOptions {
  /** Path of the auxiliary directory. */
  readonly path: string;
  /** How much is logged. */
  readonly logLevel: LogLevel;
  /** How the job report is written, if at all. */
  readonly reportFormat: ReportFormat | "none";
  /** File of the job report; relative names lie in the auxiliary directory. */
  readonly reportFile: string;
  /** The zone of all written times. */
  readonly zone: ZoneMinutes;
}

/** Writes the log and the report of a run. Every batch is written through, so that a crash loses none of it. */
export class RunFolder {
  /** The auxiliary directory. */
  readonly path: string;
  readonly #options: RecordOptions;
  readonly #log: RecordFile;
  readonly #report: RecordFile | undefined;

  /** Opens the files in the directory, which must be there. What they hold already is kept. */
  constructor(options: RecordOptions) {
    this.path = options.path;
    this.#options = options;
    this.#log = new RecordFile(join(options.path, "service.log"), "log");
    if (options.reportFormat === "none") return;
    try {
      this.#report = new RecordFile(resolve(options.path, options.reportFile), "job report");
    } catch (error) {
      this.#log.close();
      throw error;
    }
  }

  /** Writes one message to the log, if its level is logged. */
  log(atMs: number, { level, text }: LogMessage): void {
    if (isLogged(level, this.#options.logLevel)) this.#log.write(logLine(atMs, text, this.#options.zone));
  }

  /** Writes what events mean for the log and the report. The ledger has taken them in. */
  published(events: readonly Event[], ledger: Ledger, report: JobsReport | undefined): void {
    let lines = "";
    for (const event of events) {
      const message = eventMessage(event, ledger);
      if (message === undefined || !isLogged(message.level, this.#options.logLevel)) continue;
      lines += logLine(event.atMs, message.text, this.#options.zone);
    }
    if (lines !== "") this.#log.write(lines);
    if (report === undefined || this.#report === undefined) return;
    let records = "";
    for (const record of report.records(events)) {
      records += record;
      if (records.length < chunkMax) continue;
      this.#report.write(records);
      records = "";
    }
    if (records !== "") this.#report.write(records);
  }

  /** Writes the final status and closes the files. */
  close(finalStatus: string): void {
    try {
      const path = join(this.path, "final_status.json");
      explained("write", path, "final status", () => Deno.writeTextFileSync(path, finalStatus));
    } finally {
      this.#log.close();
      this.#report?.close();
    }
  }
}

/** Report lines are written in pieces of about this many characters. */
const chunkMax = 1 << 20;
const encoder = new TextEncoder();

/** A file that lines are added to. */
class RecordFile {
  readonly #path: string;
  readonly #noun: string;
  readonly #file: Deno.FsFile;

  constructor(path: string, noun: string) {
    this.#path = path;
    this.#noun = noun;
    this.#file = explained("open", path, noun, () => Deno.openSync(path, { append: true, create: true }));
  }

  write(text: string): void {
    const bytes = encoder.encode(text);
    explained("write", this.#path, this.#noun, () => {
      for (let written = 0; written < bytes.length;) written += this.#file.writeSync(bytes.subarray(written));
    });
  }

  close(): void {
    this.#file.close();
  }
}

function explained<R>(verb: "open" | "write", path: string, noun: string, act: () => R): R {
  try {
    return act();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw explainJournalFailure(verb, path, error, undefined, noun);
  }
}

/**
 * Creates an auxiliary directory with its parents where it is missing.
 *
 * @throws {JournalError} If that cannot be done.
 */
export function createRunFolder(path: string): void {
  explained("open", path, "folder", () => Deno.mkdirSync(path, { recursive: true }));
}

/**
 * Finds the auxiliary directory that a path means: the directory itself, or the one in it that was changed last.
 *
 * @throws {JournalError} If there is none, with QCG-PilotJob's sentence.
 */
export function findRunFolder(path: string): string {
  const refuse = (): never => {
    throw new JournalError(
      `Resume directory ${path} not exists or is not valid QCG-PilotJob auxiliary directory: ` +
        `give the directory ${runFolderPrefix}… of the run, or the working directory that it lies in`,
      { path },
    );
  };
  try {
    if (hasJournal(path)) return path;
    const folders = [...Deno.readDirSync(path)]
      .filter((entry) => entry.isDirectory && entry.name.startsWith(runFolderPrefix))
      .map((entry) => join(path, entry.name))
      .filter(hasJournal)
      .map((folder) => ({ folder, changedMs: Deno.statSync(join(folder, journalName)).mtime?.getTime() ?? 0 }))
      .sort((a, b) => b.changedMs - a.changedMs);
    return folders[0]?.folder ?? refuse();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return refuse();
    throw error;
  }
}

function hasJournal(folder: string): boolean {
  try {
    return Deno.statSync(join(folder, journalName)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

/** Writes the run times of tasks where QCG-PilotJob's report tools look for them. */
export function writeRunTimes(wd: string, host: string, started: string, pid: number, text: string): void {
  const when = started.slice(0, 19).replaceAll(/[ :]/g, "-");
  Deno.writeTextFileSync(join(wd, `rtimes_${host}_${when}_${pid}.log`), text);
}
