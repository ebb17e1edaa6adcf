/**
 * What the ways to end the processes of a task share: how long each step may take, and the count of what became of them.
 *
 * @module
 */

import type { Cleanup } from "../../core/exit.ts";

/** How long what a task left behind may take to end after SIGTERM, in milliseconds. */
export const leftoverGraceMs = 500;
/** From this many processes of a task on, a look at each takes longer than a process may take to be replaced by another. */
export const crowdMin = 200;
/** How long to look for the end after SIGKILL, in milliseconds; what waits for a device does not end sooner. */
export const goneMsMax = 5000;

/**
 * Counts them.
 *
 * @param found What was found, by process ids, and the strongest signal that each was sent.
 * @param left What is there still.
 */
export function countCleanup(
  found: ReadonlyMap<number, { readonly sent?: string }>,
  left: readonly { readonly pid: number }[],
): Cleanup {
  const leftPids = new Set(left.map(({ pid }) => pid));
  const gone = [...found].filter(([pid]) => !leftPids.has(pid));
  const killed = gone.filter(([, { sent }]) => sent === "SIGKILL").length;
  return { found: gone.length + left.length, terminated: gone.length - killed, killed, left: left.length };
}
