/**
 * Scales of pictures: where on an axis a value is, and which values are marked there.
 *
 * @module
 */

/** An axis. */
export interface Scale {
  /** Where a value is, in pixels. */
  readonly at: (value: number) => number;
  /** The values that are marked, in order. */
  readonly ticks: readonly number[];
  /** Writes a value that is marked. */
  readonly text: (value: number) => string;
  /** The unit in which values are written; absent for plain numbers. */
  readonly unit?: string;
}

const [secondMs, minuteMs, hourMs, dayMs] = [1000, 60_000, 3_600_000, 86_400_000];

/** Units of time, and the steps in which people count in them. */
const timeUnits: readonly { readonly unit: string; readonly ms: number; readonly steps: readonly number[] }[] = [
  { unit: "ms", ms: 1, steps: [1, 2, 5, 10, 20, 50, 100, 200] },
  { unit: "s", ms: secondMs, steps: [0.5, 1, 2, 5, 10, 15, 30, 60] },
  { unit: "min", ms: minuteMs, steps: [2, 5, 10, 15, 30, 60] },
  { unit: "h", ms: hourMs, steps: [2, 3, 6, 12, 24] },
  { unit: "d", ms: dayMs, steps: [2, 5, 7, 14, 30, 60, 120, 365, 730, 3650] },
];

/**
 * Makes an axis of time that begins at zero.
 *
 * @param lengthMs The greatest value, in milliseconds.
 * @param from Where the axis begins, in pixels.
 * @param to Where it ends.
 */
export function timeScale(lengthMs: number, from: number, to: number): Scale {
  const length = Math.max(lengthMs, 1);
  const count = Math.max(2, Math.floor(Math.abs(to - from) / 90));
  const all = timeUnits.flatMap(({ unit, ms, steps }) => steps.map((step) => ({ unit, ms, step: step * ms })));
  const { unit, ms, step } = all.find(({ step }) => length / step <= count) ?? all.at(-1)!;
  return {
    at: (value) => from + value / length * (to - from),
    ticks: multiplesOf(step, length),
    text: (value) => numberText(value / ms),
    unit,
  };
}

/** Makes an axis of counts or other amounts, from zero to a round number that is no less than the greatest value. */
export function amountScale(greatest: number, from: number, to: number, areWhole = true): Scale {
  const count = Math.max(2, Math.floor(Math.abs(to - from) / 40));
  const step = roundStep(Math.max(greatest, areWhole ? 1 : 1e-9) / count, areWhole);
  const end = Math.max(step, Math.ceil(greatest / step - 1e-9) * step);
  return {
    at: (value) => from + value / end * (to - from),
    ticks: multiplesOf(step, end),
    text: numberText,
  };
}

/** The smallest round step that is no less than a value: 1, 2 or 5 with zeros. */
function roundStep(least: number, isWhole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least * (1 - 1e-9))!;
  return isWhole ? Math.max(1, Math.round(step)) : step;
}

function multiplesOf(step: number, end: number): number[] {
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, index) => index * step);
}

/** A number with its thousands apart; a count as it is, and another number to six digits. */
export function numberText(value: number): string {
  const text = String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
  return value < 1000 ? text : text.replace(/^\d+/, (digits) => digits.replaceAll(/\B(?=(\d{3})+$)/g, ","));
}

/** Counts something in words: `1 task`, `100,000 tasks`. */
export function countText(count: number, noun: string): string {
  return `${numberText(count)} ${noun}${count === 1 ? "" : "s"}`;
}
