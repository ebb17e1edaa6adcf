/**
 * Ends a run in time before its allocation does.
 *
 * @module
 */

import { watchEnd } from "../deno/slurm/watch_end.ts";
import type { Cluster } from "../runtime/cluster.ts";
import type { Pilot } from "../runtime/pilot.ts";

/** What a command exits with when time was up: a temporary failure, after which a resume goes on. */
export const outOfTimeExitCode = 75;

/**
 * Watches until work has to stop, or what is left needs more time than there is.
 *
 * @param stop Is called then, with the reason as a sentence without its end; more than once, perhaps.
 * @returns Ends the watch when disposed.
 */
export function watchEndOf(pilot: Pilot, { jobId, end }: Cluster, stop: (sentence: string) => void): Disposable {
  const changed = () => {
    pilot.setStopTime(end.stopMs);
    if (pilot.isOutOfTime) stop("what is left needs more time than the allocation lasts");
  };
  const seconds = Math.round(end.leadMs / 1000);
  return watchEnd(jobId, end, changed, () => stop(`the allocation ends in ${seconds} s: running tasks are stopped`));
}
