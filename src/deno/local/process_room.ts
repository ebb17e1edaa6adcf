/**
 * Whether there is room for another task among the processes that are allowed: by the limit of the user (`ulimit -u`)
 * and by those of the control groups.
 *
 * A start that the kernel refuses is no harm, it waits. But a task that got the last place could not start anything
 * itself, and would fail by that. So there must be room for what a task has, as far as that is known, before the next
 * one is started.
 *
 * @module
 */

import { ownLimit } from "./own_limits.ts";
import { statFields } from "./process_scan.ts";

/** What a task is thought to have at least. */
const perTaskMin = 3;
/** A limit that leaves no more places than these is near from the first. */
const nearby = 100;
/** How long a count is good. */
const countMs = 20;

/** A limit of the number of processes and threads. */
export interface ProcessLimit {
  /** How many there may be. */
  readonly max: number;
  /** Counts them; a number that is surely not too low is good enough where it leaves enough room. */
  count(isExact: boolean): number;
}

/** Knows how many tasks may run. */
export class ProcessRoom {
  readonly #limits: readonly ProcessLimit[];
  /** What counts towards a limit beside the tasks, as far as that is known. */
  readonly #others = new Map<ProcessLimit, number>();
  readonly #now: () => number;
  #perTask = perTaskMin;
  #countedMs = -Infinity;
  /** How many more may be started until the next count. */
  #left = 0;

  /** Counts what is there before the first task, where a limit is near. */
  constructor(limits: readonly ProcessLimit[], now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
    for (const limit of limits) {
      if (2 * limit.count(false) + nearby >= limit.max) this.#others.set(limit, limit.count(true));
    }
  }

  /** Takes a place for a task, if there is one. With no task running there always is: the kernel may decide. */
  take(running: number): boolean {
    if (this.#limits.length === 0 || running === 0) return true;
    if (this.#left <= 0 || this.#now() - this.#countedMs > countMs) this.#count(running);
    if (this.#left <= 0) return false;
    this.#left--;
    return true;
  }

  #count(running: number): void {
    this.#countedMs = this.#now();
    this.#left = Infinity;
    for (const limit of this.#limits) {
      if (limit.count(false) + 2 * (running + 1) * this.#perTask < limit.max) {
        this.#left = Math.min(this.#left, running + 1);
        continue;
      }
      const used = limit.count(true);
      const others = this.#others.get(limit) ?? Math.max(0, used - running * perTaskMin);
      this.#others.set(limit, others);
      this.#perTask = Math.max(perTaskMin, Math.ceil((used - others) / running) + 1);
      // What was just started may still have its processes to come.
      const expected = Math.max(used, others + running * this.#perTask);
      this.#left = Math.min(this.#left, Math.floor((limit.max - expected) / this.#perTask));
    }
  }
}

/** The limits of this process, where `/proc` may be read. */
export function processLimits(): ProcessLimit[] {
  const user = Deno.uid();
  const limits = groupLimits();
  const userMax = ownLimit("Max processes");
  // The kernel does not hold the superuser to it.
  if (user !== null && user !== 0 && userMax < Infinity) {
    limits.push({ max: userMax, count: (isExact) => isExact ? countOfUser(user) : countOfMachine() });
  }
  return limits;
}

/** Counts the threads of a user. */
function countOfUser(user: number): number {
  let count = 0;
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!(Number(name) > 0)) continue;
    try {
      if (Deno.statSync(`/proc/${name}`).uid !== user) continue;
      count += Number(statFields(Deno.readTextFileSync(`/proc/${name}/stat`))[17]);
    } catch {
      // It has ended.
    }
  }
  return count;
}

/** All threads of the machine. */
function countOfMachine(): number {
  return Number(readText("/proc/loadavg")?.split("/")[1]?.split(" ")[0] ?? Infinity);
}

/** The limits of the control groups that this process is in, from its own to the outermost. */
function groupLimits(): ProcessLimit[] {
  const limits: ProcessLimit[] = [];
  for (const [, controllers, path] of (readText("/proc/self/cgroup") ?? "").matchAll(/^\d+:(.*?):(.*)$/gm)) {
    if (controllers !== "" && !controllers!.split(",").includes("pids")) continue;
    const root = controllers === "" ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids";
    for (let group = path!;; group = group.slice(0, group.lastIndexOf("/"))) {
      const folder = `${root}${group}`;
      const max = Number.parseInt(readText(`${folder}/pids.max`) ?? "");
      if (max >= 0) limits.push({ max, count: () => Number(readText(`${folder}/pids.current`) ?? 0) });
      if (group === "" || group === "/") break;
    }
  }
  return limits;
}

function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
