/**
 * Signals to processes that were seen a moment ago, and to no other that has got their number meanwhile.
 *
 * @module
 */

import { signalNumber } from "../../core/exit.ts";
import type { SeenProcess } from "../local/process_scan.ts";
import type { Kernel } from "./kernel.ts";
import { errors } from "./kernel_numbers.ts";
import type { ProcessReads } from "./process_reads.ts";

/** The calls of the system that it takes. */
export type SignalCalls = Pick<Kernel, "openProcess" | "kill" | "signalProcess" | "close">;

/**
 * Sends a signal to exactly the process that was seen.
 *
 * @returns False when this program may not signal it; true also when it has gone.
 */
export function sendExactly(
  kernel: SignalCalls,
  reads: Pick<ProcessReads, "process">,
  { pid, startTicks, parent }: SeenProcess,
  signal: string,
): boolean {
  // A child of ours keeps its number until we reap it.
  const descriptor = parent === Deno.pid ? -1 : kernel.openProcess(pid);
  if (descriptor < 0) {
    const isThere = parent === Deno.pid || reads.process(pid)?.startTicks === startTicks;
    return !isThere || kernel.kill(pid, signalNumber(signal)) !== -errors.EPERM;
  }
  const isThere = reads.process(pid)?.startTicks === startTicks;
  const told = isThere ? kernel.signalProcess(descriptor, signalNumber(signal)) : 0;
  kernel.close(descriptor);
  return told !== -errors.EPERM;
}
