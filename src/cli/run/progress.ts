/**
 * How far a run is: one line that is rewritten on a terminal, plain lines now and then anywhere else.
 *
 * @module
 */

import { formatElapsed } from "../../base/duration.ts";
import type { StateCounts as Counts } from "../../report/statistics.ts";
import type { Terminal } from "../command.ts";

/** How often a line is rewritten at most, in milliseconds. */
export const rewriteMs = 100;
/** How often a plain line is written, in milliseconds. */
export const plainMs = 10_000;

/**
 * Says how far a run is.
 *
 * @param counts Counts of tasks.
 * @param elapsedMs How long it has been going.
 */
export function progressText(counts: Counts, elapsedMs: number): string {
  const { total, executing, failed, finished, inSchedule } = counts;
  const ended = failed + finished;
  const parts = [
    `${ended} of ${total} tasks ended`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${executing} running`,
    `${inSchedule} waiting`,
    seconds(elapsedMs),
  ];
  // One task tells too little of the others.
  if (ended > 1 && ended < total) parts.push(`about ${seconds(elapsedMs / ended * (total - ended))} left`);
  return parts.join(", ");
}

/** Shows the progress of a run on the standard error. */
export class Progress {
  readonly #terminal: Pick<Terminal, "err" | "isInteractive" | "columns">;
  readonly #counts: () => Counts;
  readonly #startedAtMs: number;
  #shown = "";
  #shownAtMs: number;

  /**
   * Shows nothing yet.
   *
   * @param terminal Where to write.
   * @param counts Counts the tasks.
   * @param nowMs When the run begins.
   */
  constructor(
    terminal: Pick<Terminal, "err" | "isInteractive" | "columns">,
    counts: () => Counts,
    nowMs: number,
  ) {
    this.#terminal = terminal;
    this.#counts = counts;
    this.#startedAtMs = nowMs;
    this.#shownAtMs = nowMs;
  }

  /** Shows how far the run is, if it is time to and something has changed. */
  tick(nowMs: number): void {
    const { isInteractive } = this.#terminal;
    if (nowMs - this.#shownAtMs < (isInteractive ? rewriteMs : plainMs)) return;
    const text = progressText(this.#counts(), nowMs - this.#startedAtMs);
    this.#shownAtMs = nowMs;
    if (!isInteractive) {
      this.#terminal.err(`${text}\n`);
      return;
    }
    if (text === this.#shown) return;
    this.#shown = text;
    // The last column stays free: some terminals go on in the next line when it is written to.
    this.#terminal.err(`\r${text.slice(0, Math.max(1, this.#terminal.columns() - 1))}\x1b[K`);
  }

  /** Takes the line away, so that something else can be written. */
  clear(): void {
    if (this.#shown !== "") this.#terminal.err("\r\x1b[K");
    this.#shown = "";
  }
}

/** Whole seconds, `0:01:05`. */
export function seconds(ms: number): string {
  return formatElapsed(Math.round(ms / 1000) * 1000);
}
