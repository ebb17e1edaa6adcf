/**
 * What `console.log()` shows of a future.
 *
 * @module
 */

import type { JobState } from "../report/states.ts";

/** How many jobs of a future are shown. */
export const jobsShownMax = 10;

/** Writes a value for the console, as `Deno.inspect` does. */
export type Inspect = (value: unknown, options: unknown) => string;

/** What is shown beside the states. */
export interface ShownCounts {
  /** The jobs of the future. */
  readonly jobs: number;
  /** Those that have not ended. */
  readonly open: number;
  /** Whether the executor broke, so that they never will. */
  readonly isBroken: boolean;
}

/**
 * Writes a future: `QCGPJFuture { a: "SUCCEED", b: "QUEUED" }`, and behind it how many jobs are not shown.
 *
 * @param states The name and the state of each job that is shown, at most {@linkcode jobsShownMax}.
 * @param counts What else there is.
 * @param write Writes an object.
 */
export function showFuture(
  states: readonly (readonly [string, JobState])[],
  { jobs, open, isBroken }: ShownCounts,
  write: (value: unknown) => string,
): string {
  const others = jobs - states.length;
  const rest = others > 0 ? ` and ${others} more jobs; ${open} of ${jobs} have not ended` : "";
  return `QCGPJFuture ${write(Object.fromEntries(states))}${rest}${isBroken ? " (the executor broke)" : ""}`;
}
