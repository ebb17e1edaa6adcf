/**
 * Watches limits that only a look at the processes and files tells of: memory in use, and time without output. Twice
 * a second, so that a task is stopped within a second of going beyond.
 *
 * Memory in use is the resident memory of all processes of the task. Only when that is too much, what they share is
 * looked up too and counted once: ten forks of one big process are not ten times as big.
 *
 * @module
 */

import type { AttemptKey, LaunchSink } from "../../runtime/ports.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import type { Census } from "./process_census.ts";
import { pageKiB, sharedOutKiB } from "./process_scan.ts";
import type { SweepTarget } from "./process_sweep.ts";

const lookMs = 500;

/** A task that is watched. */
export interface Watched {
  readonly key: AttemptKey;
  readonly plan: LaunchPlan;
  readonly sink: LaunchSink;
  /** Its processes, where they can be seen. */
  readonly target?: SweepTarget;
}

interface Entry {
  /** What the sizes and times of its outputs were when they last changed. */
  outputs: string;
  changedAtMs: number;
}

/** Watches tasks. */
export class LimitsWatch {
  readonly #look: () => Promise<Census<SweepTarget>> | undefined;
  readonly #watched = new Map<Watched, Entry>();
  #pageKiB: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Creates a watch. `look` looks at the processes, where they can be seen. */
  constructor(look: () => Promise<Census<SweepTarget>> | undefined) {
    this.#look = look;
  }

  /** Watches a task that runs now, if its plan has limits. */
  add(task: Watched): void {
    const { limits } = task.plan;
    if (limits?.memoryMiB === undefined && limits?.idleMs === undefined) return;
    this.#watched.set(task, { outputs: "", changedAtMs: performance.now() });
    this.#arm();
  }

  /** Watches it no more. */
  delete(task: Watched): void {
    this.#watched.delete(task);
  }

  /** Ends the watch. */
  close(): void {
    clearTimeout(this.#timer);
    this.#watched.clear();
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#watched.size === 0) return;
    this.#timer = setTimeout(() => this.#check(), lookMs);
    Deno.unrefTimer(this.#timer); // The task itself keeps the program alive.
  }

  async #check(): Promise<void> {
    const nowMs = performance.now();
    for (const [task, entry] of this.#watched) this.#checkOutput(task, entry, nowMs);
    const census = [...this.#watched.keys()].some(({ plan }) => plan.limits?.memoryMiB !== undefined)
      ? await this.#look()
      : undefined;
    if (census !== undefined) { for (const task of this.#watched.keys()) this.#checkMemory(task, census); }
    this.#timer = undefined;
    this.#arm();
  }

  #checkOutput(task: Watched, entry: Entry, nowMs: number): void {
    const { plan: { limits, stdout, stderr }, key, sink } = task;
    if (limits?.idleMs === undefined) return;
    const outputs = `${stateOf(stdout)} ${stateOf(stderr)}`;
    if (outputs !== entry.outputs) {
      entry.outputs = outputs;
      entry.changedAtMs = nowMs;
    } else if (nowMs - entry.changedAtMs >= limits.idleMs) {
      this.#watched.delete(task);
      sink.limitExceeded(key, "idle", `stopped after ${limits.idleMs / 1000} s without output`);
    }
  }

  #checkMemory(task: Watched, census: Census<SweepTarget>): void {
    const { plan: { limits }, key, sink, target } = task;
    if (limits?.memoryMiB === undefined || target === undefined) return;
    const limitKiB = limits.memoryMiB * 1024;
    const processes = census.of(target);
    const page = this.#pageKiB ??= pageKiB();
    const residentKiB = processes.reduce((sum, { pages }) => sum + pages * page, 0);
    if (residentKiB <= limitKiB) return;
    const usedKiB = processes.reduce((sum, { pid, pages }) => sum + (sharedOutKiB(pid) ?? pages * page), 0);
    if (usedKiB <= limitKiB) return;
    this.#watched.delete(task);
    const used = Math.ceil(usedKiB / 1024);
    sink.limitExceeded(key, "oom", `used ${used} MiB of the ${limits.memoryMiB} MiB that it asked for`);
  }
}

/** Changes whenever something is written to the file. */
function stateOf(path: string | undefined): string {
  if (path === undefined) return "";
  try {
    const { size, mtime } = Deno.statSync(path);
    return `${size}:${mtime?.getTime()}`;
  } catch {
    return ""; // It was removed.
  }
}
