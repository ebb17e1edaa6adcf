/**
 * Checks limits that only a look at the processes and files tells of: memory in use, and time without output. A look
 * twice a second stops a task within a second of going beyond.
 *
 * Memory in use is the resident memory of all processes of the task. Only when that is too much, what they share is
 * looked up too and counted once: ten forks of one big process are not ten times as big.
 *
 * @module
 */

import type { LaunchPlan } from "../../launch/plan.ts";
import { isRemote } from "../host/remote_paths.ts";
import { pageKiB, type SeenProcess, sharedOutKiB } from "./process_scan.ts";

/** How often to look. */
export const lookMs = 500;

/** A limit that was exceeded, in the words of the result. */
export interface Excess {
  readonly cause: "idle" | "oom";
  readonly reason: string;
}

interface Entry {
  /** What the sizes and times of its outputs were when they last changed. */
  outputs: string;
  changedAtMs: number;
}

/** Checks the limits of tasks, each of which is told to be beyond at most once. */
export class LimitsCheck<T extends { readonly plan: LaunchPlan; readonly pid: number }> {
  readonly #entries = new Map<T, Entry>();
  #pageKiB: number | undefined;

  /** Whether no task has limits. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** Whether the processes must be looked at. */
  get needsProcesses(): boolean {
    return [...this.#entries.keys()].some(({ plan }) => plan.limits?.memoryMiB !== undefined);
  }

  /** Takes in a task that runs now, if its plan has limits. */
  add(task: T, nowMs: number): void {
    const { limits } = task.plan;
    if (limits?.memoryMiB === undefined && limits?.idleMs === undefined) return;
    this.#entries.set(task, { outputs: "", changedAtMs: nowMs });
  }

  /** Checks it no more. */
  delete(task: T): void {
    this.#entries.delete(task);
  }

  /** Tasks stood still for so long: that they said nothing meanwhile does not count. */
  shift(ms: number): void {
    for (const entry of this.#entries.values()) entry.changedAtMs += ms;
  }

  /** Checks no task any more. */
  clear(): void {
    this.#entries.clear();
  }

  /** Finds the tasks that were silent for too long. */
  *findIdle(nowMs: number): Iterable<readonly [T, Excess]> {
    for (const [task, entry] of this.#entries) {
      const { limits, stdout, stderr } = task.plan;
      if (limits?.idleMs === undefined) continue;
      const outputs = `${stateOf(stdout, task.pid, 1)} ${stateOf(stderr, task.pid, 2)}`;
      if (outputs !== entry.outputs) {
        entry.outputs = outputs;
        entry.changedAtMs = nowMs;
      } else if (nowMs - entry.changedAtMs >= limits.idleMs) {
        this.#entries.delete(task);
        yield [task, { cause: "idle", reason: `stopped after ${limits.idleMs / 1000} s without output` }];
      }
    }
  }

  /**
   * Finds the tasks that use too much memory.
   *
   * @param processesOf The living processes of a task; `undefined` where they cannot be seen.
   */
  *findLarge(processesOf: (task: T) => readonly SeenProcess[] | undefined): Iterable<readonly [T, Excess]> {
    for (const task of this.#entries.keys()) {
      const { memoryMiB } = task.plan.limits!;
      const processes = memoryMiB === undefined ? undefined : processesOf(task);
      if (memoryMiB === undefined || processes === undefined) continue;
      const page = this.#pageKiB ??= pageKiB();
      const residentKiB = processes.reduce((sum, { pages }) => sum + pages * page, 0);
      if (residentKiB <= memoryMiB * 1024) continue;
      const usedKiB = processes.reduce((sum, { pid, pages }) => sum + (sharedOutKiB(pid) ?? pages * page), 0);
      if (usedKiB <= memoryMiB * 1024) continue;
      this.#entries.delete(task);
      const used = Math.ceil(usedKiB / 1024);
      yield [task, { cause: "oom", reason: `used ${used} MiB of the ${memoryMiB} MiB that it asked for` }];
    }
  }
}

/**
 * Changes whenever something is written to the file. Of one whose file system may not answer the process tells how far it
 * is: the kernel knows that by itself.
 */
function stateOf(path: string | undefined, pid: number, descriptor: 1 | 2): string {
  if (path === undefined) return "";
  try {
    if (isRemote(path)) return Deno.readTextFileSync(`/proc/${pid}/fdinfo/${descriptor}`);
    const { size, mtime } = Deno.statSync(path);
    return `${size}:${mtime?.getTime()}`;
  } catch {
    return ""; // It was removed, or its process has ended.
  }
}
