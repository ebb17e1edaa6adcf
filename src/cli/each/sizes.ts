/**
 * Sizes as GNU parallel writes them: `10k` is 10,000 bytes and `10K` 10,240.
 *
 * @module
 */

import { UsageError } from "../../service/usage.ts";

const letters = "kmgtp";

/**
 * Reads a size.
 *
 * @param text A number with or without a letter: `k m g t p` for powers of 1000, `K M G T P` for powers of 1024.
 * @param option The option, for errors.
 * @returns Bytes, at least 1.
 */
export function parseSize(text: string, option: string): number {
  const match = /^([0-9]+(?:\.[0-9]+)?)([kmgtp]?)$/i.exec(text);
  const letter = match?.[2] ?? "";
  const unit = letter === "" ? 1 : (letter === letter.toLowerCase() ? 1000 : 1024) **
    (letters.indexOf(letter.toLowerCase()) + 1);
  const bytes = match === null ? 0 : Math.floor(Number(match[1]) * unit);
  if (bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER) return bytes;
  throw new UsageError(`Option ${option} must be a size such as 64k, 10M or 1.5G, not ${JSON.stringify(text)}`, {
    option,
  });
}
