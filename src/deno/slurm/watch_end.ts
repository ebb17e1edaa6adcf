/**
 * Watches for the end of an allocation: Slurm is asked again each minute, as limits get changed. Its own signal is no
 * clock: it may come half a minute early, and the end half a minute late.
 *
 * @module
 */

import type { AskingSignal } from "../../core/exit.ts";
import { ResourceSpecError } from "../../errors.ts";
import { SystemClock } from "../host/clock.ts";
import { AllocationEnd } from "../../runtime/allocation_end.ts";
import { parseTimeLeft } from "../../slurm/time_left.ts";
import { ask, askNow } from "./ask_slurm.ts";

const askMs = 60_000;

/** Asks how long a batch job still lasts, and when its work has to stop. */
export function lookAtEnd(jobId: string, leadMs: number, askingSignal?: AskingSignal): AllocationEnd {
  return new AllocationEnd(leadMs, readTimeLeft(askNow("squeue", questionOf(jobId))), Date.now(), askingSignal);
}

/**
 * Watches until work has to stop.
 *
 * @param changed Is called when the end was asked for anew.
 * @param stop Is called once, when work has to stop.
 * @returns Ends the watch when disposed.
 */
export function watchEnd(jobId: string, end: AllocationEnd, changed: () => void, stop: () => void): Disposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const clock = new SystemClock(); // As the run's: to set the system's time moves neither.
  const wait = () => {
    if (isOver) return;
    const leftMs = (end.stopMs ?? Infinity) - clock.nowMs();
    if (leftMs <= 0) {
      isOver = true;
      end.reach();
      return stop();
    }
    timer = setTimeout(leftMs > askMs ? look : wait, Math.min(leftMs, askMs));
    Deno.unrefTimer(timer);
  };
  const look = async () => {
    const answer = await ask("squeue", questionOf(jobId));
    // Where there is no answer, what was known goes on to hold.
    if (isOver) return;
    if (answer !== undefined) end.update(readTimeLeft(answer), clock.nowMs());
    changed();
    wait();
  };
  wait();
  return {
    [Symbol.dispose]: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

function questionOf(jobId: string): string[] {
  return ["-h", "-j", jobId, "-o", "%L"];
}

function readTimeLeft(answer: string | undefined): number | undefined {
  try {
    return parseTimeLeft(answer ?? "");
  } catch (error) {
    if (error instanceof ResourceSpecError) return undefined;
    throw error;
  }
}
