/**
 * Text for a screen: never wider than there is room, and nothing in it moves the cursor, changes colours or turns the
 * direction of writing.
 *
 * @module
 */

import { cutToWidth, padToWidth, textWidth } from "../../base/columns.ts";
import { visible } from "../look/last_words.ts";

/** Marks that are not seen, or that turn the direction of what stands behind them. */
const unseen = /[\x80-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** How many characters of a long text are looked at. */
const lookedMax = 2000;

/** A text in one line, of which everything can be seen. */
export function oneLine(text: string): string {
  return visible(text.slice(0, lookedMax).replaceAll(/[\t\r\n]+/g, " ")).replaceAll(unseen, "\ufffd");
}

/** A text that takes exactly so many places. */
export function fitToWidth(text: string, width: number): string {
  return padToWidth(cutToWidth(text, width), width);
}

/** The same, at the right. */
export function fitRight(text: string, width: number): string {
  const cut = cutToWidth(text, width);
  return " ".repeat(Math.max(0, width - textWidth(cut))) + cut;
}

/** Parts of a text that take so many places at most each; at least one. */
export function wrapToWidth(text: string, width: number): string[] {
  const lines = [""];
  let used = 0;
  for (const character of text) {
    const more = textWidth(character);
    if (used + more > Math.max(2, width)) {
      lines.push("");
      used = 0;
    }
    lines[lines.length - 1] += character;
    used += more;
  }
  return lines;
}

/** How tall a value is among eight steps. */
const steps = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** A small graph: one place for each value, or for the mean of several. */
export function sparkline(values: readonly number[], most: number, width: number): string {
  const each = Math.max(1, Math.ceil(values.length / Math.max(1, width)));
  let line = "";
  for (let at = 0; at < values.length; at += each) {
    const group = values.slice(at, at + each);
    const mean = group.reduce((sum, value) => sum + value, 0) / group.length;
    line += steps[mean <= 0 ? 0 : Math.max(1, Math.min(8, Math.round(8 * mean / Math.max(1e-9, most))))];
  }
  return line;
}
