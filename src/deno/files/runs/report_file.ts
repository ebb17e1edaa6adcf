/**
 * The job report on disk as a whole: how many records it has, and how it is written anew. A crash may come between the
 * journal and the report, and the disk of the report may be full; the journal knows better.
 *
 * @module
 */

import { join } from "@std/path";
import { JournalError } from "../../../errors.ts";
import { dropOwnerless } from "../../../journal/replay/drop_ownerless.ts";
import { replayReport } from "../../../report/replay_report.ts";
import { journalName } from "../../../report/run_files.ts";
import type { ReportCount, ReportFacts } from "../../../runtime/run_ports.ts";
import { readJournal } from "../journal/journal_file.ts";
import { replaceFile } from "../replace_file.ts";
import { explained } from "./run_folder.ts";

const noun = "job report";
/** The report is read and written in pieces of about this many bytes. */
const pieceBytes = 1 << 20;
const tab = 9;
const newline = 10;

/** The real path of a report; `undefined` when there is something else than a file. A missing one is a file. */
function findFile(path: string): string | undefined {
  try {
    const real = Deno.realPathSync(path);
    return Deno.statSync(real).isFile ? real : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return path;
    throw error;
  }
}

/**
 * Writes the report anew from the journal, whatever it holds now.
 *
 * @throws {JournalError} If that cannot be done, or the path names something else than a file.
 */
export function rewriteReport({ folder, path, ...options }: ReportFacts): void {
  explained("write", path, noun, () => {
    const target = findFile(path);
    if (target === undefined) throw new JournalError(`Cannot write the ${noun} ${path} anew: it is no file`, { path });
    readJournal(join(folder, journalName), (replay) => {
      replaceFile(target, inPieces(replayReport(dropOwnerless(replay), options)));
    });
  });
}

function* inPieces(records: Iterable<string>): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const encoder = new TextEncoder();
  let piece = "";
  for (const record of records) {
    piece += record;
    if (piece.length < pieceBytes) continue;
    yield encoder.encode(piece);
    piece = "";
  }
  yield encoder.encode(piece);
}

/**
 * Counts the records of a report: lines that are no continuation. A missing report has none.
 *
 * @returns The number, and whether the last is whole; `undefined` when the path names no file.
 * @throws {JournalError} If it cannot be read.
 */
export function countRecords(path: string): ReportCount | undefined {
  return explained("read", path, noun, () => {
    if (findFile(path) === undefined) return undefined;
    try {
      using file = Deno.openSync(path);
      return countIn(file);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return { records: 0, endsHalf: false };
      throw error;
    }
  });
}

function countIn(file: Deno.FsFile): ReportCount {
  const buffer = new Uint8Array(pieceBytes);
  let records = 0;
  let isLineStart = true;
  for (let size = file.readSync(buffer); size !== null; size = file.readSync(buffer)) {
    const piece = buffer.subarray(0, size);
    if (isLineStart && piece[0] !== tab) records++;
    // From line to line: a report of a million records has hundreds of megabytes.
    let at = piece.indexOf(newline) + 1;
    for (; at > 0 && at < size; at = piece.indexOf(newline, at) + 1) if (piece[at] !== tab) records++;
    isLineStart = at === size;
  }
  return { records, endsHalf: !isLineStart };
}

/**
 * Renames a report to `….old`, or `….old-2` and so on where there is one already.
 *
 * @returns Its new path.
 * @throws {JournalError} If that cannot be done.
 */
export function setAside(path: string): string {
  return explained("write", path, noun, () => {
    const target = findFile(path) ?? path;
    let aside = `${target}.old`;
    for (let number = 2; isThere(aside); number++) aside = `${target}.old-${number}`;
    Deno.renameSync(target, aside);
    return aside;
  });
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
