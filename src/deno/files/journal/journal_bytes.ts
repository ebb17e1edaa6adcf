/**
 * The bytes of a journal and of its second copy, as they are read.
 *
 * @module
 */

import { copyPathOf } from "./journal_copy.ts";
import { mayUse } from "../../host/permissions.ts";
import { explainJournalFailure } from "./journal_failure.ts";

const chunkBytes = 1 << 20;

/** Opens a journal; what the system has against it is explained. */
export function openFile(verb: "open" | "read", path: string, options: Deno.OpenOptions): Deno.FsFile {
  try {
    return Deno.openSync(path, options);
  } catch (error) {
    throw explainJournalFailure(verb, path, error);
  }
}

/** The second copy of a journal, open to be read. */
export interface OpenCopy extends Disposable {
  /** Its bytes, as far as it had come when it was opened: all that is in them is in the journal by then. */
  readonly chunks: Iterable<Uint8Array>;
}

/** Opens the second copy of a journal, where there is one. To be done before the journal is read to its end. */
export function openCopied(journalPath: string): OpenCopy | undefined {
  const path = copyPathOf(journalPath);
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw explainJournalFailure("read", path, error);
  }
  return {
    chunks: readChunks(file, path, file.statSync().size),
    [Symbol.dispose]: () => file.close(),
  };
}

/** Whether a file is there, and not empty. */
export function hasBytes(path: string): boolean {
  if (!mayUse("read", path)) return false; // On a terminal Deno would ask the user.
  try {
    return Deno.statSync(path).size > 0;
  } catch {
    return false; // What is wrong with it is said when it is opened.
  }
}

/** Reads a file piece by piece, at most `bytesMax` of it. Each has a buffer of its own: a replay may hold on to one. */
export function* readChunks(file: Deno.FsFile, path: string, bytesMax: number = Infinity): Generator<Uint8Array> {
  for (let left = bytesMax; left > 0;) {
    const bytes = new Uint8Array(Math.min(chunkBytes, left));
    const count = readChunk(file, path, bytes);
    if (count === null) return;
    left -= count;
    yield bytes.subarray(0, count);
  }
}

function readChunk(file: Deno.FsFile, path: string, bytes: Uint8Array<ArrayBuffer>): number | null {
  try {
    return file.readSync(bytes);
  } catch (error) {
    throw explainJournalFailure("read", path, error);
  }
}
