/**
 * Says of a job that needs longer than its allocation lasts that it waits for a run that goes on in another one.
 *
 * @module
 */

/** What there is of time. */
export interface TimeLeft {
  /** How long until all work stops, in milliseconds. */
  readonly leftMs: number;
  /** How long before the end of the allocation that is. */
  readonly leadMs: number;
}

/**
 * Writes the sentence, without its end.
 *
 * @param job The job's name.
 * @param neededMs Its time limit.
 *
 * @example Half an hour
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const sentence = "job x needs 30 min, the allocation ends in 12 min: it waits for a resumed run";
 * assertEquals(describeLackOfTime("x", 1_800_000, { leftMs: 660_000, leadMs: 60_000 }), sentence);
 * ```
 */
export function describeLackOfTime(job: string, neededMs: number, { leftMs, leadMs }: TimeLeft): string {
  const endMs = Math.max(0, leftMs) + leadMs;
  // Else it would read as if there were time enough.
  const lead = neededMs > endMs ? "" : `, ${wordsFor(leadMs)} of them for its end`;
  return `job ${job} needs ${wordsFor(neededMs)}, the allocation ends in ${wordsFor(endMs)}${lead}: ` +
    "it waits for a resumed run";
}

/** Two units at most: `30 min`, `1 h 30 min`, `45 s`. */
function wordsFor(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const units = [[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"]] as const;
  const first = units.findIndex(([size]) => seconds >= size);
  if (first < 0) return "0 s";
  const [[size, unit], next] = [units[first]!, units[first + 1]];
  const rest = next === undefined ? 0 : Math.floor(seconds % size / next[0]);
  return `${Math.floor(seconds / size)} ${unit}${rest === 0 ? "" : ` ${rest} ${next![1]}`}`;
}
