/**
 * What cannot end before all work stops, as when an allocation ends, is not started.
 *
 * @module
 */

import type { CoreState } from "./state.ts";
import type { TaskId } from "./types.ts";

/** Whether a task that is started now may run into the time at which work stops; one without a limit may end any time. */
export function isTooLong(state: CoreState, task: TaskId): boolean {
  if (state.stopAtMs === undefined) return false;
  const { timeLimitMs } = state.job(state.tasks.job(task)).job.description;
  return timeLimitMs !== undefined && state.atMs + timeLimitMs > state.stopAtMs;
}
