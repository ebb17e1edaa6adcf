/**
 * Ends the processes that a keeper left which is no more, by their tags.
 *
 * @module
 */

import { readProcess } from "../local/process_scan.ts";
import { readTag } from "./orphans.ts";

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
    const found = findTagged(digits);
    if (found.length === 0) clean++;
    else {
      clean = 0;
      for (const pid of found) kill(pid);
      if (performance.now() > endMs) return found;
    }
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  return [];
}

/** The living processes whose tag begins with some digits. */
export function findTagged(digits: string): number[] {
  return Array.from(Deno.readDirSync("/proc"), ({ name }) => Number(name)).filter((pid) =>
    pid > 0 && readTag(pid)?.startsWith(digits) && readProcess(pid)?.isEnded === false
  );
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
