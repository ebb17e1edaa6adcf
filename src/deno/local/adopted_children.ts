/**
 * Orphans that came to us: descendants of tasks whose parents have ended, as long as the pilot is their subreaper.
 *
 * All that tasks leave behind is among our children sooner or later, so looking at our own children is enough: it costs
 * a twentieth of a millisecond, however many processes the machine has. An orphan without a mark belongs to one of the
 * tasks that ran when it was first seen, and is ended when all of those are over.
 *
 * What this program starts by other ways is never touched: see {@linkcode Libc.becomeSubreaper}. That it ignores what
 * tasks do not ignore sets it apart, and what was there before us is known. Only one launcher of a process is the
 * subreaper at a time, and tasks of all others look like such processes to it. A daemon that this program let go itself
 * comes to us too; when it ends, it stays unreaped until the program ends, as it cannot be told from a child.
 *
 * @module
 */

import { foreignSignals, type Libc } from "./native/libc.ts";
import { ignoredSignals, listChildren, readMark, readProcess, type SeenProcess } from "./process_scan.ts";
import type { SweepTarget } from "./process_sweep.ts";

/** How long an unknown child stays unreaped, so that the part of the program that started it can ask how it ended. */
const unknownDeadMs = 2000;

/** A child that we did not start as a task. */
interface Orphan {
  readonly startTicks: number;
  /** Not of a task: never touched. */
  readonly isForeign: boolean;
  readonly mark?: string;
  /** Without a mark: the tasks that it may belong to. */
  readonly suspects: Set<SweepTarget>;
  /** When it was first seen dead. */
  deadSinceMs?: number;
}

/** Whether a process ignores what no task of ours ignores. */
function ignoresForeign(pid: number): boolean {
  return (ignoredSignals(pid) & foreignSignals) !== 0n;
}

/** Knows the orphans. */
export class AdoptedChildren {
  readonly #libc: Libc;
  readonly #runId: string;
  readonly #isTask: (pid: number) => boolean;
  readonly #targets: () => Iterable<SweepTarget>;
  readonly #session: number;
  readonly #known = new Map<number, Orphan>();

  /**
   * Becomes the subreaper.
   *
   * @param libc The library of the launcher.
   * @param runId What the marks of the run begin with.
   * @param isTask Whether a child is the main process of a task.
   * @param targets The attempts that are not over.
   * @returns `undefined` when another launcher of this process is it, or the children cannot be listed.
   */
  static adopt(
    libc: Libc,
    runId: string,
    isTask: (pid: number) => boolean,
    targets: () => Iterable<SweepTarget>,
  ): AdoptedChildren | undefined {
    const self = readProcess(Deno.pid);
    // A kernel may be built without lists of children; then only a look at all processes finds what is left.
    const canList = readProcess(1) !== undefined && hasChildLists();
    if (self === undefined || !canList || !libc.becomeSubreaper()) return undefined;
    return new AdoptedChildren(libc, runId, isTask, targets, self.session);
  }

  private constructor(
    libc: Libc,
    runId: string,
    isTask: (pid: number) => boolean,
    targets: () => Iterable<SweepTarget>,
    session: number,
  ) {
    this.#libc = libc;
    this.#runId = runId;
    this.#isTask = isTask;
    this.#targets = targets;
    this.#session = session;
    for (const pid of listChildren()) {
      const process = readProcess(pid);
      if (process !== undefined) this.#known.set(pid, { ...process, isForeign: true, suspects: new Set() });
    }
  }

  /**
   * Looks at our children and reaps the dead.
   *
   * @param isLast Whether no task is left, so that nothing needs to be seen twice.
   * @returns Whether one of them must end.
   */
  look(isLast: boolean): boolean {
    const children = new Set(listChildren());
    for (const pid of this.#known.keys()) if (!children.has(pid)) this.#known.delete(pid);
    let isNeeded = false;
    for (const pid of children) {
      if (this.#isTask(pid)) continue;
      const process = readProcess(pid);
      if (process === undefined || (process.isEnded && this.reap(process, isLast))) continue;
      const isNew = this.#known.get(pid)?.startTicks !== process.startTicks;
      const orphan = this.#meet(process);
      // What has no mark may just be about to load its program.
      const isCertain = orphan.mark !== undefined || !isNew || isLast;
      isNeeded ||= !process.isEnded && isCertain && this.#mustEnd(orphan);
    }
    return isNeeded;
  }

  /** Whether there are orphans of tasks that still run, or dead ones to be reaped later. */
  get isWaiting(): boolean {
    return [...this.#known.values()].some(({ isForeign }) => !isForeign);
  }

  /** Whether a process without a mark is known to belong to a task that is over. */
  isDue(process: SeenProcess): boolean {
    const orphan = this.#known.get(process.pid);
    return orphan !== undefined && orphan.startTicks === process.startTicks && this.#mustEnd(orphan);
  }

  /**
   * Buries a child that has ended, if it came to us; one that this program started by other ways is not ours to reap.
   *
   * @param isLast Whether no task of ours is left that could still ask for it.
   * @returns Whether it was reaped.
   */
  reap(process: SeenProcess, isLast = false): boolean {
    const { pid, session } = process;
    const known = this.#known.get(pid);
    const orphan = known?.startTicks === process.startTicks ? known : undefined;
    if (orphan?.isForeign) return false;
    // A process is in the session of its parent, or leads one of its own.
    const isOrphan = (session !== this.#session && session !== pid) || (orphan !== undefined && !isDead(orphan));
    if (isOrphan) return this.#libc.reap(pid) !== undefined;
    if (session === this.#session || ignoresForeign(pid)) return false;
    const dead = orphan ?? this.#meet(process);
    const nowMs = performance.now();
    dead.deadSinceMs ??= nowMs;
    return (isLast || nowMs - dead.deadSinceMs > unknownDeadMs) && this.#libc.reap(pid) !== undefined;
  }

  /** Lets orphans go to the first process of the system again. */
  close(): void {
    this.#libc.resignSubreaper();
  }

  #meet(process: SeenProcess): Orphan {
    const { pid, startTicks, session } = process;
    const known = this.#known.get(pid);
    if (known?.startTicks === startTicks) return known;
    const mark = readMark(pid);
    const isOurs = mark?.startsWith(this.#runId) === true;
    // A mark of another run is another launcher's to find. The empty one is that of a watchdog.
    const isForeign = !isOurs && (mark !== undefined || session === this.#session || ignoresForeign(pid));
    const suspects = new Set(isOurs || isForeign ? [] : this.#targets());
    const orphan: Orphan = { startTicks, isForeign, suspects, ...(isOurs ? { mark } : {}) };
    this.#known.set(pid, orphan);
    return orphan;
  }

  #mustEnd({ isForeign, mark, suspects }: Orphan): boolean {
    if (isForeign) return false;
    const open = new Set(this.#targets());
    if (mark !== undefined) return ![...open].some((target) => target.mark === mark);
    for (const suspect of suspects) if (!open.has(suspect)) suspects.delete(suspect);
    return suspects.size === 0;
  }
}

function isDead(orphan: Orphan): boolean {
  return orphan.deadSinceMs !== undefined;
}

function hasChildLists(): boolean {
  try {
    Deno.statSync(`/proc/self/task/${Deno.pid}/children`);
    return true;
  } catch {
    return false;
  }
}
