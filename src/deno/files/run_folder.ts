/**
 * The auxiliary directory of a run, `.qcgpjm-service-ID` in the working directory, and the files in it that lines are
 * added to.
 *
 * @module
 */

import { writeAllSync } from "../host/write_all.ts";
import { join } from "@std/path";
import { JournalError } from "../../errors.ts";
import { journalName, runFolderPrefix } from "../../report/run_files.ts";
import type { TextFile } from "../../runtime/run_ports.ts";
import { explainJournalFailure } from "./journal_failure.ts";

const encoder = new TextEncoder();

/** A file that lines are added to. */
export class RecordFile implements TextFile {
  readonly #path: string;
  readonly #noun: string;
  readonly #file: Deno.FsFile;

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
    this.#file = explained("open", path, noun, () => Deno.openSync(path, { append: true, create: true }));
  }

  /** Adds text at the end. */
  append(text: string): void {
    const bytes = encoder.encode(text);
    explained("write", this.#path, this.#noun, () => writeAllSync(this.#file, bytes));
  }

  /** Gives the file back. */
  close(): void {
    this.#file.close();
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

function explained<R>(verb: "open" | "write", path: string, noun: string, act: () => R): R {
  try {
    return act();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
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
    return folders[0]?.folder ?? refuse();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return refuse();
    throw error;
  }
}

function hasJournal(folder: string): boolean {
  try {
    return Deno.statSync(join(folder, journalName)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
