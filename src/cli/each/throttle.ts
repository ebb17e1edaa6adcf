/**
 * What holds back the next task of a sweep although a core is free: a pause, the load of the machine, its memory.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { parseJobs } from "./option_values.ts";

/** When the next task may start. */
export interface ThrottleRules {
  /** Milliseconds that must have gone by since the task before. */
  readonly delayMs?: number;
  /** There must be fewer running processes than this. */
  readonly runningMax?: number;
  /** Bytes of memory that must be free. */
  readonly memoryFree?: number;
}

/** What is asked about the machine. */
export interface MachineLoad {
  /** Processes that run or want to, this one left out. */
  running(): number;
  /** Bytes of memory that can be had. */
  freeMemory(): number;
}

/** How often the machine is asked. */
const pollMs = 100;
/** How soon it is looked whether a task has started. */
const startPollMs = 5;

/** Holds tasks back. */
export class Throttle {
  readonly #rules: ThrottleRules;
  readonly #machine: MachineLoad;
  #startedAtMs = Number.NEGATIVE_INFINITY;
  /** Whether a task was let go that has not started. */
  #isStarting = false;

  /** Creates a throttle that has held nothing back. */
  constructor(rules: ThrottleRules, machine: MachineLoad) {
    this.#rules = rules;
    this.#machine = machine;
  }

  /** Whether anything is ever held back. */
  get holdsBack(): boolean {
    const { delayMs, runningMax, memoryFree } = this.#rules;
    return delayMs !== undefined || runningMax !== undefined || memoryFree !== undefined;
  }

  /** Takes note that the task that was let go has started, or never will. */
  started(): void {
    if (!this.#isStarting) return;
    this.#isStarting = false;
    this.#startedAtMs = performance.now();
  }

  /**
   * Resolves when the next task may start.
   *
   * @param isOver Says that nothing is to be started any more.
   */
  async ready(isOver: () => boolean): Promise<void> {
    if (!this.holdsBack) return;
    for (let left = this.#left(); !isOver() && (left > 0 || this.#isBusy()); left = this.#left()) {
      await delay(Math.min(left > 0 ? left : pollMs, pollMs));
    }
    this.#isStarting = true;
  }

  #left(): number {
    return this.#isStarting ? startPollMs : this.#startedAtMs + (this.#rules.delayMs ?? 0) - performance.now();
  }

  #isBusy(): boolean {
    const { runningMax, memoryFree } = this.#rules;
    return (runningMax !== undefined && this.#machine.running() >= runningMax) ||
      (memoryFree !== undefined && this.#machine.freeMemory() < memoryFree);
  }
}

/** The machine as Linux tells it; where it tells nothing, nothing is held back. */
function machineLoad(): MachineLoad {
  return {
    running: () => {
      const running = /^\S+ \S+ \S+ ([0-9]+)\//.exec(readQuietly("/proc/loadavg"))?.[1];
      return running === undefined ? 0 : Number(running) - 1;
    },
    freeMemory: () => {
      const kilobytes = /^MemAvailable:\s*([0-9]+) kB$/m.exec(readQuietly("/proc/meminfo"))?.[1];
      return kilobytes === undefined ? Number.POSITIVE_INFINITY : Number(kilobytes) * 1024;
    },
  };
}

function readQuietly(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/** What holds back a sweep on this machine; `load` is the greatest load as it was written, such as `80%`. */
export function throttleOf(
  { load, ...rules }: Omit<ThrottleRules, "runningMax"> & { readonly load?: string },
): Throttle {
  const running = load === undefined ? {} : { runningMax: parseJobs(load, navigator.hardwareConcurrency, "load") };
  return new Throttle({ ...rules, ...running }, machineLoad());
}
