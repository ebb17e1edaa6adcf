/**
 * Cuts what comes over a channel into lines, with bounded memory.
 *
 * @module
 */

import { ProtocolError } from "./protocol_error.ts";

/**
 * The most characters of a line. Arguments and environment of a process are at most some six MB on Linux, and a control
 * character in JSON takes six characters.
 */
export const lineMax: number = 1 << 26;

/** Cuts bytes into lines. */
export class LineSplitter {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  /** What came after the last end of a line, in pieces: a long line comes in many, and is joined once. */
  #pieces: string[] = [];
  #piecesLength = 0;

  /**
   * Takes the next bytes.
   *
   * @returns The lines that they complete, without their ends.
   * @throws {ProtocolError} If a line is too long, or no UTF-8.
   */
  push(bytes: Uint8Array): string[] {
    const lines = this.#decode(bytes).split("\n");
    const last = lines.pop()!;
    if (lines.length > 0) {
      lines[0] = this.rest + lines[0];
      this.#pieces = [];
      this.#piecesLength = 0;
    }
    this.#pieces.push(last);
    this.#piecesLength += last.length;
    if (this.#piecesLength > lineMax || lines.some(({ length }) => length > lineMax)) {
      throw new ProtocolError(`A line has more than ${lineMax} characters`);
    }
    return lines;
  }

  /** What came after the last end of a line. */
  get rest(): string {
    return this.#pieces.join("");
  }

  #decode(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes, { stream: true });
    } catch {
      throw new ProtocolError("A line is no UTF-8");
    }
  }
}
