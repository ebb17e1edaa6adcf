/**
 * Spare folders for runs: what hides the records of a pilot from tasks in a sandbox that were started before it.
 *
 * What a sandbox hides it hides for good: a folder that is hidden from a task stays so when it gets another name. So who
 * starts sandboxes sees to it that a few empty folders lie in the working directory, and hides them, too; and a run that
 * begins there takes one of them for its own.
 *
 * @module
 */

import { join } from "@std/path";
import { mayUse } from "./permissions.ts";

/** How many runs may begin while one task runs without being seen by it. */
const sparesMax = 3;
/** What the name of a spare folder begins with, which is also how the folders of runs begin. */
const sparePrefix = ".qcgpjm-spare-";

/** The paths of the spare folders of a working directory. */
function spares(directory: string): string[] {
  return Array.from({ length: sparesMax }, (_, index) => join(directory, `${sparePrefix}${index + 1}`));
}

/** Whether all spare folders of a working directory are there, which may be looked at. */
export function hasSpares(directory: string): boolean {
  return spares(directory).every(isFolder);
}

/** Makes the spare folders that are missing, where that is permitted; they may be looked at. */
export function makeSpares(directory: string): void {
  for (const path of spares(directory)) {
    try {
      if (mayUse("write", path) && !isFolder(path)) Deno.mkdirSync(path);
    } catch {
      // Nobody can write here, so nobody begins a run here.
    }
  }
}

/**
 * Turns a spare folder into the one of a run, in the same working directory: one that is as this process would make it.
 * What another user has made would stay theirs, and so would the records in it.
 *
 * @returns Whether there was one, and the run had none.
 */
export function takeSpare(directory: string, path: string): boolean {
  if (!mayUse("read", directory) || !mayUse("write", directory) || isFolder(path)) return false;
  return spares(directory).some((spare) => {
    try {
      // A folder with something in it, or a link, is none of ours.
      if (!isFolder(spare) || [...Deno.readDirSync(spare)].length > 0 || !isAsOurs(spare)) return false;
      Deno.renameSync(spare, path);
      return true;
    } catch {
      return false; // Another run was faster, or the folder lets nobody in.
    }
  });
}

/** Whether a folder has the owner and the rights of one that this process makes: one is made in it, unseen by tasks. */
function isAsOurs(spare: string): boolean {
  const made = join(spare, crypto.randomUUID());
  Deno.mkdirSync(made);
  const [own, found] = [Deno.lstatSync(made), Deno.lstatSync(spare)];
  Deno.removeSync(made);
  return found.uid === own.uid && found.mode === own.mode;
}

function isFolder(path: string): boolean {
  try {
    return Deno.lstatSync(path).isDirectory;
  } catch {
    return false;
  }
}
