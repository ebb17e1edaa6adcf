/**
 * Shows how far a run is: one line that is rewritten on a terminal, with what happens above it; plain lines at growing
 * intervals anywhere else.
 *
 * @module
 */

import type { RunProgress } from "./progress.ts";
import { progressLine } from "./progress_text.ts";

/** Where progress is shown. Never the standard output, which is for data. */
export interface ProgressScreen {
  /** Writes text. */
  readonly err: (text: string) => void;
  /** Whether it is a terminal that a line can be rewritten on. */
  readonly isInteractive: boolean;
  /** Whether colours are wanted. */
  readonly hasColour: boolean;
  /** Columns of the terminal. */
  readonly columns: () => number;
}

/** How often a line is rewritten at most, in milliseconds. */
export const rewriteMs = 100;
/** When the first plain line is written, in milliseconds; each interval is twice the one before, up to the longest. */
export const plainMs = 10_000;
const plainMsMax = 600_000;
/** A plain line is no wider than this. */
const plainColumns = 200;

/** Shows progress. */
export class ProgressDisplay {
  readonly #screen: ProgressScreen;
  #shown = "";
  #cleared = "";
  #shownAtMs: number | undefined;
  #waitMs: number;

  /** Shows nothing yet. */
  constructor(screen: ProgressScreen) {
    this.#screen = screen;
    this.#waitMs = screen.isInteractive ? rewriteMs : plainMs;
  }

  /** Whether one line is rewritten, so that others can stand above it. */
  get isRewritten(): boolean {
    return this.#screen.isInteractive;
  }

  /** Shows how far a run is, if it is time to and something has changed. */
  show(progress: RunProgress, nowMs: number): void {
    // The first plain line comes when the run has been going for a while: a short one needs none.
    this.#shownAtMs ??= this.#screen.isInteractive ? -Infinity : nowMs;
    if (nowMs - this.#shownAtMs < this.#waitMs) return;
    this.#shownAtMs = nowMs;
    if (!this.#screen.isInteractive) {
      this.#waitMs = Math.min(plainMsMax, 2 * this.#waitMs);
      this.#screen.err(`${progressLine(progress, plainColumns, { hasBar: false })}\n`);
      return;
    }
    const paint = (text: string) => this.#screen.hasColour ? `\x1b[31m${text}\x1b[0m` : text;
    // The last column stays free: some terminals go on in the next line when it is written to.
    const line = progressLine(progress, Math.max(1, this.#screen.columns() - 1), { paint });
    if (line === this.#shown) return;
    this.#shown = line;
    // In one piece, and the rest of the line is cleared behind it: nothing flickers.
    this.#screen.err(`\r${line}\x1b[K`);
  }

  /** Writes lines above the progress; `text` ends with a line feed. */
  tell(text: string): void {
    const shown = this.#shown;
    this.#screen.err(shown === "" ? text : `\r\x1b[K${text}${shown}`);
  }

  /** Takes the line away, so that something else can be written; {@linkcode restore} or the next time brings it back. */
  clear(): void {
    if (this.#shown !== "") this.#screen.err("\r\x1b[K");
    this.#cleared = this.#shown;
    this.#shown = "";
  }

  /** Brings the line back that was taken away, as it was. */
  restore(): void {
    if (this.#cleared === "" || this.#shown !== "") return;
    this.#shown = this.#cleared;
    this.#screen.err(`\r${this.#shown}\x1b[K`);
  }
}
