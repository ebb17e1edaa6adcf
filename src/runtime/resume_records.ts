/**
 * Opens the records of an earlier pilot to go on with them. What of them is lost is told, and unless the user has
 * accepted that, nothing is changed and nothing runs.
 *
 * @module
 */

import { basename, dirname, join } from "@std/path";
import { errorText } from "../base/error_text.ts";
import type { Event } from "../core/types.ts";
import { JournalError } from "../errors.ts";
import type { JsonObject } from "../job/json.ts";
import type { JournalHeader } from "../journal/codec/header.ts";
import { dropOwnerless } from "../journal/replay/drop_ownerless.ts";
import { describeRestored, findLoss } from "../journal/replay/loss.ts";
import type { ReplayReport } from "../journal/replay/replay.ts";
import type { ReportFormat } from "../report/jobs_report.ts";
import { RecordCount } from "../report/record_count.ts";
import { journalName } from "../report/run_files.ts";
import type { ZoneMinutes } from "../report/times.ts";
import { countOf } from "../resources/request.ts";
import type { FileDurability, RecordStore, ReportCount, ResumedJournal } from "./run_ports.ts";

/** How records are gone on with. */
export interface ResumeOptions {
  /** The folder of the run. */
  readonly folder: string;
  /** How much the journal survives from now on. */
  readonly durability: FileDurability;
  /** Whether the user has accepted that what is lost is lost. */
  readonly acceptLoss: boolean;
  /** How the job report is written, if at all. */
  readonly reportFormat: ReportFormat | "none";
  /** The file of the job report, absolute. */
  readonly reportPath: string;
  /** The zone of all written times. */
  readonly zone: ZoneMinutes;
  /** Working directory of the tasks, absolute. */
  readonly rootWd: string;
  /** Takes in the events of the earlier pilot. */
  readonly take: (event: Event) => void;
  /** Makes the header with which the run goes on. */
  readonly header: (metadata: JsonObject) => JournalHeader;
  /** Tells the user something, in a sentence without its end. */
  readonly warn: (text: string) => void;
}

/** Records that go on. */
export interface ResumedRecords extends ResumedJournal {
  /** What is lost, in sentences without their ends. */
  readonly losses: readonly string[];
  /** Whether no job ever came to be on record: the earlier pilot has accepted none. */
  readonly isEmpty: boolean;
}

/** The key of a header that says in how many bytes, from the beginning of the journal, the user has accepted losses. */
const acceptedKey = "lossAcceptedBytes";

/**
 * Goes on with the records of an earlier pilot, and mends the job report.
 *
 * @throws {JournalError} If something is lost and that is not accepted, the journal is that of another folder, cannot be
 * read or written, or another process has it.
 */
export function resumeRecords(records: RecordStore, options: ResumeOptions): ResumedRecords {
  const { folder, durability, acceptLoss, take, header, warn } = options;
  const path = join(folder, journalName);
  const count = new RecordCount();
  let losses: readonly string[] = [];
  let isEmpty = true;
  const reported = countReported(records, options);
  const resumed = records.resume(folder, durability, (replay) => {
    const known = dropOwnerless(replay);
    for (const event of known) {
      take(event);
      count.apply(event);
      if (event.kind === "jobSubmitted") isEmpty = false;
    }
    const report = replay.report();
    refuseOtherFolder(folder, report);
    const accepted = Number(report.header?.metadata[acceptedKey] ?? 0);
    const damage = findLoss(path, report, known.ownerless.size, accepted)?.text;
    losses = [damage, findReportLoss(options.reportPath, reported, count.count)].filter((text) => text !== undefined);
    if (losses.length > 0 && !acceptLoss) refuse(losses, path);
    const lostBytes = losses.length > 0 ? report.bytes : accepted;
    return header(lostBytes === 0 ? {} : { [acceptedKey]: lostBytes });
  });
  for (const text of losses) warn(text);
  const restored = losses.length > 0 ? undefined : describeRestored(path, resumed.report);
  if (restored !== undefined) warn(restored);
  mendReport(records, options, reported, count.count);
  return { ...resumed, losses, isEmpty };
}

function refuse(losses: readonly string[], path: string): never {
  throw new JournalError(
    `${losses.join("; ")}; nothing was run. "qcgpj journal salvage ${
      dirname(path)
    }" tells more; to go on without what ` +
      "is lost, resume with --accept-loss (in the library: resume: { path, acceptLoss: true })",
    { path },
  );
}

/** A journal that was put into the folder of another run would make everything in that a lie. */
function refuseOtherFolder(folder: string, { header }: ReplayReport): void {
  const name = header?.metadata["folder"];
  if (typeof name !== "string" || name === basename(folder)) return;
  const path = join(folder, journalName);
  throw new JournalError(
    `Cannot resume ${path}: it is the journal of the run ${name}, not of ${
      basename(folder)
    }; put back the journal that ` +
      `belongs here or, if the folder was renamed, give it the name ${name} again`,
    { path },
  );
}

/** What the job report holds; `undefined` when there is to be none, it is no file, or cannot be read, which is told. */
function countReported(
  records: RecordStore,
  { reportFormat, reportPath, warn }: ResumeOptions,
): ReportCount | undefined {
  if (reportFormat === "none") return undefined;
  try {
    return records.countRecords(reportPath);
  } catch (error) {
    warn(errorText(error));
    return undefined;
  }
}

/** Records of the job report that the journal does not know are proof that it has lost some. */
function findReportLoss(path: string, found: ReportCount | undefined, known: number): string | undefined {
  if (found === undefined || found.records <= known) return undefined;
  return `The job report ${path} has ${countOf(found.records, "record")}, and the journal knows of ${known}`;
}

/**
 * A crash may have come between the journal and the report: then it is written anew. A report that has more than the
 * journal knows is kept beside the new one.
 */
function mendReport(
  records: RecordStore,
  { reportFormat: format, reportPath: path, folder, zone, rootWd, warn }: ResumeOptions,
  found: ReportCount | undefined,
  known: number,
): void {
  if (format === "none" || found === undefined || (found.records === known && !found.endsHalf)) return;
  try {
    if (found.records > known) warn(`The job report as it was is kept in ${records.setAside(path)}`);
    records.rewriteReport({ folder, path, format, zone, rootWd });
  } catch (error) {
    warn(errorText(error));
  }
}
