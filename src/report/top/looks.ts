/**
 * How states look on a terminal, and how large the terminal is.
 *
 * @module
 */

import type { JobState } from "../states.ts";

/** The terminal: its size, and how text on it gets a colour. */
export interface TopSize {
  /** How wide the terminal is. */
  readonly columns: number;
  /** How tall the terminal is. */
  readonly rows: number;
  /** Paints a text; `code` is a number of ANSI's. */
  readonly paint: (text: string, code: string) => string;
}

/** The states, with word, shape and colour. */
export const stateLooks: readonly (readonly [state: JobState, word: string, shape: string, colour: string])[] = [
  ["SUCCEED", "succeeded", "●", "34"],
  ["FAILED", "failed", "✕", "31"],
  ["CANCELED", "canceled", "■", "35"],
  ["OMITTED", "omitted", "–", "90"],
  ["EXECUTING", "running", "▶", "33"],
  ["SCHEDULED", "starting", "▷", "33"],
  ["QUEUED", "waiting", "○", "90"],
];
