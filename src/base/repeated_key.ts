/**
 * Keys that stand twice in one object of a JSON text: `JSON.parse` keeps the last and says nothing.
 *
 * @module
 */

import { isWrittenNumber } from "./written_number.ts";

/** Values that are nested deeper are not looked into. */
const depthMax = 500;

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
  const strings = /"(?:[^"\\]|\\.)*"[ \t\r\n]*(:?)/g;
  let count = 0;
  for (let found = strings.exec(text); found !== null; found = strings.exec(text)) if (found[1] !== "") count++;
  return count;
}
