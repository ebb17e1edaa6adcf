/**
 * Replacing a whole file, so that whoever reads it, and whoever finds it after a crash, has the old one or the new one.
 *
 * @module
 */

import { writeAllSync } from "../host/write_all.ts";

/**
 * Writes a file beside another and then takes its place. The other one stays as it is when that fails.
 *
 * @param path The file to replace or to create; where a link leads is for the caller to find out.
 * @param pieces Its content, piece by piece.
 * @throws What the operating system or the pieces throw.
 */
export function replaceFile(path: string, pieces: Iterable<Uint8Array<ArrayBuffer>>): void {
  const draft = `${path}.new`;
  try {
    {
      using file = Deno.openSync(draft, { write: true, create: true, truncate: true });
      for (const bytes of pieces) writeAllSync(file, bytes);
      file.syncDataSync();
    }
    Deno.renameSync(draft, path);
  } catch (error) {
    removeIfThere(draft);
    throw error;
  }
}

/**
 * Writes a file that a user has named, as a whole: through a link, to where it leads; and what is no plain file, such as a
 * device or a pipe, is written to and stays what it is.
 *
 * @param path The file.
 * @param bytes Its content.
 * @throws What the operating system throws.
 */
export function writeWhole(path: string, bytes: Uint8Array<ArrayBuffer>): void {
  let target = path;
  try {
    target = Deno.realPathSync(path);
    if (!Deno.statSync(target).isFile) return Deno.writeFileSync(target, bytes);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // It is new, or a link that leads nowhere yet.
  }
  replaceFile(target, [bytes]);
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch { /* There is none, or nothing can be changed here. */ }
}
