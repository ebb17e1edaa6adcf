/**
 * How many GPUs a task asks for: whole ones, or a share of one. Shares are counted in thousandths, so that no sum of
 * them is ever a little off.
 *
 * @module
 */

/** The shares that one GPU has. */
export const gpuShares = 1000;

/** What is right where GPUs are counted, in words. */
export const gpuCountForm = "a whole number of GPUs, or a share of one in thousandths, from 0.001 to 0.999";

/** Whole GPUs and a share of one more; one of them is 0. */
export interface GpuAmount {
  /** GPUs that the task has to itself. */
  readonly gpus: number;
  /** Thousandths of a GPU that others may have a part of, too; 0 for none. */
  readonly share: number;
}

/** Says whether a number counts GPUs: 0.5 does, and 3, but neither 1.5 nor a third, which is no number of thousandths. */
export function isGpuCount(count: number): boolean {
  if (Number.isInteger(count)) return count >= 0;
  return count > 0 && count < 1 && shareOf(count) / gpuShares === count;
}

/**
 * Takes a count of GPUs apart.
 *
 * @param count As {@linkcode isGpuCount} has it.
 *
 * @example Whole or shared
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([amountOfGpus(2), amountOfGpus(0.5)], [{ gpus: 2, share: 0 }, { gpus: 0, share: 500 }]);
 * ```
 */
export function amountOfGpus(count: number): GpuAmount {
  return Number.isInteger(count) ? { gpus: count, share: 0 } : { gpus: 0, share: shareOf(count) };
}

function shareOf(count: number): number {
  return Math.round(count * gpuShares);
}
