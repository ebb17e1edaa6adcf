/**
 * Reads how many tests passed from what `deno test` prints.
 *
 * @module
 */

/** How many tests, or steps of the gate, ended in which way. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Tests that chose not to run, for example because a program is missing. */
  readonly ignored: number;
}

/** Nothing counted yet. */
export const noCounts: Counts = { passed: 0, failed: 0, ignored: 0 };

// deno-lint-ignore no-control-regex -- Colours are control characters.
const colours = /\x1b\[[0-9;]*m/g;
const closingLine = /^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed(.*)$/gm;

/** Adds two counts. */
export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, ignored: a.ignored + b.ignored };
}

/** Reads the counts from the last closing line of `deno test`, or returns `undefined` when it printed none. */
export function parseCounts(output: string): Counts | undefined {
  const last = [...output.replaceAll(colours, "").matchAll(closingLine)].at(-1);
  if (last === undefined) return undefined;
  const [, passed, failed, rest = ""] = last;
  return { passed: Number(passed), failed: Number(failed), ignored: Number(/(\d+) ignored/.exec(rest)?.[1] ?? 0) };
}

/**
 * Counts what a run of tests came to. A run that died without a closing line, or failed though no test did (an
 * uncaught error, a type error, a leak), counts as one failure: it must not look like success.
 */
export function countTests(output: string, succeeded: boolean): Counts {
  const counts = parseCounts(output) ?? noCounts;
  if (succeeded && counts.passed + counts.failed + counts.ignored > 0) return counts;
  return { ...counts, failed: Math.max(1, counts.failed) };
}
