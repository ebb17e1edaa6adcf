/**
 * What went on at a time: how many tasks ran or waited, and how many cores they had, as a line over time.
 *
 * @module
 */

/** Something that lasted. Times are milliseconds from the beginning of the picture. */
export interface WeighedSpan {
  readonly from: number;
  readonly to: number;
  /** How much it counts. */
  readonly weight: number;
}

/** A value from a time on. */
export interface Step {
  readonly at: number;
  readonly value: number;
}

/** The sum of the weights of all that lasts, from each time on at which it changes. */
export function stepsOf(spans: Iterable<WeighedSpan>): Step[] {
  const changes = new Map<number, number>();
  for (const { from, to, weight } of spans) {
    if (to <= from) continue;
    changes.set(from, (changes.get(from) ?? 0) + weight);
    changes.set(to, (changes.get(to) ?? 0) - weight);
  }
  let value = 0;
  return [...changes].sort(([a], [b]) => a - b).filter(([, change]) => change !== 0).map(([at, change]) => {
    value += change;
    return { at, value };
  });
}

/** The area below a line, each value times how long it held: core-milliseconds of a line of cores. */
export function areaOf(steps: readonly Step[], endMs: number): number {
  return steps.reduce((sum, { at, value }, index) => {
    const until = Math.min(steps[index + 1]?.at ?? endMs, endMs);
    return sum + value * Math.max(0, until - at);
  }, 0);
}

/**
 * The mean of a line in each of many equal parts, so that a long run is drawn as densely as one can see and no sum is
 * changed by it.
 *
 * @param steps The line.
 * @param lengthMs How long it is.
 * @param count How many parts.
 */
export function meansOf(steps: readonly Step[], lengthMs: number, count: number): number[] {
  const sums = new Float64Array(count);
  const width = lengthMs / count;
  for (const [index, { at, value }] of steps.entries()) {
    const until = Math.min(steps[index + 1]?.at ?? lengthMs, lengthMs);
    if (value === 0 || until <= at) continue;
    const [first, last] = [Math.floor(at / width), Math.min(count - 1, Math.floor(until / width))];
    for (let part = first; part <= last; part++) {
      sums[part]! += value * Math.max(0, Math.min(until, (part + 1) * width) - Math.max(at, part * width));
    }
  }
  return [...sums].map((sum) => sum / width);
}
