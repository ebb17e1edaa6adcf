/**
 * Reads what figures are made of: a run of ours, or a directory that QCG-PilotJob has written.
 *
 * @module
 */

import { basename, dirname, join, resolve } from "@std/path";
import { JournalError } from "../../../errors.ts";
import { dropOwnerless } from "../../../journal/replay/drop_ownerless.ts";
import {
  type ForeignFiles,
  readReportLines,
  type TextFile,
  timeForeignRun,
} from "../../../report/figures/foreign_run.ts";
import { parseReportLine, type ReportLine } from "../../../report/figures/report_record.ts";
import type { TimedRun } from "../../../report/figures/timed_run.ts";
import { EarlierAttempts } from "../../../report/figures/earlier_attempts.ts";
import type { RunFacts } from "../../../report/look/run_status.ts";
import { timeView } from "../../../report/figures/view_run.ts";
import type { RunView } from "../../../report/look/run_view.ts";
import { replayReport } from "../../../report/replay_report.ts";
import { finalStatusName, jobsReportName, journalName, runFolderPrefix } from "../../../report/run_files.ts";
import type { ZoneMinutes } from "../../../report/times.ts";
import { currentDirectory } from "../../host/machine.ts";
import { readJournal } from "../journal/journal_file.ts";
import { findRun, type ReadRun, readRun } from "./run_reader.ts";

/** What figures are made of. */
export interface FigureSource {
  /** The run. */
  readonly read: () => TimedRun;
  /** Its events; absent for a directory of QCG-PilotJob. */
  readonly view?: () => RunView;
  /** What has to be said beside every figure, in sentences without their ends. */
  readonly notes?: () => readonly string[];
  /** The records of its job report. */
  readonly records: () => Iterable<ReportLine>;
}

/**
 * Finds what a word means: a run of ours, by its folder, a folder with runs, or its id; or a directory that
 * QCG-PilotJob has worked in, or one of its auxiliary directories.
 *
 * @param word What the user wrote.
 * @param zone The zone of written times.
 * @throws {JournalError} If it means neither.
 */
export function findFigureSource(word: string, zone: ZoneMinutes): FigureSource {
  const folder = resolve(currentDirectory(), word);
  const foreign = foreignFolders(folder);
  if (foreign.length > 0) return foreignSource(folder, foreign, zone);
  const found = findRun(word);
  let known: ReadTimedRun | undefined;
  const once = () => known ??= readTimedRun(found, zone); // A large journal takes seconds.
  return {
    read: () => once().timed,
    view: () => once().view,
    notes: () => runNotes(once().facts),
    records: () => reportOf(found, zone),
  };
}

/** A run of ours with its figures. */
export interface ReadTimedRun extends ReadRun {
  readonly timed: TimedRun;
}

/**
 * Reads a run of ours for figures: each attempt, and what goes on until now.
 *
 * @param folder Its folder, absolute.
 * @param zone The zone of written times.
 * @throws {JournalError} If its journal cannot be read at all.
 */
export function readTimedRun(folder: string, zone: ZoneMinutes): ReadTimedRun {
  let attempts: EarlierAttempts | undefined;
  const run = readRun(folder, (view) => attempts = new EarlierAttempts(view));
  const timed = timeView(run.view, run.facts, zone, { earlier: attempts?.found ?? [], nowMs: Date.now() });
  return { ...run, timed };
}

/** What has to be said beside every figure of a run: that it goes on, or that something of its records is lost. */
export function runNotes({ liveness, damage }: RunFacts): string[] {
  return [
    ...(liveness === "alive" ? ["the run goes on: what is told is true of now"] : []),
    ...(damage === undefined ? [] : [`something is left out, as records are damaged: ${damage}`]),
  ];
}

function reportOf(folder: string, zone: ZoneMinutes): ReportLine[] {
  const path = join(folder, journalName);
  return readJournal(path, (replay) => {
    const wd = replay.header?.metadata["wd"];
    const rootWd = typeof wd === "string" ? wd : dirname(folder);
    const records = replayReport(dropOwnerless(replay), { rootWd, format: "json", zone });
    return [...records].map((record) => parseReportLine(record, `the records of ${path}`));
  });
}

function foreignSource(folder: string, folders: readonly string[], zone: ZoneMinutes): FigureSource {
  const reports = folders.flatMap((one) => readIfThere(join(one, jobsReportName)));
  if (reports.length === 0) {
    throw new JournalError(`There is no ${jobsReportName} in ${folders.join(", ")}`, { path: folder });
  }
  // Run times lie in the working directory, beside the auxiliary ones.
  const places = new Set([folder, ...folders, ...folders.map((one) => dirname(one))]);
  const files: ForeignFiles = {
    reports,
    finalStatuses: folders.flatMap((one) => readIfThere(join(one, finalStatusName))),
    runTimes: [...places].flatMap((place) =>
      namesIn(place).filter((name) => /^rtimes_.*\.log$/.test(name)).flatMap((name) => readIfThere(join(place, name)))
    ),
  };
  return { read: () => timeForeignRun(files, zone), records: () => readReportLines(reports).values() };
}

/**
 * Reads what was seen of processes: the files `ptrace_*.log` in the working directory of a run, of ours or of
 * QCG-PilotJob.
 *
 * @param word What the user wrote for the run.
 * @throws {JournalError} If it means no run.
 */
export function readProcessFiles(word: string): TextFile[] {
  const folder = resolve(currentDirectory(), word);
  const foreign = foreignFolders(folder);
  const places = foreign.length > 0 ? [folder, ...foreign, ...foreign.map((one) => dirname(one))] : workPlaces(word);
  return [...new Set(places)].flatMap((place) =>
    namesIn(place).filter((name) => /^ptrace_.*\.log$/.test(name)).sort().flatMap((name) =>
      readIfThere(join(place, name))
    )
  );
}

function workPlaces(word: string): string[] {
  const found = findRun(word);
  return [readRun(found).rootWd, dirname(found), found];
}

/** The auxiliary directories without a journal of ours; none if there is one with it, which is meant then. */
function foreignFolders(folder: string): string[] {
  const names = namesIn(folder);
  const inside = names.filter((name) => name.startsWith(runFolderPrefix)).map((name) => join(folder, name));
  const folders = basename(folder).startsWith(runFolderPrefix) ? [folder] : inside;
  const isOurs = folders.some((one) => namesIn(one).includes(journalName)) || names.includes(journalName);
  return isOurs ? [] : folders.filter((one) => namesIn(one).includes(jobsReportName)).sort();
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error;
  }
}

function readIfThere(path: string): TextFile[] {
  try {
    return [{ path, text: Deno.readTextFileSync(path) }];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
