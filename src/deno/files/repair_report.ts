/**
 * Mending the job report of an earlier run. A crash may come between the journal and the report; the journal knows
 * better, so a report that does not have exactly its records is written anew from it.
 *
 * @module
 */

import { writeAllSync } from "../host/write_all.ts";
import { join } from "@std/path";
import { dropOwnerless } from "../../journal/replay/drop_ownerless.ts";
import { JobsReport } from "../../report/jobs_report.ts";
import { Ledger } from "../../report/ledger.ts";
import { journalName } from "../../report/run_files.ts";
import type { ReportFacts } from "../../runtime/run_ports.ts";
import { readJournal } from "./journal_file.ts";

/** Writes the report anew if it has not the right number of whole records. */
export function repairReport({ folder, path, format, zone, rootWd, count }: ReportFacts): void {
  if (countRecords(path) === count) return;
  const draft = `${path}.new`;
  using file = Deno.openSync(draft, { write: true, create: true, truncate: true });
  const ledger = new Ledger();
  const report = new JobsReport({ ledger, rootWd, format, zone });
  const encoder = new TextEncoder();
  readJournal(join(folder, journalName), (replay) => {
    for (const event of dropOwnerless(replay)) {
      ledger.apply(event);
      for (const record of report.records([event])) {
        writeAllSync(file, encoder.encode(record));
      }
    }
  });
  file.syncDataSync();
  Deno.renameSync(draft, path);
}

/** Counts the whole records of a report: lines that end and are no continuation. A missing report has none. */
function countRecords(path: string): number {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
  using reading = file;
  const buffer = new Uint8Array(1 << 20);
  let records = 0;
  let isLineStart = true;
  for (let size = reading.readSync(buffer); size !== null; size = reading.readSync(buffer)) {
    for (let i = 0; i < size; i++) {
      if (isLineStart && buffer[i] !== tab) records++;
      isLineStart = buffer[i] === newline;
    }
  }
  // Half a record at the end is none.
  return isLineStart ? records : -1;
}

const tab = 9;
const newline = 10;
