/**
 * What tasks orphaned: the keeper's own children beside the main processes of its tasks. Each belongs to the task whose
 * tag it carries. One with a tag of another family came from a pilot inside a task, and belongs to the task in which
 * that family was seen. Else (it took its tag off) it belongs to the task whose session it is in, or to one of the tasks
 * that ran when it was first seen, and so to the last of them.
 *
 * @module
 */

import { familyOfTag, serialOf } from "../../agent/tag.ts";
import type { SeenProcess } from "../local/process_scan.ts";
import type { Kernel } from "./kernel.ts";
import type { ProcessReads } from "./process_reads.ts";
import type { Task } from "./task.ts";

/** How often a look begins anew because nothing but the dead was seen of a task; what goes on dying is looked at later. */
const listingsMax = 3;

/** What is known of an orphan. */
interface Orphan {
  /** The launch whose tag it carries; absent when it carries none of ours. */
  readonly serial?: number;
  /** Without a tag: the tasks that it may belong to. */
  readonly suspects: Set<Task>;
}

/** What a look at the children found. */
export interface Orphans {
  /** Process ids by the task that they belong to. */
  readonly byTask: ReadonlyMap<Task, readonly number[]>;
  /** Process ids whose task is over. */
  readonly strays: readonly number[];
  /** Tasks of which a process was reaped: its children came to the keeper, maybe after the list had been read. */
  readonly unsettled: ReadonlySet<Task>;
}

/** Knows the orphans. */
export class OrphanWatch {
  readonly #kernel: Pick<Kernel, "reap">;
  readonly #reads: ProcessReads;
  readonly #family: string;
  /** A child keeps its number until it is reaped, and is forgotten then. */
  readonly #known = new Map<number, Orphan>();
  readonly #tasks: ReadonlyMap<number, Task>;
  /** Families of tags that pilots inside tasks use. */
  readonly #inner = new Map<string, Task>();

  /**
   * Begins to watch.
   *
   * @param tasks The tasks whose end was not told, by their serial numbers.
   */
  constructor(
    kernel: Pick<Kernel, "reap">,
    reads: ProcessReads,
    family: string,
    tasks: ReadonlyMap<number, Task>,
  ) {
    this.#kernel = kernel;
    this.#reads = reads;
    this.#family = family;
    this.#tasks = tasks;
  }

  /**
   * Looks at the children and reaps the dead ones.
   *
   * @param isOther Whether a child is no orphan.
   */
  look(isOther: (pid: number) => boolean): Orphans {
    for (let listing = 1;; listing++) {
      const orphans = this.#lookOnce(isOther);
      const isTold = [...orphans.unsettled].every((task) => orphans.byTask.has(task));
      if (isTold || listing === listingsMax) return orphans;
    }
  }

  #lookOnce(isOther: (pid: number) => boolean): Orphans {
    const byTask = new Map<Task, number[]>();
    const strays: number[] = [];
    const unsettled = new Set<Task>();
    const seen = new Set<number>();
    for (const pid of this.#reads.ownChildren()) {
      if (isOther(pid)) continue;
      // Whose it was cannot be read any more when it has been reaped.
      const orphan = this.#meet(pid);
      const owner = this.#ownerOf(orphan);
      if (this.#kernel.reap(pid) !== undefined) {
        for (const task of owner === "unknown" ? orphan.suspects : [owner]) if (task !== "nobody") unsettled.add(task);
        continue;
      }
      seen.add(pid);
      if (owner === "unknown") continue;
      if (owner === "nobody") strays.push(pid);
      else if (!byTask.get(owner)?.push(pid)) byTask.set(owner, [pid]);
    }
    for (const pid of this.#known.keys()) if (!seen.has(pid)) this.#known.delete(pid);
    return { byTask, strays, unsettled };
  }

  /** A task is over: nothing of it is left that is known to be its own. */
  over(task: Task): void {
    for (const { suspects } of this.#known.values()) suspects.delete(task);
    for (const [family, owner] of this.#inner) if (owner === task) this.#inner.delete(family);
  }

  /** Notes whose tags the processes of a task carry, so that they are known when they have lost their parents. */
  learn(task: Task, members: readonly SeenProcess[]): void {
    for (const { pid } of members) {
      const tag = this.#reads.tag(pid);
      if (tag !== undefined && !tag.startsWith(this.#family)) this.#inner.set(familyOfTag(tag), task);
    }
  }

  #ownerOf({ serial, suspects }: Orphan): Task | "nobody" | "unknown" {
    if (serial !== undefined) return this.#tasks.get(serial) ?? "nobody";
    if (suspects.size > 1) return "unknown";
    const [last] = suspects;
    return last ?? "nobody";
  }

  #meet(pid: number): Orphan {
    const known = this.#known.get(pid);
    if (known !== undefined) return known;
    const tag = this.#reads.tag(pid) ?? "";
    const serial = serialOf(this.#family, tag);
    const suspects = new Set<Task>();
    if (serial === undefined) {
      const tasks = [...this.#tasks.values()];
      const session = this.#reads.process(pid)?.session;
      const leader = this.#inner.get(familyOfTag(tag)) ?? tasks.find((task) => task.pid === session);
      for (const task of leader === undefined ? tasks : [leader]) suspects.add(task);
    }
    const orphan: Orphan = { suspects, ...(serial === undefined ? {} : { serial }) };
    this.#known.set(pid, orphan);
    return orphan;
  }
}
