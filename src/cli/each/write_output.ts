/**
 * Writes what tasks have written to the standard streams of this program.
 *
 * @module
 */

import { encodeText } from "../../base/byte_text.ts";
import { concatenate } from "../../base/bytes.ts";
import { writeAll } from "../../deno/host/write_all.ts";
import { explainOutput } from "../terminal.ts";

/** The files of a task's output. */
export interface TaskFiles {
  readonly stdout: string;
  readonly stderr: string;
}

/** What ends a line. */
export const lineEnd = 10;

/** Begins lines with a text. The bytes of a line are left alone, whatever they are. */
export class LineTagger {
  readonly #tag: Uint8Array;
  #isAtStart = true;

  /** Begins with the first line. */
  constructor(tag: string) {
    this.#tag = encodeText(tag);
  }

  /** Gives the next bytes with the text before each line that begins in them. */
  add(piece: Uint8Array): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let start = 0; start < piece.length;) {
      const end = piece.indexOf(lineEnd, start) + 1 || piece.length;
      if (this.#isAtStart) parts.push(this.#tag);
      parts.push(piece.subarray(start, end));
      this.#isAtStart = piece[end - 1] === lineEnd;
      start = end;
    }
    return concatenate(parts);
  }
}

/** Small pieces fit into a pipe: they are written at once. Large ones wait for the reader, and the tasks need not. */
export async function writeOutput(stream: typeof Deno.stdout, bytes: Uint8Array): Promise<void> {
  try {
    await writePieces(stream, bytes);
  } catch (error) {
    throw explainOutput(error, stream === Deno.stdout ? "standard output" : "standard error");
  }
}

async function writePieces(stream: typeof Deno.stdout, bytes: Uint8Array): Promise<void> {
  let rest = bytes;
  if (bytes.length <= 4096) {
    try {
      rest = bytes.subarray(stream.writeSync(bytes));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
    }
  }
  await writeAll(stream, rest);
}
