/**
 * The figures' view of a directory that QCG-PilotJob has written: from `jobs.report`, `final_status.json` and
 * `rtimes_*.log`.
 *
 * @module
 */

import { parseElapsed } from "../../base/duration.ts";
import { isTerminal } from "../states.ts";
import type { ZoneMinutes } from "../times.ts";
import { parseAllocation, parseMicros, parseReportLine, RecordFormatError, type ReportLine } from "./report_record.ts";
import { type Micros, microsOf, rangeOf, type TimedRun, type TimedTask } from "./timed_run.ts";

/** A file and what is in it. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** The files of a directory with one auxiliary directory or, of partitions, several. */
export interface ForeignFiles {
  readonly reports: readonly TextFile[];
  readonly finalStatuses: readonly TextFile[];
  readonly runTimes: readonly TextFile[];
}

/** The records of job reports by name: of several attempts the last, at the place of the first. */
export function readReportLines(reports: readonly TextFile[]): ReadonlyMap<string, ReportLine> {
  const lines = new Map<string, ReportLine>();
  for (const { path, text } of reports) {
    text.split("\n").forEach((line, index) => {
      if (line.trim() === "") return;
      const record = parseReportLine(line, `line ${index + 1} of ${path}`);
      lines.set(record.name, record);
    });
  }
  return lines;
}

/**
 * Makes the view of what was read.
 *
 * @param files The files.
 * @param zone The zone of the times in them, which do not tell it.
 * @throws {RecordFormatError} If one of them is not what it should be.
 */
export function timeForeignRun(files: ForeignFiles, zone: ZoneMinutes): TimedRun {
  const times = readRunTimes(files.runTimes, zone);
  const records = [...readReportLines(files.reports).values()];
  const tasks = records.map((record) => timeRecord(record, times, zone));
  const statuses = files.finalStatuses.map(readFinalStatus);
  const sum = (of: (status: FinalStatus) => number | undefined) =>
    statuses.length === 0 ? undefined : statuses.reduce((total, status) => total + (of(status) ?? 0), 0);
  // Without a final status, as after a crash, what the report tells is counted: all that has a run time.
  const counted = tasks.filter(({ ranMicros, state }) => ranMicros !== undefined || state === "OMITTED");
  const failed = counted.filter(({ state }) => state === "FAILED" || state === "OMITTED");
  const begun = rangeOf(statuses.map(({ System }) => parseMicros(System?.Started, zone)))?.min;
  const ended = rangeOf(statuses.map(({ System }) => parseMicros(System?.Generated, zone)))?.max;
  const nodes = sum(({ Resources }) => Resources?.TotalNodes);
  const cores = sum(({ Resources }) => Resources?.TotalCores);
  return {
    ...(begun === undefined ? {} : { begunAt: begun }),
    ...(ended === undefined ? {} : { endedAt: ended }),
    ...(nodes === undefined ? {} : { nodes }),
    ...(cores === undefined ? {} : { cores }),
    taskCount: sum(({ IterationStats }) => IterationStats?.TotalIterations) ?? counted.length,
    failedCount: sum(({ IterationStats }) => IterationStats?.FailedIterations) ?? failed.length,
    tasks,
    knowsProcessTimes: times.size > 0,
    zone,
  };
}

interface FinalStatus {
  readonly System?: { readonly Started?: string; readonly Generated?: string };
  readonly Resources?: { readonly TotalNodes?: number; readonly TotalCores?: number };
  readonly IterationStats?: { readonly TotalIterations?: number; readonly FailedIterations?: number };
}

function readFinalStatus(file: TextFile): FinalStatus {
  return readObject(file) as FinalStatus;
}

interface ProcessTime {
  readonly beganAt: Micros;
  readonly finishedAt: Micros;
}

function readRunTimes(files: readonly TextFile[], zone: ZoneMinutes): ReadonlyMap<string, ProcessTime> {
  const times = new Map<string, ProcessTime>();
  for (const file of files) {
    const { rt = {} } = readObject(file) as { readonly rt?: Readonly<Record<string, { s?: string; f?: string }>> };
    for (const [name, { s, f }] of Object.entries(rt)) {
      const [beganAt, finishedAt] = [parseMicros(s, zone), parseMicros(f, zone)];
      if (beganAt !== undefined && finishedAt !== undefined) times.set(name, { beganAt, finishedAt });
    }
  }
  return times;
}

function readObject({ path, text }: TextFile): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch { /* It is told below. */ }
  throw new RecordFormatError(`Cannot read ${path}: it is no JSON object`);
}

function timeRecord(
  { name, state, history, runtime }: ReportLine,
  times: ReadonlyMap<string, ProcessTime>,
  zone: ZoneMinutes,
): TimedTask {
  // A task that was started again after a resume went through its states more than once: the last time counts.
  const when = (wanted: (state: string) => boolean) =>
    parseMicros(history.findLast((change) => wanted(change.state))?.date, zone);
  const task: { -readonly [K in keyof TimedTask]: TimedTask[K] } = {
    name,
    state,
    nodes: parseAllocation(runtime["allocation"]),
    ...times.get(name),
  };
  const [queuedAt, scheduledAt, executingAt] = ["QUEUED", "SCHEDULED", "EXECUTING"].map((wanted) =>
    when((state) => state === wanted)
  );
  const endedAt = when((state) => isTerminal(state as TimedTask["state"]));
  // QCG-PilotJob writes `0` for what could not be started.
  const ranMs = runtime["rtime"] === "0" ? 0 : parseElapsed(runtime["rtime"] ?? "");
  return Object.assign(task, {
    ...(queuedAt === undefined ? {} : { queuedAt }),
    ...(scheduledAt === undefined ? {} : { scheduledAt }),
    ...(executingAt === undefined ? {} : { executingAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(Number.isNaN(ranMs) ? {} : { ranMicros: microsOf(ranMs) }),
    ...(runtime["exit_code"] === undefined ? {} : { exitCode: runtime["exit_code"] }),
    ...(runtime["pid"] === undefined ? {} : { pid: runtime["pid"] }),
    ...(runtime["pname"] === undefined ? {} : { program: runtime["pname"] }),
  });
}
