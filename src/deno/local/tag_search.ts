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
import { TagReader } from "./native/tag_reader.ts";

/** How many looks go back to a number that no process had: a process has its number a moment before it can be seen. */
const againMax = 3;
/** The most times that it looks again for processes that came meanwhile. */
const passesMax = 8;
/** With more numbers than these to look at, all processes are listed instead. */
const newerMax = 500;

/** What a search sees of the machine's processes. */
export interface TagSight {
  /** The number of the process that was started last; `undefined` where that is not told. */
  newest(): number | undefined;
  /** The numbers of all processes. */
  list(): Iterable<number>;
  /** The tag of a process; empty when it has none, `undefined` when there is no such process. */
  tagOf(pid: number): string | undefined;
  /** Whether it has not ended. */
  isLiving(pid: number): boolean;
}

/** Tells the tags that are searched for. */
export type TagFilter = (tag: string) => boolean;

/**
 * The tags that begin with some digits.
 *
 * @param digits A run's, or an agent's family.
 * @param of Whether to search for keepers, too.
 */
export function tagsFrom(digits: string, of: "tasks" | "all" = "all"): TagFilter {
  return (tag) => tag.startsWith(digits) && (of === "all" || !isOwnTag(tag));
}

/** Searches for the processes that carry some tags. */
export class TagSearch implements Disposable {
  readonly #isWanted: TagFilter;
  /** What was opened for this search, and is closed with it. */
  readonly #reader: TagReader | undefined;
  readonly #sight: TagSight;
  /** All up to this number were looked at; absent when everything must be. */
  #seen: number | undefined;
  /** Numbers that no process had, by how often they are still to be looked at. */
  #absent = new Map<number, number>();
  readonly #given = new Set<number>();
  /** Those of them that were not seen dead. */
  readonly #unsure = new Set<number>();

  /**
   * Knows nothing yet.
   *
   * @param isWanted Which tags are searched for.
   * @param sight What it sees; the processes of this machine when absent.
   */
  constructor(isWanted: TagFilter, sight?: TagSight) {
    this.#isWanted = isWanted;
    if (sight === undefined) this.#reader = TagReader.open();
    this.#sight = sight ?? sightOf(this.#reader);
  }

  /** Kills what was found, as fast as may be. */
  kill(pid: number): void {
    if (this.#reader !== undefined) return this.#reader.kill(pid);
    try {
      Deno.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }

  /** Gives back what it looks with. */
  [Symbol.dispose](): void {
    this.#reader?.[Symbol.dispose]();
  }

  /**
   * Looks at what may have come since the last look, and gives each as soon as it is found. When there is nothing, it
   * gives what it gave before and what is still there.
   */
  *look(): Iterable<number> {
    let isNew = false;
    for (const pid of this.#lookForNew()) {
      isNew = true;
      this.#unsure.add(pid);
      yield pid;
    }
    if (isNew) return;
    for (const pid of this.#unsure) {
      if (this.#isMatch(this.#sight.tagOf(pid)) && this.#sight.isLiving(pid)) yield pid;
      else this.#unsure.delete(pid);
    }
  }

  *#lookForNew(): Iterable<number> {
    const newest = this.#sight.newest();
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
    for (const pid of this.#sight.list()) if (this.#isTagged(pid, 0)) yield pid;
  }

  /** Whether it is one of them. One that was never given is given unseen: to look takes longer than to kill. */
  #isTagged(pid: number, againTimes: number): boolean {
    const tag = this.#sight.tagOf(pid);
    if (tag === undefined && againTimes > 0) this.#absent.set(pid, againTimes - 1);
    if (!this.#isMatch(tag)) return false;
    if (this.#given.has(pid)) return this.#sight.isLiving(pid);
    this.#given.add(pid);
    return true;
  }

  #isMatch(tag: string | undefined): boolean {
    return tag !== undefined && tag !== "" && this.#isWanted(tag);
  }
}

/**
 * Whether something that carries a tag lives among the processes that were started after another. Those that come while
 * it looks are looked at as well, so that nothing hops out of sight.
 */
export function hasTagged(tag: string, after: number, sight: TagSight): boolean {
  const isTagged = (pid: number) => pid !== after && sight.tagOf(pid) === tag && sight.isLiving(pid);
  for (let [from, passes] = [after, 0]; passes < passesMax; passes++) {
    const newest = sight.newest();
    if (newest === from) return false;
    // Numbers begin again at the highest one.
    if (newest === undefined || newest < from || newest - from > newerMax) {
      if ([...sight.list()].some(isTagged)) return true;
      if (newest === undefined) return false;
    } else {
      for (let pid = newest; pid > from; pid--) if (isTagged(pid)) return true;
    }
    from = newest;
  }
  return false;
}

/** The processes of this machine, through the C library where there is one. */
export function sightOf(reader: TagReader | undefined): TagSight {
  const readLimits = (pid: number) => readTag(pid) ?? (readProcess(pid) === undefined ? undefined : "");
  return {
    newest: newestNumber,
    *list() {
      for (const { name } of Deno.readDirSync("/proc")) if (Number(name) > 0) yield Number(name);
    },
    tagOf(pid) {
      const tag = reader === undefined ? "?" : reader.tagOf(pid);
      return tag === "?" ? readLimits(pid) : tag;
    },
    isLiving: (pid) => readProcess(pid)?.isEnded === false,
  };
}
