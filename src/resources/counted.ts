/**
 * Counted resources: things with a name of which a run has so many, wherever its tasks are: licences, slots of a
 * service, disks.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { didYouMean } from "../base/near_miss.ts";

/** How many of each, by name; each at least 1 where a task asks for them. */
export type Counts = Readonly<Record<string, number>>;

/** The most of one resource. */
export const countedMax: number = 2 ** 31 - 1;

/** What is right as a name, in words. */
export const countedNameForm = "a letter, then letters, digits, dots, dashes and underscores, at most 64 in all";

/** Says whether a text can name a counted resource. */
export function isCountedName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9._-]{0,63}$/.test(name);
}

/** Writes counts as `licences=2,disk=1`, in the order of their names; empty for none. */
export function formatCounts(counts: Counts | undefined): string {
  return Object.entries(counts ?? {}).sort(([a], [b]) => a < b ? -1 : 1).map(([name, n]) => `${name}=${n}`).join(",");
}

/**
 * Reads how many of each there are: `licences=3`, `disk=2`.
 *
 * @param items One text for each resource.
 * @returns The counts; or what is wrong, as it goes on after the name of an option.
 *
 * @example Licences and disks
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseCounts(["licences=3", "disk=2"]), { licences: 3, disk: 2 });
 * assertEquals(parseCounts(["licences"]), 'must be name=number such as "licences=3", not "licences"');
 * ```
 */
export function parseCounts(items: readonly string[]): Counts | string {
  const counts = new Map<string, number>();
  for (const item of items) {
    const [, name = "", digits = ""] = /^([^=]*)=([0-9]{1,15})$/.exec(item) ?? [];
    if (!isCountedName(name)) {
      const form = name === "" ? "" : `; a name is ${countedNameForm}`;
      return `must be name=number such as "licences=3", not ${JSON.stringify(item)}${form}`;
    }
    if (Number(digits) > countedMax) return `must be at most ${countedMax} of each, not ${JSON.stringify(item)}`;
    if (counts.has(name)) return `has ${JSON.stringify(name)} twice`;
    counts.set(name, Number(digits));
  }
  return Object.fromEntries(counts);
}

/** What is free of the counted resources of a pool. */
export class CountedBooks {
  /** How many of each there are. */
  readonly capacity: ReadonlyMap<string, number>;
  readonly #free: Map<string, number>;

  /** Creates the books of a pool in which all of them are free. */
  constructor(capacity: Counts) {
    this.capacity = new Map(Object.entries(capacity));
    this.#free = new Map(this.capacity);
  }

  /** Says whether there are as many free as wanted, beside those that are held back. */
  has(wanted: Counts | undefined, heldBack: (name: string) => number = () => 0): boolean {
    if (wanted === undefined) return true;
    return Object.entries(wanted).every(([name, count]) => {
      const left = (this.capacity.get(name) ?? 0) - heldBack(name);
      return count <= Math.min(left, this.#free.get(name) ?? 0);
    });
  }

  /** Takes so many. They must be free. */
  take(counts: Counts): void {
    for (const [name, count] of Object.entries(counts)) {
      invariant(count > 0, `A grant of ${count} ${name} is none`);
      const left = (this.#free.get(name) ?? 0) - count;
      invariant(left >= 0, `Cannot grant ${count} ${name}: not free`);
      this.#free.set(name, left);
    }
  }

  /** Gives so many back. They must have been taken. */
  give(counts: Counts): void {
    for (const [name, count] of Object.entries(counts)) {
      invariant(count > 0, `${count} ${name} cannot have been taken`);
      const free = this.#free.get(name)! + count;
      invariant(free <= this.capacity.get(name)!, `Cannot give back ${count} ${name}: more than there are`);
      this.#free.set(name, free);
    }
  }

  /** Says why a request could not be met even if all were free; `undefined` when it could. */
  explain(wanted: Counts | undefined): string | undefined {
    for (const [name, count] of Object.entries(wanted ?? {})) {
      const there = this.capacity.get(name);
      if (there !== undefined && count <= there) continue;
      if (there !== undefined) return `needs ${count} ${name}, but the pool has ${there}`;
      const known = this.capacity.size === 0
        ? `no counted resources are known; say how many there are, by --counted ${name}=${count} or the option counted`
        : `the counted resources are ${[...this.capacity.keys()].join(", ")}`;
      return `needs ${count} ${name}, which the pool does not have${didYouMean(name, this.capacity.keys())}; ${known}`;
    }
    return undefined;
  }

  /** Throws when the books do not add up. `granted` is what the caller believes to be out. */
  checkInvariants(granted: Iterable<Counts | undefined>): void {
    const out = new Map<string, number>();
    for (const counts of granted) addCounts(out, counts, 1);
    for (const [name, count] of this.capacity) {
      invariant(this.#free.get(name)! + (out.get(name) ?? 0) === count, `Free and granted ${name}`);
    }
    for (const name of out.keys()) invariant(this.capacity.has(name), `There are no ${name}, but some are granted`);
  }
}

/** Adds counts to a sum, or takes them off. */
export function addCounts(sum: Map<string, number>, counts: Counts | undefined, sign: 1 | -1): void {
  for (const [name, count] of Object.entries(counts ?? {})) sum.set(name, (sum.get(name) ?? 0) + sign * count);
}
