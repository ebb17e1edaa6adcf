/**
 * Learns from the journals of earlier runs how long tasks take.
 *
 * @module
 */

import { join } from "@std/path";
import type { LearntTimes } from "../../../core/estimates.ts";
import { PilotJobError } from "../../../errors.ts";
import { TimesReader } from "../../../report/learnt_times.ts";
import { journalName } from "../../../report/run_files.ts";
import { dropOwnerless } from "../../../journal/replay/drop_ownerless.ts";
import { readEvents, readJournal } from "../journal/journal_file.ts";
import { findRun, runFolders } from "./run_reader.ts";

/** What earlier runs taught. */
export interface Lesson {
  /** The folder of the run. */
  readonly folder: string;
  /** How long its tasks took. */
  readonly learnt: LearntTimes;
  /** What whoever asked for it should know; sentences without their end. */
  readonly warnings: readonly string[];
}

/** A longer journal is not read unasked, as that would keep the user waiting. */
const bytesMax = 32 * 2 ** 20;
/** How many of the newest runs are looked at. */
const runsMax = 5;

/**
 * Learns from a run.
 *
 * @param word What it is called; see {@linkcode findRun}.
 * @throws {PilotJobError} If there is no such run, or its journal cannot be read.
 */
export function learnFrom(word: string): Lesson {
  const folder = findRun(word);
  const reader = new TimesReader();
  for (const event of readEvents(join(folder, journalName))) reader.apply(event);
  const { learnt } = reader;
  const nothing = `nothing is learnt from ${folder}: no task of that run has succeeded`;
  return { folder, learnt, warnings: learnt.jobs.size > 0 ? [] : [nothing] };
}

/**
 * Learns from the newest finished run of a file in a working directory, if there is one.
 *
 * @param directory The working directory of the runs.
 * @param file The request file, absolute.
 */
export function learnFromLast(directory: string, file: string): Lesson | undefined {
  try {
    const runs = runFolders(directory).map((folder) => ({ folder, ...Deno.statSync(join(folder, journalName)) }));
    const changedMs = (run: { readonly mtime: Date | null }) => run.mtime?.getTime() ?? 0;
    const newest = runs.filter(({ size }) => size <= bytesMax).sort((a, b) => changedMs(b) - changedMs(a));
    for (const { folder } of newest.slice(0, runsMax)) {
      const learnt = learnIfOf(join(folder, journalName), file);
      if (learnt !== undefined) return { folder, learnt, warnings: [] };
    }
  } catch (error) {
    // The user has not asked for it: a folder that cannot be looked into teaches nothing.
    if (!(error instanceof PilotJobError) && !isSystemError(error)) throw error;
  }
  return undefined;
}

function learnIfOf(path: string, file: string): LearntTimes | undefined {
  try {
    return readJournal(path, (replay) => {
      const reader = new TimesReader();
      for (const event of dropOwnerless(replay)) {
        if (replay.header !== undefined && replay.header.metadata["requestFile"] !== file) return undefined;
        reader.apply(event);
      }
      return reader.isFinished && replay.header?.metadata["requestFile"] === file ? reader.learnt : undefined;
    });
  } catch (error) {
    if (error instanceof PilotJobError || isSystemError(error)) return undefined;
    throw error;
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && typeof (error as { readonly code?: unknown }).code === "string";
}
