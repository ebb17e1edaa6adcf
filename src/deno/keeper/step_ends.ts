/**
 * Lets `srun` end its steps before everything is killed.
 *
 * What a step of Slurm runs is below Slurm's daemons, on other nodes most of it, and stays when its `srun` is killed. But
 * an `srun` is two processes: the second does nothing but end the step when the first has gone. So the first ones are
 * killed before all else, and the second ones get a moment for that; the rest stands still meanwhile, as a script would
 * go on to its next line.
 *
 * @module
 */

import { readName, type SeenProcess } from "../local/process_scan.ts";
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
  readonly reads: Pick<ProcessReads, "process">;
  /** Waits so many milliseconds. */
  readonly pause: (ms: number) => void;
  /** Tells what a process calls itself; `undefined` when it has gone. That of this machine when absent. */
  readonly nameOf?: (pid: number) => string | undefined;
}

/** Ends the steps of every `srun` among some processes, as far as that can be done in a second. */
export function endSteps(
  living: readonly SeenProcess[],
  { kernel, reads, pause, nameOf = readName }: StepsAround,
): void {
  const steps = new Map(living.filter(({ pid }) => nameOf(pid) === "srun").map((seen) => [seen.pid, seen]));
  const seconds = [...steps.values()].filter(({ parent }) => steps.has(parent));
  if (seconds.length === 0) return;
  for (const seen of living) if (!steps.has(seen.pid)) sendExactly(kernel, reads, seen, "SIGSTOP");
  for (const { parent } of seconds) sendExactly(kernel, reads, steps.get(parent)!, "SIGKILL");
  const isThere = ({ pid, startTicks }: SeenProcess) => {
    const now = reads.process(pid);
    return now?.startTicks === startTicks && !now.isEnded;
  };
  for (let waitedMs = 0; waitedMs < endedMsMax && seconds.some(isThere); waitedMs += lookMs) pause(lookMs);
}
