/**
 * Looks at the machine's processes through `/proc`, which Deno lets be read under `-A` only.
 *
 * What belongs to a task is told by the mark that every task has in its environment. The environment of a process is
 * read once: a mark that was seen stays with the process (known by its id and start time together) even when the
 * process scrubs it later.
 *
 * @module
 */

import { findTag } from "../../agent/tag.ts";

/** The variable in which the processes of a launch carry its tag. Tasks get it from QCG-PilotJob's schema, too. */
export const markName = "QCG_PM_STEP_ID";

/** How many characters of a mark name the run; see `launchTag`. */
const runIdLength = 16;

/** One process at the time of a scan. */
export interface SeenProcess {
  /** Process id. */
  readonly pid: number;
  /** The parent's process id. */
  readonly parent: number;
  /** Number of its process group. */
  readonly group: number;
  /** Number of its session. */
  readonly session: number;
  /** When it started, in clock ticks since the machine did: with the id it names a process for good. */
  readonly startTicks: number;
  /** Whether it has ended and only waits to be reaped. */
  readonly isEnded: boolean;
  /** Resident memory in pages. */
  readonly pages: number;
  /** The mark in its environment; absent when it has none or it cannot be read. */
  readonly mark?: string;
}

/** With more numbers than these to look at, all processes are listed instead. */
const newerMax = 500;

/** All processes, by their ids. */
export type ProcessTable = ReadonlyMap<number, SeenProcess>;

/** Reads the mark of a process; `undefined` when it has none. */
export type MarkReader = (pid: number) => string | undefined;

/** Scans again and again, and reads of the processes that it knows only what changes. */
export class ProcessScanner {
  readonly #markOf: MarkReader;
  #known: ProcessTable = new Map();

  /** Knows none. `markOf` reads the mark of a process; from its environment when absent. */
  constructor(markOf: MarkReader = readMark) {
    this.#markOf = markOf;
  }

  /** Looks at all processes now. */
  scan(): ProcessTable {
    const table = new Map<number, SeenProcess>();
    for (const { name } of Deno.readDirSync("/proc")) {
      const pid = Number(name);
      if (!(pid > 0)) continue;
      const seen = readProcess(pid);
      if (seen !== undefined) table.set(pid, this.#withMark(seen));
    }
    this.#known = table;
    return table;
  }

  #withMark(seen: SeenProcess): SeenProcess {
    const known = this.#known.get(seen.pid);
    const isKnown = known?.startTicks === seen.startTicks;
    // A child of ours shows our own environment until it has loaded its program; all others inherit a mark or never
    // get one.
    const mark = isKnown && (known.mark !== undefined || seen.parent !== Deno.pid)
      ? known.mark
      : this.#markOf(seen.pid);
    return mark === undefined ? seen : { ...seen, mark };
  }
}

/** Whether `/proc` can be read: on Linux, under `-A`. */
export function canScan(): boolean {
  return Deno.build.os === "linux" && readText("/proc/self/stat") !== undefined;
}

/** Looks at one process, without its mark; `undefined` when there is none. */
export function readProcess(pid: number): SeenProcess | undefined {
  const text = readText(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(pid, text);
}

/** The fields of `/proc/PID/stat` behind the program's name: the first is the state, the third of `proc(5)`. */
export function statFields(text: string): string[] {
  // The name stands in parentheses and may contain any character, parentheses too.
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** Reads the text of `/proc/PID/stat`. */
export function parseStat(pid: number, text: string): SeenProcess {
  const fields = statFields(text);
  return {
    pid,
    // The state is that of the first thread, which may end before the others.
    isEnded: fields[0] === "X" || (fields[0] === "Z" && Number(fields[17]) < 2),
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTicks: Number(fields[19]),
    pages: Number(fields[21]),
  };
}

/** The state of a process in one letter, as `T` for one that was stopped and `D` for one that waits for a device. */
export function readState(pid: number): string | undefined {
  const text = readText(`/proc/${pid}/stat`);
  return text === undefined ? undefined : statFields(text)[0];
}

/** What a process calls itself, at most 15 characters; `undefined` when there is none. */
export function readName(pid: number): string | undefined {
  return readText(`/proc/${pid}/comm`)?.trimEnd();
}

/** Reads the mark in a process's environment. */
export function readMark(pid: number): string | undefined {
  const text = readText(`/proc/${pid}/environ`);
  const at = text === undefined ? -1 : `\0${text}`.indexOf(`\0${markName}=`);
  if (at < 0) return undefined;
  const from = at + markName.length + 1;
  const end = text!.indexOf("\0", from);
  return text!.slice(from, end < 0 ? undefined : end);
}

/** Reads the tag of a process, which only those that a keeper started have. */
export function readTag(pid: number): string | undefined {
  return findTag(readText(`/proc/${pid}/limits`) ?? "");
}

/** The living processes that carry a mark which begins with one of these, in one look at all. */
export function findMarked(beginnings: readonly string[]): SeenProcess[] {
  const found: SeenProcess[] = [];
  // With less of it, others could have it by chance.
  const wanted = beginnings.filter((beginning) => beginning.length >= runIdLength);
  if (wanted.length === 0) return found;
  for (const { name } of Deno.readDirSync("/proc")) {
    const pid = Number(name);
    const mark = pid > 0 ? readMark(pid) : undefined;
    if (mark === undefined || !wanted.some((beginning) => mark.startsWith(beginning))) continue;
    const process = readProcess(pid);
    if (process?.isEnded === false) found.push({ ...process, mark });
  }
  return found;
}

/**
 * Whether a living process that was started after another carries a mark. Processes are numbered in ascending order, so
 * after a short one there are few to look at.
 */
export function hasMarked(mark: string, after: number, markOf: MarkReader = readMark): boolean {
  const newest = newestNumber();
  const isMarked = (pid: number) => pid !== after && markOf(pid) === mark && readProcess(pid)?.isEnded === false;
  if (newest === undefined || newest < after || newest - after > newerMax) {
    return Array.from(Deno.readDirSync("/proc"), ({ name }) => Number(name)).some((pid) => pid > 0 && isMarked(pid));
  }
  for (let pid = newest; pid > after; pid--) if (isMarked(pid)) return true;
  return false;
}

/** The number of the process or thread that was started last on this machine. */
export function newestNumber(): number | undefined {
  const number = Number(readText("/proc/loadavg")?.trim().split(" ").at(-1));
  return Number.isInteger(number) ? number : undefined;
}

/** Our own children: those that we started, and orphans that came to us. */
export function listChildren(): number[] {
  const children: number[] = [];
  for (const { name } of Deno.readDirSync("/proc/self/task")) {
    // A thread of ours may end at any time; its children move to another.
    const text = readText(`/proc/self/task/${name}/children`) ?? "";
    for (const pid of text.split(" ")) if (pid !== "") children.push(Number(pid));
  }
  return children;
}

/** The signals that a process ignores, as a mask whose lowest bit stands for signal 1; none when it cannot be seen. */
export function ignoredSignals(pid: number): bigint {
  const digits = /^SigIgn:\s*([0-9a-f]+)/m.exec(readText(`/proc/${pid}/status`) ?? "")?.[1];
  return digits === undefined ? 0n : BigInt(`0x${digits}`);
}

/** How many KiB a page has: the kernel tells the size of a program in both. */
export function pageKiB(): number {
  const pages = Number(readText("/proc/self/statm")?.split(" ")[0]);
  const sizeKiB = Number(/^VmSize:\s*(\d+)/m.exec(readText("/proc/self/status") ?? "")?.[1]);
  const ratio = sizeKiB / pages;
  return ratio > 0 ? 2 ** Math.round(Math.log2(ratio)) : 4;
}

/**
 * The memory that is due to a process in KiB, with what it shares with others divided among them; 0 when it has gone,
 * `undefined` where that cannot be read.
 */
export function sharedOutKiB(pid: number): number | undefined {
  const value = /^Pss:\s*(\d+)/m.exec(readText(`/proc/${pid}/smaps_rollup`) ?? "")?.[1];
  if (value !== undefined) return Number(value);
  return readProcess(pid)?.isEnded === false ? undefined : 0;
}

let mayRead = false;

/** On a terminal Deno would ask the user for a file of `/proc`, unless every file may be read. */
function mayReadAll(): boolean {
  return mayRead ||= Deno.permissions.querySync({ name: "read" }).state === "granted";
}

function readText(path: string): string | undefined {
  if (!mayReadAll()) return undefined;
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
