/**
 * Lets `srun` end its steps before it is killed itself.
 *
 * What a step of Slurm runs is below Slurm's daemons, on other nodes most of it, and stays when its `srun` is killed. But
 * an `srun` is two processes: the second does nothing but end the step when the first has gone. So the second ones get a
 * moment for that, whatever the environment of the step is. Where a keeper kills all that it has, the rest stands still
 * meanwhile, as a script would go on to its next line; where it kills a task, the rest of that is killed at once.
 *
 * @module
 */

import type { SignalName } from "../../agent/messages.ts";
import type { SeenProcess } from "../local/process_scan.ts";
import type { ProcessReads } from "./process_reads.ts";
import { sendExactly, type SignalCalls } from "./send_exactly.ts";

/** How long a step may take to end, in milliseconds; its controller may be down. */
const endedMsMax = 1000;
const lookMs = 10;

/** What it takes to end steps. */
export interface StepsAround {
  /** Sends signals. */
  readonly kernel: SignalCalls;
  /** Looks at processes. */
  readonly reads: Pick<ProcessReads, "process" | "name">;
  /** Waits so many milliseconds. */
  readonly pause: (ms: number) => void;
}

/** The second processes of each `srun` among some. */
function findSeconds(living: readonly SeenProcess[], reads: Pick<ProcessReads, "name">): SeenProcess[] {
  const steps = living.filter(({ pid }) => reads.name(pid) === "srun");
  const firsts = new Set(steps.map(({ pid }) => pid));
  return steps.filter(({ parent }) => firsts.has(parent));
}

/** Ends the steps of every `srun` among some processes, as far as that can be done in a second. */
export function endSteps(living: readonly SeenProcess[], { kernel, reads, pause }: StepsAround): void {
  const seconds = findSeconds(living, reads);
  if (seconds.length === 0) return;
  const firsts = new Set(seconds.map(({ parent }) => parent));
  for (const seen of living) if (reads.name(seen.pid) !== "srun") sendExactly(kernel, reads, seen, "SIGSTOP");
  for (const seen of living) if (firsts.has(seen.pid)) sendExactly(kernel, reads, seen, "SIGKILL");
  const isThere = ({ pid, startTicks }: SeenProcess) => {
    const now = reads.process(pid);
    return now?.startTicks === startTicks && !now.isEnded;
  };
  for (let waitedMs = 0; waitedMs < endedMsMax && seconds.some(isThere); waitedMs += lookMs) pause(lookMs);
}

/** Processes, and those of them that are to be left alone for now. */
export interface SplitProcesses {
  /** Those that are. */
  readonly spared: readonly SeenProcess[];
  /** All others. */
  readonly others: readonly SeenProcess[];
}

/** The second processes of each `srun` of the tasks that are killed. */
export class SparedSteps {
  readonly #reads: Pick<ProcessReads, "name">;
  readonly #spared = new Map<number, { readonly startTicks: number; readonly untilMs: number }>();

  /** Knows of none. */
  constructor(reads: Pick<ProcessReads, "name">) {
    this.#reads = reads;
  }

  /**
   * Tells which processes of a task are not to be killed yet, or any more.
   *
   * @param living What is seen of the task.
   * @param signal What is to be sent to it; only of SIGKILL is anybody spared.
   * @param nowMs The time.
   */
  split(living: readonly SeenProcess[], signal: SignalName, nowMs: number): SplitProcesses {
    if (signal !== "SIGKILL") return { spared: [], others: living };
    for (const { pid, startTicks } of findSeconds(living, this.#reads)) {
      if (!this.#spared.has(pid)) this.#spared.set(pid, { startTicks, untilMs: nowMs + endedMsMax });
    }
    for (const [pid, { untilMs }] of this.#spared) if (untilMs <= nowMs) this.#spared.delete(pid);
    const isSpared = ({ pid, startTicks }: SeenProcess) => this.#spared.get(pid)?.startTicks === startTicks;
    const spared = living.filter(isSpared);
    return { spared, others: spared.length === 0 ? living : living.filter((process) => !isSpared(process)) };
  }
}
