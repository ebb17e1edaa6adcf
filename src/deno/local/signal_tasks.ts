/**
 * Stops the processes of tasks where they are, and lets them go on.
 *
 * @module
 */

import { tagsOfRun } from "../../agent/tag.ts";
import { readMark, readTag } from "./process_scan.ts";

/** A task whose processes are meant: those of the group that its process leads. */
export interface SignaledTask {
  /** The process that leads them. */
  readonly pid: number;
}

/**
 * Sends a signal to the process groups of tasks. Whatever does not carry the mark of the run is passed over: a task that
 * has just ended, or one on another machine, where its number means another process.
 *
 * @param runId The id of the run, with which the marks of all its tasks begin.
 * @param tasks The tasks.
 * @param signal SIGSTOP or SIGCONT.
 * @returns How many were reached.
 */
export function signalTasks(runId: string, tasks: readonly SignaledTask[], signal: "SIGSTOP" | "SIGCONT"): number {
  let reached = 0;
  const tags = tagsOfRun(runId);
  for (const { pid } of tasks) {
    if (!readMark(pid)?.startsWith(runId) && !readTag(pid)?.startsWith(tags)) continue;
    try {
      Deno.kill(-pid, signal);
      reached++;
    } catch { /* It has ended. */ }
  }
  return reached;
}
