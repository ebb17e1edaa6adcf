/**
 * Sizes of memory as people write them.
 *
 * @module
 */

const bytesOf: Readonly<Record<string, number>> = {
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};

/** What a size of memory looks like, for error messages. */
export const memoryForm: string = 'a number and a unit, such as "512MiB", "1.5GiB" or "2GB"';

/**
 * Reads a size of memory.
 *
 * @param text A number, perhaps with a fraction, and one of the units KiB, MiB, GiB, TiB (powers of 1024), kB, MB, GB, TB
 * (powers of 1000).
 * @returns The size in MiB, rounded up; `undefined` if the text is not of this form or the size is not above zero.
 *
 * @example Two sizes
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([parseMemoryMiB("1.5GiB"), parseMemoryMiB("2GB")], [1536, 1908]);
 * ```
 */
export function parseMemoryMiB(text: string): number | undefined {
  const match = /^ *(\d{1,15}(?:\.\d{1,15})?) *([A-Za-z]{2,3}) *$/.exec(text);
  const unit = match === null || !Object.hasOwn(bytesOf, match[2]!) ? undefined : bytesOf[match[2]!];
  if (match === null || unit === undefined) return undefined;
  const mebibytes = Math.ceil(Number(match[1]) * unit / 2 ** 20);
  return mebibytes > 0 ? mebibytes : undefined;
}
