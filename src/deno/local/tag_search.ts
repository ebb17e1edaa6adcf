/**
 * Finds the processes that carry a tag, also those that fork all the time.
 *
 * A look at all processes is no snapshot: a lineage whose members live for milliseconds may be between two of them. But
 * the kernel numbers processes in ascending order and tells the newest number. So after one look at all, only what is
 * newer needs to be looked at, again and again: whatever slipped through has a new number.
 *
 * @module
 */

import { isOwnTag } from "../../agent/tag.ts";
import { newestNumber, readProcess, readTag } from "./process_scan.ts";

/** A process has its number a moment before it can be seen: so many looks go back to numbers that no process had. */
const againMax = 3;

/** Searches for the processes whose tag begins with some digits. */
export class TagSearch {
  readonly #digits: string;
  readonly #of: "tasks" | "all";
  /** All up to this number were looked at; absent when everything must be. */
  #seen: number | undefined;
  /** Numbers that no process had, by how often they are still to be looked at. */
  #absent = new Map<number, number>();

  /**
   * Knows nothing yet.
   *
   * @param digits A run's, or an agent's family.
   * @param of Whether to search for keepers, too.
   */
  constructor(digits: string, of: "tasks" | "all" = "all") {
    this.#digits = digits;
    this.#of = of;
  }

  /** Looks at what may have come since the last look, and gives the living ones, each as soon as it is found. */
  *look(): Iterable<number> {
    const newest = newestNumber();
    const [seen, again] = [this.#seen, this.#absent];
    this.#seen = newest;
    this.#absent = new Map();
    // Numbers begin again at the highest one.
    if (seen === undefined || newest === undefined || newest < seen) return yield* this.#lookAtAll();
    for (const [pid, times] of again) if (this.#isTagged(pid, times)) yield pid;
    // The newest first: they are the ones that live.
    for (let pid = newest; pid > seen; pid--) if (this.#isTagged(pid, againMax)) yield pid;
  }

  *#lookAtAll(): Iterable<number> {
    for (const { name } of Deno.readDirSync("/proc")) {
      const pid = Number(name);
      if (pid > 0 && this.#isTagged(pid, 0)) yield pid;
    }
  }

  #isTagged(pid: number, againTimes: number): boolean {
    const process = readProcess(pid);
    if (process === undefined && againTimes > 0) this.#absent.set(pid, againTimes - 1);
    if (process?.isEnded !== false) return false;
    const tag = readTag(pid);
    return tag !== undefined && tag.startsWith(this.#digits) && (this.#of === "all" || !isOwnTag(tag));
  }
}
