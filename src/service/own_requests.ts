/**
 * Requests that QCG-PilotJob does not have: to pause, to go on, and how far the run is.
 *
 * @module
 */

import { taskName } from "../job/description.ts";
import { describeProgress } from "../report/progress.ts";
import type { Statistics } from "../report/statistics.ts";
import { accept, refuse, type Reply } from "./reply.ts";
import type { ServedPilot } from "./served_pilot.ts";

/** A task that runs, as the replies to `pause` and `continue` tell it. */
export interface RunningTask {
  /** Its name. */
  readonly name: string;
  /** Its process id. */
  readonly pid: number;
  /** The node on which its process was started. */
  readonly node: string;
}

/** Answers `pause`: nothing more starts; what runs goes on, and is told. Asked again, it tells what runs then. */
export function answerPause(pilot: ServedPilot, statistics: Statistics): Reply {
  pilot.pause();
  return accept({ running: runningTasks(pilot, statistics) }, "nothing more is started");
}

/** Answers `continue`. */
export function answerContinue(pilot: ServedPilot, statistics: Statistics): Reply {
  if (!pilot.isPaused) return refuse("The run is not paused", { error: "NOT_PAUSED" });
  pilot.unpause();
  return accept({ running: runningTasks(pilot, statistics) }, "tasks are started again");
}

/** Answers `progress`. */
export function answerProgress(
  pilot: ServedPilot,
  statistics: Statistics,
  { startedAtMs, nowMs }: { readonly startedAtMs: number; readonly nowMs: number },
): Reply {
  const { ledger, resources, isPaused } = pilot;
  return accept(describeProgress({ statistics, ledger, resources, isPaused }, startedAtMs, nowMs));
}

function runningTasks({ ledger }: ServedPilot, { running }: Statistics): RunningTask[] {
  return [...running].flatMap(([task, id]) => {
    const job = ledger.job(id)?.job;
    const { pid, allocation } = ledger.task(task);
    if (job === undefined || pid === undefined || allocation === undefined) return [];
    return [{ name: taskName(job.description, task - job.firstTask), pid, node: allocation.nodes[0]!.name }];
  });
}
