/**
 * Counts what became of the processes of a task.
 *
 * @module
 */

import type { Cleanup } from "../../core/exit.ts";

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
