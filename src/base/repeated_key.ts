/**
 * Keys that stand twice in one object of a JSON text: `JSON.parse` keeps the last and says nothing.
 *
 * @module
 */

import { stringEnd } from "./string_end.ts";
import { isWrittenNumber } from "./written_number.ts";

/** Values that are nested deeper are not looked into. */
const depthMax = 500;
/** The codes of what may stand between two tokens. */
const blanks: ReadonlySet<number> = new Set([" ", "\t", "\r", "\n"].map((blank) => blank.charCodeAt(0)));

/**
 * Whether an object of a text has a key twice, or the text is nested too deep to tell.
 *
 * @param text The JSON text.
 * @param value What it was read as.
 */
export function hasRepeatedKey(text: string, value: unknown): boolean {
  return countKeys(value, 0) !== countWrittenKeys(text);
}

/** How many keys all objects of a value have; not a number when it is nested too deep to tell. */
function countKeys(value: unknown, depth: number): number {
  if (typeof value !== "object" || value === null || isWrittenNumber(value)) return 0;
  if (depth > depthMax) return NaN;
  const elements = Object.values(value);
  let count = Array.isArray(value) ? 0 : elements.length;
  for (const element of elements) count += countKeys(element, depth + 1);
  return count;
}

/** How many keys stand in a JSON text: all strings that a colon follows. */
function countWrittenKeys(text: string): number {
  let count = 0;
  for (let start = text.indexOf('"'); start >= 0;) {
    let after = stringEnd(text, start) + 1;
    while (blanks.has(text.charCodeAt(after))) after++;
    if (text[after] === ":") count++;
    start = text.indexOf('"', after);
  }
  return count;
}
