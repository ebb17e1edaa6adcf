/**
 * Tells a human what is intact in a journal and what is lost.
 *
 * @module
 */

import type { JobId } from "../../core/types.ts";
import { findLoss } from "./loss.ts";
import type { ReplayReport } from "./replay.ts";
import type { Loss } from "./scan.ts";

/** More places, or jobs, than these are only counted. */
const placesMax = 20;

/**
 * Writes a report on a journal.
 *
 * @param path The path of the journal.
 * @param report What a replay found.
 * @param ownerless How many events were left out because the description of their job is lost.
 * @returns Lines of text, each ended by a line feed; the first says it all in short.
 */
export function formatSalvage(
  path: string,
  report: ReplayReport,
  ownerless: ReadonlyMap<JobId, number> = new Map(),
): string {
  const { header, bytes, records, events, losses, restored, tornTail, unknownKinds } = report;
  const lost = findLoss(path, report, ownerless.size, 0)?.records;
  const isWhole = lost === undefined && ownerless.size === 0;
  const lines = [
    `${path}: ${isWhole ? "nothing is lost" : lost ? `${count(lost, "record")} lost` : "records may be lost"}`,
    header === undefined ? "header: lost" : `header: run ${header.runId}`,
    `intact: ${count(events, "event")} in ${count(records, "record")}, ${count(bytes, "byte")} in all`,
    ...losses.slice(0, placesMax).map(describeLoss),
  ];
  if (losses.length > placesMax) lines.push(`and ${count(losses.length - placesMax, "more place")}`);
  const again = restored.reduce((sum, { records }) => sum + records, 0);
  if (again > 0) lines.push(`restored: ${count(again, "record")} from the second copy`);
  if (tornTail !== undefined) {
    const { offset, length, isDamaged, reason } = tornTail;
    const meaning = isDamaged ? "what was written last may be lost" : "a write was interrupted; a resume goes on here";
    lines.push(`end: ${count(length, "byte")} from offset ${offset} are no record (${reason}): ${meaning}`);
  }
  for (const [kind, times] of unknownKinds) {
    lines.push(`passed over: ${count(times, "event")} of the kind ${kind}, which a newer version wrote`);
  }
  for (const [job, times] of [...ownerless].slice(0, placesMax)) {
    lines.push(`job number ${job}: its description is lost, so ${count(times, "event")} of it cannot be used`);
  }
  if (ownerless.size > placesMax) lines.push(`and ${count(ownerless.size - placesMax, "more job")}`);
  return lines.join("\n") + "\n";
}

function describeLoss({ offset, length, recordsLost, reason }: Loss): string {
  const what = recordsLost === 0 ? "no record is missing" : `${count(recordsLost, "record")} lost`;
  return `damage: ${count(length, "byte")} at offset ${offset}: ${reason}; ${what}`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
