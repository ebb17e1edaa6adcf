/**
 * Cuts what comes over a channel into lines, with bounded memory.
 *
 * @module
 */

import { ProtocolError } from "./protocol_error.ts";

/**
 * The most characters of a line. Arguments and environment of a process are at most some six MB on Linux, and a line
 * break in JSON takes two characters.
 */
export const lineMax: number = 1 << 24;

/** Cuts bytes into lines. */
export class LineSplitter {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #rest = "";

  /**
   * Takes the next bytes.
   *
   * @returns The lines that they complete, without their ends.
   * @throws {ProtocolError} If a line is too long, or no UTF-8.
   */
  push(bytes: Uint8Array): string[] {
    const lines = (this.#rest + this.#decode(bytes)).split("\n");
    this.#rest = lines.pop()!;
    if (this.#rest.length > lineMax || lines.some(({ length }) => length > lineMax)) {
      throw new ProtocolError(`A line has more than ${lineMax} characters`);
    }
    return lines;
  }

  /** What came after the last end of a line. */
  get rest(): string {
    return this.#rest;
  }

  #decode(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes, { stream: true });
    } catch {
      throw new ProtocolError("A line is no UTF-8");
    }
  }
}
