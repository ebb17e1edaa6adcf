/**
 * The auxiliary directory of a run, `.qcgpjm-service-ID` in the working directory, and the files in it that lines are
 * added to.
 *
 * @module
 */

import { join } from "@std/path";
import { JournalError } from "../../errors.ts";
import type { AppendFile } from "../../events/catch_up_file.ts";
import { journalName, runFolderPrefix } from "../../report/run_files.ts";
import { explainJournalFailure } from "./journal_failure.ts";

/**
 * A file that lines are added to. After a write that failed the next one opens the file anew if it must: a file system
 * may have come back meanwhile.
 */
export class RecordFile implements AppendFile {
  readonly #path: string;
  readonly #noun: string;
  #file: Deno.FsFile | undefined;
  #hasFailed = false;

  /**
   * Opens a file, or creates it. What it holds already is kept.
   *
   * @param path The path of the file.
   * @param noun What it is, for errors.
   * @throws {JournalError} If it cannot be opened.
   */
  constructor(path: string, noun: string) {
    this.#path = path;
    this.#noun = noun;
    this.#file = this.#open();
  }

  /** Adds some of the bytes at the end, and returns how many. */
  write(bytes: Uint8Array<ArrayBuffer>): number {
    return explained("write", this.#path, this.#noun, () => {
      try {
        const count = this.#write(bytes);
        this.#hasFailed = false;
        return count;
      } catch (error) {
        if (!this.#hasFailed) {
          this.#hasFailed = true;
          throw error;
        }
        this.close();
        this.#file = this.#open();
        return this.#write(bytes);
      }
    });
  }

  /** Gives the file back. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #open(): Deno.FsFile {
    return explained("open", this.#path, this.#noun, () => Deno.openSync(this.#path, { append: true, create: true }));
  }

  #write(bytes: Uint8Array<ArrayBuffer>): number {
    const count = (this.#file ??= this.#open()).writeSync(bytes);
    if (count === 0) throw new Error("nothing more can be written");
    return count;
  }
}

/**
 * Writes a whole file.
 *
 * @throws {JournalError} If it cannot be written.
 */
export function writeRecord(path: string, noun: string, text: string): void {
  explained("write", path, noun, () => Deno.writeTextFileSync(path, text));
}

/** Does something with a record; what the operating system has against it becomes a {@linkcode JournalError}. */
export function explained<R>(verb: "open" | "read" | "write", path: string, noun: string, act: () => R): R {
  try {
    return act();
  } catch (error) {
    throw explainJournalFailure(verb, path, error, undefined, noun);
  }
}

/**
 * Creates an auxiliary directory with its parents where it is missing.
 *
 * @throws {JournalError} If that cannot be done.
 */
export function createRunFolder(path: string): void {
  explained("open", path, "folder", () => Deno.mkdirSync(path, { recursive: true }));
}

/**
 * Finds the auxiliary directory that a path means: the directory itself, or the one in it that was changed last.
 *
 * @throws {JournalError} If there is none.
 */
export function findRunFolder(path: string): string {
  const refuse = (): never => {
    throw new JournalError(
      `There is no run to go on with in ${path}: ` +
        `give the directory ${runFolderPrefix}… of the run, or the working directory that it lies in`,
      { path },
    );
  };
  try {
    if (hasJournal(path)) return path;
    const folders = [...Deno.readDirSync(path)]
      .filter((entry) => entry.isDirectory && entry.name.startsWith(runFolderPrefix))
      .map((entry) => join(path, entry.name))
      .filter(hasJournal)
      .map((folder) => ({ folder, changedMs: Deno.statSync(join(folder, journalName)).mtime?.getTime() ?? 0 }))
      .sort((a, b) => b.changedMs - a.changedMs);
    if (folders[0] !== undefined) return folders[0].folder;
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
  return [path, ...folders.map(({ name }) => join(path, name))].some((folder) => isFile(join(folder, "track.reqs")));
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
