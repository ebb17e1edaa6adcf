/**
 * What a sample of numbers looks like, by the names and formulas of Python's `statistics`.
 *
 * @module
 */

/** Describes a sample; `stdev` and `var` need two numbers. */
export interface SampleFigures {
  readonly max: number;
  readonly min: number;
  readonly mean: number;
  readonly median: number;
  /** The lower one of the two in the middle. */
  readonly median_lo: number;
  readonly median_hi: number;
  /** Standard deviation, divided by n - 1. */
  readonly stdev?: number;
  /** Standard deviation, divided by n. */
  readonly pstdev: number;
  /** Variance, divided by n - 1. */
  readonly var?: number;
  /** Variance, divided by n. */
  readonly pvar: number;
}

/**
 * Describes a sample.
 *
 * @param values The numbers, in any order; at least one.
 */
export function describeSample(values: readonly number[]): SampleFigures {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  const at = (index: number) => sorted[index]!;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const [low, high] = [at((count - 1) >> 1), at(count >> 1)];
  return {
    max: at(count - 1),
    min: at(0),
    mean,
    median: (low + high) / 2,
    median_lo: low,
    median_hi: high,
    ...(count < 2 ? {} : { stdev: Math.sqrt(squares / (count - 1)) }),
    pstdev: Math.sqrt(squares / count),
    ...(count < 2 ? {} : { var: squares / (count - 1) }),
    pvar: squares / count,
  };
}
