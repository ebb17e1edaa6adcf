/**
 * Writes to the files of a sweep, so that an error names the file.
 *
 * @module
 */

import { explainJournalFailure } from "../../deno/files/journal/journal_failure.ts";

/**
 * Writes to a file. A reader that has gone is left as it is, being no fault.
 *
 * @param noun What the file is.
 * @throws {JournalError} If it cannot be written.
 */
export function writeNamed(path: string, noun: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    throw explainJournalFailure("write", path, error, undefined, noun);
  }
}

/** Writes a whole file, and lets the program go on meanwhile; throws as {@linkcode writeNamed} does. */
export async function writeNamedFile(path: string, noun: string, bytes: Uint8Array): Promise<void> {
  try {
    await Deno.writeFile(path, bytes);
  } catch (error) {
    throw explainJournalFailure("write", path, error, undefined, noun);
  }
}
