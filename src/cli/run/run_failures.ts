/**
 * What of a run did not succeed, when it is over: from its journal, which knows also what was removed meanwhile, or from
 * what the run itself knows.
 *
 * @module
 */

import { readRun } from "../../deno/files/runs/run_reader.ts";
import { PilotJobError } from "../../errors.ts";
import { type Failures, groupFailures, type ReadWords } from "../../report/look/failure_groups.ts";
import { nameOf } from "../../report/look/run_status.ts";
import { RunView } from "../../report/look/run_view.ts";
import type { Run } from "../../runtime/run.ts";
import { wordsReader } from "../../deno/files/runs/words_reader.ts";

/** What failed, and what reads the last words of it. */
export interface RunFailures {
  readonly failures: Failures;
  readonly readWords: ReadWords;
}

/**
 * Groups what did not succeed.
 *
 * @param run The run, which is over.
 * @param keepsJournal Whether it has a journal.
 */
export function findFailures(run: Run, keepsJournal: boolean): RunFailures {
  const looked = (keepsJournal ? readQuietly(run.folderPath) : undefined) ?? ownView(run);
  const readWords = wordsReader(looked);
  return { failures: groupFailures(looked.view, readWords, nameOf), readWords };
}

function readQuietly(folder: string): ReturnType<typeof readRun> | undefined {
  try {
    return readRun(folder);
  } catch (error) {
    if (!(error instanceof PilotJobError)) throw error;
    return undefined; // What is wrong with the journal has been told.
  }
}

function ownView({ pilot: { intake, ledger, rootWd } }: Run): Pick<ReturnType<typeof readRun>, "view" | "rootWd"> {
  const jobs = [...intake.names()].map((name) => intake.find(name)!);
  return { view: new RunView(ledger, jobs), rootWd };
}
