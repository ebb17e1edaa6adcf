/**
 * Ends the processes that a keeper left which is no more, by their tags.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { findTagged } from "../local/process_scan.ts";

/** How long to look for the end; a process that waits for a device cannot be ended any sooner. */
const goneMsMax = 5000;
/** A look at all processes is no snapshot: what forks all the time can slip through one. */
const cleanLooks = 10;
const lookMs = 20;

/**
 * Kills every process whose tag begins with some digits, and settles when ten looks in a row have found none.
 *
 * @param digits The digits: a run's, or an agent's family.
 * @returns Process ids of what could not be ended.
 */
export async function endTagged(digits: string): Promise<number[]> {
  const endMs = performance.now() + goneMsMax;
  for (let clean = 0; clean < cleanLooks;) {
    const found: number[] = [];
    for (const pid of findTagged(digits)) {
      kill(pid); // At once: what forks all the time has another number a moment later.
      found.push(pid);
    }
    clean = found.length === 0 ? clean + 1 : 0;
    if (performance.now() > endMs && clean === 0) return found;
    await delay(found.length === 0 ? lookMs : 0);
  }
  return [];
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
