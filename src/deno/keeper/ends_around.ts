/**
 * What is around the ends of tasks: the calls by which they are ended, who is told, and what else ends with them.
 *
 * @module
 */

import type { AgentMessage } from "../../agent/messages.ts";
import type { OutputEnds } from "../local/task_outputs.ts";
import type { Kernel } from "./kernel.ts";
import type { StartReports } from "./start_reports.ts";
import type { Task } from "./task.ts";

/** The calls by which tasks are ended. */
export type EndingCalls = Pick<
  Kernel,
  "reap" | "kill" | "openProcess" | "signalProcess" | "close" | "closeWatched" | "selfPeakKiB"
>;

/** What is around the ends of tasks. */
export interface EndsAround {
  /** Tells the pilot. */
  tell(task: Task, message: AgentMessage): void;
  /** Whether a process is the guard. */
  isGuard(pid: number): boolean;
  /** Tells what could not be prepared. */
  readonly reports: Pick<StartReports, "finish">;
  /** Knows what tasks have written. */
  readonly outputs: Pick<OutputEnds, "finish" | "giveBack">;
}
