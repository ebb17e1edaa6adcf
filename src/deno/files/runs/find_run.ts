/**
 * Finding the auxiliary directory of a run by what a user calls it: the directory itself, or one that runs lie in.
 *
 * @module
 */

import { join } from "@std/path";
import { JournalError } from "../../../errors.ts";
import { journalName, runFolderPrefix } from "../../../report/run_files.ts";
import { isOwnUser } from "../../host/own_user.ts";
import { requireReadable } from "../../host/permissions.ts";
import { readEvents } from "../journal/journal_file.ts";
import { lockHolder } from "../journal/journal_lock.ts";

/**
 * Finds the auxiliary directory that a path means: the directory itself, or of those in it the one that was changed last
 * and lives or has a job on record, of this user if there is one. A start that failed, as its door could not be opened,
 * has nothing to look at and hides nothing; when there are only such runs, it is the last of them.
 *
 * @throws {JournalError} If there is none.
 */
export function findRunFolder(path: string): string {
  const folders = findRunFolders(path, "to look at");
  if (folders.length === 1) return folders[0];
  const isMeant = (folder: string) => lockHolder(join(folder, journalName)) !== undefined || mayHoldJobs(folder);
  return folders.find(isMeant) ?? folders[0];
}

/**
 * Finds the auxiliary directory of the run to go on with: the directory itself, or of those in it the one that was
 * changed last and has a job on record. A start that failed, or was given no job, has nothing to go on with and hides
 * nothing; when there are only such runs, it is the last of them. To go on with a run is to run what its records say, so
 * one of another user is meant only by its own name: everybody may put one into a folder that everybody may write to.
 *
 * @throws {JournalError} If there is none.
 */
export function findRunToResume(path: string): string {
  const folders = findRunFolders(path, "to go on with");
  const own = folders.length === 1 && folders[0] === path ? folders : folders.filter(isOwn);
  if (own.length === 0) {
    throw new JournalError(
      `The runs in ${path} belong to other users: to run what the records of one say, give its directory ` +
        `${runFolderPrefix}…`,
      { path },
    );
  }
  return own.length === 1 ? own[0]! : own.find(mayHoldJobs) ?? own[0]!;
}

function isOwn(folder: string): boolean {
  return isOwnUser(Deno.statSync(folder).uid);
}

/** Whether a job is on record, as far as that can be told: damage is to be met, not passed by. */
function mayHoldJobs(folder: string): boolean {
  try {
    for (const { kind } of readEvents(join(folder, journalName))) if (kind === "jobSubmitted") return true;
    return false;
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    return true;
  }
}

/**
 * The auxiliary directories that a path means, this user's first, and of each the one that was changed last; `purpose` is
 * what is wanted of it.
 */
function findRunFolders(path: string, purpose: string): readonly [string, ...string[]] {
  const refuse = (): never => {
    throw new JournalError(
      `There is no run ${purpose} in ${path}: ` +
        `give the directory ${runFolderPrefix}… of the run, or the working directory that it lies in`,
      { path },
    );
  };
  requireReadable(path, "to read the records of the run");
  try {
    if (hasJournal(path)) return [path];
    const [newest, ...older] = [...Deno.readDirSync(path)]
      .filter((entry) => entry.isDirectory && entry.name.startsWith(runFolderPrefix))
      .map((entry) => join(path, entry.name))
      .filter(unlessClosed(hasJournal))
      .map((folder) => ({
        ...{ folder, isOwn: isOwn(folder) },
        changedMs: Deno.statSync(join(folder, journalName)).mtime?.getTime() ?? 0,
      }))
      .sort((a, b) => Number(b.isOwn) - Number(a.isOwn) || b.changedMs - a.changedMs);
    if (newest !== undefined) return [newest.folder, ...older.map(({ folder }) => folder)];
    if (isForeign(path)) {
      throw new JournalError(
        `${path} was written by QCG-PilotJob (track.reqs): its records are not read here, so resume it by qcg-pm-service, ` +
          "or submit what had not ended anew",
        { path },
      );
    }
    return refuse();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return refuse();
    throw error;
  }
}

/** Whether QCG-PilotJob has kept its records here, or in a folder of its own here. */
function isForeign(path: string): boolean {
  const folders = [...Deno.readDirSync(path)].filter(({ isDirectory, name }) =>
    isDirectory && name.startsWith(runFolderPrefix)
  );
  return [path, ...folders.map(({ name }) => join(path, name))].some(
    unlessClosed((folder) => isFile(join(folder, "track.reqs"))),
  );
}

/** Passes over folders that do not let us in: other users may have runs beside ours. */
function unlessClosed(look: (folder: string) => boolean): (folder: string) => boolean {
  return (folder) => {
    try {
      return look(folder);
    } catch (error) {
      if (error instanceof Deno.errors.PermissionDenied) return false;
      throw error;
    }
  };
}

function hasJournal(folder: string): boolean {
  return isFile(join(folder, journalName));
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
