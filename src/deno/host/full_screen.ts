/**
 * The terminal as a whole screen, with keys: taken, and given back as it was, however the program ends.
 *
 * @module
 */

import { readVariable } from "./machine.ts";
import { writeAllSync } from "./write_all.ts";

/** What is written to take the screen: the other one, without a cursor, and without wrapping long lines. */
const takeText = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const giveBackText = "\x1b[?7h\x1b[?25h\x1b[?1049l";

/** The screen while it is ours. */
export class FullScreen implements Disposable {
  #isTaken = false;
  #shown: readonly string[] = [];

  /** Whether there is a terminal to read from and to write to, on which one can move. */
  static get isPossible(): boolean {
    return Deno.stdin.isTerminal() && Deno.stdout.isTerminal() && readVariable("TERM") !== "dumb";
  }

  /** How wide and how tall it is. */
  get size(): { readonly columns: number; readonly rows: number } {
    try {
      const { columns, rows } = Deno.consoleSize();
      // Some terminals that are just being made say that they have no size.
      return { columns: columns || 80, rows: rows || 24 };
    } catch {
      return { columns: 80, rows: 24 }; // The terminal has gone.
    }
  }

  /** Takes it: from now on keys come one by one. */
  take(): void {
    if (this.#isTaken) return;
    Deno.stdin.setRaw(true);
    this.#isTaken = true;
    this.#shown = [];
    this.#write(takeText);
  }

  /** Gives it back as it was. */
  giveBack(): void {
    if (!this.#isTaken) return;
    this.#isTaken = false;
    this.#write(giveBackText);
    try {
      Deno.stdin.setRaw(false);
    } catch { /* The terminal has gone. */ }
  }

  /** Shows lines; only those that differ are written. */
  show(lines: readonly string[]): void {
    if (!this.#isTaken) return;
    const changed = lines.flatMap((line, row) => line === this.#shown[row] ? [] : [`\x1b[${row + 1};1H\x1b[2K${line}`]);
    if (lines.length < this.#shown.length) changed.push(`\x1b[${lines.length + 1};1H\x1b[J`);
    this.#shown = lines;
    if (changed.length > 0) this.#write(`\x1b[?2026h${changed.join("")}\x1b[?2026l`);
  }

  /** Has everything written anew: something else may have written there. */
  forget(): void {
    this.#shown = [];
    this.#write("\x1b[2J");
  }

  /** Gives it back. */
  [Symbol.dispose](): void {
    this.giveBack();
  }

  #write(text: string): void {
    try {
      writeAllSync(Deno.stdout, new TextEncoder().encode(text));
    } catch { /* The terminal has gone, and the hang-up that says so is on its way. */ }
  }
}
