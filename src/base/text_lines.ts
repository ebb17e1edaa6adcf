/**
 * From bytes that come in any pieces to the lines of a text.
 *
 * @module
 */

/**
 * Cuts bytes into lines. A line ends with a line feed, or a carriage return and a line feed, which are not part of it; a
 * last one without an end counts too. Bytes that are no UTF-8 become `U+FFFD`.
 */
export class TextLines {
  readonly #decoder = new TextDecoder();
  /** What came after the last end of a line, in pieces: a long line comes in many, and is joined once. */
  #pieces: string[] = [];

  /**
   * Takes the next bytes.
   *
   * @returns The lines that they complete.
   */
  push(bytes: Uint8Array): string[] {
    return this.#cut(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Nothing more comes: returns what is left. */
  finish(): string[] {
    const lines = this.#cut(this.#decoder.decode());
    const rest = this.#pieces.join("");
    this.#pieces = [];
    return rest === "" ? lines : [...lines, rest];
  }

  #cut(text: string): string[] {
    const lines = text.split("\n");
    const last = lines.pop()!;
    if (lines.length > 0) {
      this.#pieces.push(lines[0]!);
      lines[0] = this.#pieces.join("");
      this.#pieces = [];
    }
    if (last !== "") this.#pieces.push(last);
    return lines.map((line) => line.endsWith("\r") ? line.slice(0, -1) : line);
  }
}
