/**
 * The second copy of what a journal must not lose, in a file beside it; see `journal/replay/restore_records.ts`. Written
 * after the journal, so that it never holds what the journal did not have.
 *
 * @module
 */

import { preamble } from "../../../journal/codec/format.ts";
import { writeAllSync } from "../../host/write_all.ts";
import { replaceFile } from "../replace_file.ts";
import { explained } from "../runs/run_folder.ts";

const noun = "second copy of the journal";

/** The path of the copy of a journal. */
export function copyPathOf(journalPath: string): string {
  return `${journalPath}.copy`;
}

/** Adds records to the copy. Only the process that has locked the journal may. */
export class JournalCopy {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens the copy, or begins it.
   *
   * @param path Its path.
   * @param records The bytes of the whole file, in pieces, where it is to be made anew; absent to add to it.
   * @throws {JournalError} If it cannot be written.
   */
  static open(path: string, records?: Iterable<Uint8Array<ArrayBuffer>>): JournalCopy {
    return explained("write", path, noun, () => {
      if (records !== undefined) replaceFile(path, records);
      const file = Deno.openSync(path, { append: true, create: true });
      try {
        if (file.statSync().size === 0) writeAllSync(file, preamble.slice());
      } catch (error) {
        file.close();
        throw error;
      }
      return new JournalCopy(path, file);
    });
  }

  /**
   * Adds records, whole and in order.
   *
   * @throws {JournalError} If they cannot be written. What is half written then is passed over by its checksum.
   */
  add(records: Uint8Array<ArrayBuffer>): void {
    explained("write", this.#path, noun, () => writeAllSync(this.#file, records));
  }

  /** Forces it to the disk. */
  syncNow(): void {
    explained("write", this.#path, noun, () => this.#file.syncSync());
  }

  /** Forces what was added to the disk. */
  async sync(): Promise<void> {
    await this.#file.syncData();
  }

  /** Gives the file back. */
  close(): void {
    this.#file.close();
  }
}
