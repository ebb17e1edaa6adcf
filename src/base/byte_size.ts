/**
 * Sizes as people write them: of memory in jobs (`512MiB`), and of anything on the command line (`64k`, `1.5G`).
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

const letters = "kmgtp";

/** What a size of the command line looks like, for error messages. */
export const sizeForm: string = "a number of bytes, or a size such as 64k, 10M or 1.5GiB";

/**
 * Reads a size of the command line, as GNU parallel writes them and as jobs do: `10k` is 10,000 bytes and `10K` 10,240.
 *
 * @param text A number, alone or with a letter (`k m g t p` for powers of 1000, `K M G T P` for powers of 1024) or with
 * a unit of {@linkcode parseMemoryMiB}.
 * @returns Bytes, rounded down; `undefined` if the text is not of this form or counts more than a number can exactly.
 *
 * @example Three sizes
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["8192", "8K", "8KiB"].map(parseByteSize), [8192, 8192, 8192]);
 * ```
 */
export function parseByteSize(text: string): number | undefined {
  const [, amount, unit = ""] = /^([0-9]+(?:\.[0-9]+)?) ?([A-Za-z]{0,3})$/.exec(text) ?? [];
  const factor = factorOf(unit);
  if (amount === undefined || factor === undefined) return undefined;
  const bytes = Math.floor(Number(amount) * factor);
  return bytes <= Number.MAX_SAFE_INTEGER ? bytes : undefined;
}

function factorOf(unit: string): number | undefined {
  if (unit === "") return 1;
  if (Object.hasOwn(bytesOf, unit)) return bytesOf[unit];
  const power = unit.length === 1 ? letters.indexOf(unit.toLowerCase()) + 1 : 0;
  return power === 0 ? undefined : (unit === unit.toLowerCase() ? 1000 : 1024) ** power;
}
