/**
 * Says what of a run is lost with damaged records, after all that could be restored from second copies.
 *
 * @module
 */

import { countOf } from "../../resources/request.ts";
import type { ReplayReport } from "./replay.ts";

/** What is lost. */
export interface RecordLoss {
  /** How many records are known to be missing, by their numbers. */
  readonly records: number;
  /** Whether the file does not end where it was written to, so that more may be missing than {@linkcode records}. */
  readonly isEndLost: boolean;
  /** What is lost, as a sentence without its end. */
  readonly text: string;
}

/**
 * Finds what is lost.
 *
 * @param path The path of the journal.
 * @param report What a replay of the whole journal found.
 * @param unknownJobs How many jobs have events, and no description.
 * @param acceptedBytes What was lost in so many bytes at the beginning of the file has been accepted before.
 * @returns What is lost; `undefined` when that is nothing.
 */
export function findLoss(
  path: string,
  report: ReplayReport,
  unknownJobs: number,
  acceptedBytes: number,
): RecordLoss | undefined {
  const { losses, restored, tornTail } = report;
  const missing = losses.filter(({ offset, length, recordsLost }) =>
    recordsLost > 0 && offset + length > acceptedBytes
  );
  const between = restored.filter(({ before }) => before !== undefined && before > acceptedBytes);
  const atEnd = restored.filter(({ before }) => before === undefined);
  const bytesAtEnd = atEnd.reduce((sum, { bytes }) => sum + bytes, 0);
  const isEndLost = (tornTail?.isDamaged === true || atEnd.length > 0) && tornTail?.length !== bytesAtEnd;
  const lost = missing.reduce((sum, { recordsLost }) => sum + recordsLost, 0);
  const records = Math.max(0, lost - between.reduce((sum, { records }) => sum + records, 0));
  if (records === 0 && !isEndLost) return undefined;
  const first = missing[0] ?? tornTail;
  const parts = [
    ...(records === 0 ? [] : [`${countOf(records, "record")} ${records === 1 ? "is" : "are"} lost`]),
    ...(isEndLost ? ["what was written last may be lost"] : []),
    ...(unknownJobs === 0 ? [] : [`the description of ${countOf(unknownJobs, "job")} is lost`]),
  ];
  const place = first === undefined ? "" : ` (from offset ${first.offset}: ${first.reason})`;
  return { records, isEndLost, text: `The journal ${path} is damaged: ${parts.join(", ")}${place}` };
}

/**
 * Says what was restored from second copies, when nothing is lost.
 *
 * @returns A sentence without its end; `undefined` when nothing had to be restored.
 */
export function describeRestored(path: string, { restored }: ReplayReport): string | undefined {
  const records = restored.reduce((sum, { records }) => sum + records, 0);
  if (records === 0) return undefined;
  const were = records === 1 ? "was" : "were";
  return `The journal ${path} is damaged, and nothing is lost: ${countOf(records, "record")} ${were} restored from ` +
    "the second copy";
}
