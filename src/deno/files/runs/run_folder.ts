/**
 * The auxiliary directory of a run, `.qcgpjm-service-ID` in the working directory, and the files in it that lines are
 * added to.
 *
 * @module
 */

import { dirname } from "@std/path";
import type { AppendFile } from "../../../events/catch_up_file.ts";
import { takeSpare } from "../../host/spare_folders.ts";
import { explainJournalFailure } from "../journal/journal_failure.ts";
import { replaceFile } from "../replace_file.ts";

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

/**
 * Writes a whole file so that a reader finds all of it, or what was there before.
 *
 * @throws {JournalError} If it cannot be written.
 */
export function replaceRecord(path: string, noun: string, text: string): void {
  explained("write", path, noun, () => replaceFile(path, [new TextEncoder().encode(text)]));
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
 * Creates an auxiliary directory with its parents where it is missing; of a spare one if there is one, as tasks in
 * sandboxes do not see those.
 *
 * @throws {JournalError} If that cannot be done.
 */
export function createRunFolder(path: string): void {
  explained("open", path, "folder", () => {
    if (!takeSpare(dirname(path), path)) Deno.mkdirSync(path, { recursive: true });
  });
}
