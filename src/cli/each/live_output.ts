/**
 * Prints what tasks write while they run.
 *
 * @module
 */

import { lineEnd, LineTagger, type TaskFiles, writeOutput } from "./write_output.ts";

/** How much is printed: whole lines only, or everything. */
export type UpTo = "lines" | "all";

/** What stands where output is printed on a terminal, and is taken aside for it. */
export interface Aside {
  /** Takes it away. */
  clear(): void;
  /** Puts it where it stood. */
  restore(): void;
}

/** Files are copied in pieces of this size. */
const pieceBytes = 1 << 16;

/** Prints the two streams of one task as they grow. */
export class LiveOutput {
  readonly #tag: string | undefined;
  readonly #buffer = new Uint8Array(pieceBytes);
  readonly #progress = { stdout: new Progress(), stderr: new Progress() };

  /** Begins before the first byte; each line will begin with the tag. */
  constructor(tag: string | undefined) {
    this.#tag = tag;
  }

  /**
   * Prints what has been written since.
   *
   * @throws {Deno.errors.BrokenPipe} If the reader of our standard output has gone.
   */
  async print({ stdout, stderr }: TaskFiles, upTo: UpTo, aside?: Aside): Promise<void> {
    const before = this.#progress.stdout.offset + this.#progress.stderr.offset;
    const write = async (stream: typeof Deno.stdout, bytes: Uint8Array) => {
      aside?.clear();
      await writeOutput(stream, bytes);
    };
    await this.#printStream(stdout, this.#progress.stdout, upTo, (bytes) => write(Deno.stdout, bytes));
    await this.#printStream(stderr, this.#progress.stderr, upTo, (bytes) => write(Deno.stderr, bytes));
    if (this.#progress.stdout.offset + this.#progress.stderr.offset !== before) aside?.restore();
  }

  async #printStream(
    path: string,
    progress: Progress,
    upTo: UpTo,
    write: (bytes: Uint8Array) => Promise<void>,
  ): Promise<void> {
    using file = openIfThere(path);
    if (file === undefined) return;
    progress.begin(file);
    const tagger = this.#tag === undefined ? undefined : progress.tagger(this.#tag);
    for (let length = file.readSync(this.#buffer); length !== null; length = file.readSync(this.#buffer)) {
      const end = upTo === "all" ? length : this.#buffer.subarray(0, length).lastIndexOf(lineEnd) + 1;
      // The end of a line that is longer than this is not waited for.
      const piece = this.#buffer.subarray(0, end === 0 && length === pieceBytes ? length : end);
      progress.offset += piece.length;
      if (piece.length > 0) await write(tagger === undefined ? piece : tagger.add(piece));
      if (piece.length < length) break;
    }
  }
}

/** How far a stream has been printed. */
class Progress {
  offset = 0;
  #inode: number | null | undefined;
  #tagger: LineTagger | undefined;

  /** Goes to where the last print ended; a further attempt of the task has another file, which is printed whole. */
  begin(file: Deno.FsFile): void {
    const { ino, size } = file.statSync();
    if (this.#inode !== ino || size < this.offset) this.offset = 0;
    this.#inode = ino;
    if (this.offset > 0) file.seekSync(this.offset, Deno.SeekMode.Start);
  }

  tagger(tag: string): LineTagger {
    return this.#tagger ??= new LineTagger(`${tag}\t`);
  }
}

function openIfThere(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
