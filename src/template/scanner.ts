/**
 * A place in a text that is being read, and the errors that tell where it went wrong.
 *
 * @module
 */

import { TemplateError } from "../errors.ts";

/** Where something stands in a text. Both numbers are 1-based; a column counts UTF-16 units, as editors do. */
export interface Position {
  /** The line; `\n`, `\r\n` and a lone `\r` each end one. */
  readonly line: number;
  /** The column within the line. */
  readonly column: number;
}

/** Walks over a text and fails with a line and a column. */
export class Scanner {
  /** The text that is read. */
  readonly text: string;
  /** What the text is, as errors call it. A literal has no placeholders: its dollars are plain letters. */
  readonly subject: "template" | "literal";
  /** Offset of the next letter. */
  offset = 0;
  // Positions are asked for in rising order, so counting on from the last one keeps a large text linear.
  #counted = 0;
  #line = 1;
  #lineStart = 0;

  /** Starts at the first letter of `text`. */
  constructor(text: string, subject: "template" | "literal") {
    this.text = text;
    this.subject = subject;
  }

  /** The next letter, or an empty text at the end. */
  peek(): string {
    return this.text.charAt(this.offset);
  }

  /** Passes over `expected` if it comes next, and says whether it did. */
  accept(expected: string): boolean {
    if (!this.text.startsWith(expected, this.offset)) return false;
    this.offset += expected.length;
    return true;
  }

  /** Passes over what a sticky pattern matches here, and returns the match. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.text);
    if (match !== null) this.offset = pattern.lastIndex;
    return match;
  }

  /** Passes over spaces, line ends, and comments from a `#` to the end of the line. */
  skipSpace(): void {
    this.match(/(?:[ \t\r\n\f]|#[^\r\n]*)*/y);
  }

  /** Finds the line and the column of an offset. */
  positionOf(offset: number): Position {
    if (offset < this.#counted) [this.#counted, this.#line, this.#lineStart] = [0, 1, 0];
    for (; this.#counted < offset; this.#counted++) {
      const letter = this.text[this.#counted];
      if (letter === "\n" || (letter === "\r" && this.text[this.#counted + 1] !== "\n")) {
        this.#line++;
        this.#lineStart = this.#counted + 1;
      }
    }
    return { line: this.#line, column: offset - this.#lineStart + 1 };
  }

  /** Describes what stands at the current offset, for `expected …, found …`. */
  found(): string {
    const letter = this.text.codePointAt(this.offset);
    if (letter === undefined) return "the end of the text";
    const code = `U+${letter.toString(16).toUpperCase().padStart(4, "0")}`;
    if (letter <= 0x20 || letter === 0x7f) return code;
    const shown = JSON.stringify(String.fromCodePoint(letter));
    // A typographic quote or a hard space looks like the right letter; its code tells.
    return letter < 0x7f ? shown : `${shown} (${code})`;
  }

  /** Fails at `offset`, which is the current one unless given. */
  fail(problem: string, offset: number = this.offset): never {
    const { line, column } = this.positionOf(offset);
    throw new TemplateError(`Cannot parse the ${this.subject} at line ${line}, column ${column}: ${problem}`, {
      line,
      column,
    });
  }
}
