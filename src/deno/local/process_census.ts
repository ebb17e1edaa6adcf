/**
 * Tells which process belongs to which attempt.
 *
 * @module
 */

import type { ProcessTable, SeenProcess } from "./process_scan.ts";

/** What processes can belong to: an attempt, or the run as a whole. */
export interface Owner {
  /** The mark in the environment of its processes. */
  readonly mark: string;
  /** The process that leads its group and session; 0 while there is none. */
  readonly pid: number;
  /** Whether that process has gone. */
  readonly hasEnded: boolean;
  /** Other sessions that its processes were seen to lead; their numbers are taken as long as they have members. */
  readonly led: ReadonlySet<number>;
}

/** Living processes by owner. */
export interface Census<O extends Owner> {
  /** The processes of an attempt. */
  of(owner: O): readonly SeenProcess[];
  /** Processes of the run that belong to no attempt that is known. */
  readonly strays: readonly SeenProcess[];
}

/** What a process can be found to be. */
type Found<O> = O | "stray" | "unknown";

/**
 * Sorts processes by owner. A process belongs where its mark says; without one, where its session, group or parent
 * does.
 *
 * @param table All processes.
 * @param owners The attempts that are known, by mark.
 * @param runId What the marks of the run begin with.
 * @param strays Owners of processes that belong to no attempt that is known.
 * @param isDue Tells of a process without a mark that it is a stray.
 */
export function takeCensus<O extends Owner>(
  table: ProcessTable,
  owners: ReadonlyMap<string, O>,
  runId: string,
  strays: readonly O[],
  isDue: (process: SeenProcess) => boolean,
): Census<O> {
  const leaders = new Map<number, O>();
  for (const owner of [...owners.values(), ...strays]) {
    if (owner.pid !== 0 && (!owner.hasEnded || isGone(owner.pid, table))) leaders.set(owner.pid, owner);
    for (const session of owner.led) if (isGone(session, table)) leaders.set(session, owner);
  }
  const memory = new Map<number, Found<O>>();
  const ownerOf = (process: SeenProcess): Found<O> => {
    const known = memory.get(process.pid);
    if (known !== undefined) return known;
    memory.set(process.pid, "unknown"); // Whatever the kernel may show: no walk in circles.
    const found = search(process);
    memory.set(process.pid, found);
    return found;
  };
  const search = (process: SeenProcess): Found<O> => {
    const { mark, session, group, parent, pid } = process;
    if (mark?.startsWith(runId)) return owners.get(mark) ?? "stray";
    const led = leaders.get(session) ?? leaders.get(group) ?? leaders.get(pid);
    if (led !== undefined) return strays.includes(led) ? "stray" : led;
    if (isDue(process)) return "stray";
    for (const above of [session, parent]) {
      const other = above === pid || above === Deno.pid ? undefined : table.get(above);
      const found = other === undefined ? "unknown" : ownerOf(other);
      if (found !== "unknown") return found;
    }
    return "unknown";
  };
  const byOwner = new Map<Found<O>, SeenProcess[]>();
  for (const process of table.values()) {
    const owner = ownerOf(process);
    if (process.isEnded || owner === "unknown" || process.pid === Deno.pid) continue;
    const members = byOwner.get(owner);
    if (members === undefined) byOwner.set(owner, [process]);
    else members.push(process);
  }
  return { of: (owner) => byOwner.get(owner) ?? [], strays: byOwner.get("stray") ?? [] };
}

/**
 * Whether a number still means a group or session whose leader has gone. A living process of that number is another
 * one: it was given away again when no process was left.
 */
function isGone(leader: number, table: ProcessTable): boolean {
  return table.get(leader)?.isEnded !== false;
}
