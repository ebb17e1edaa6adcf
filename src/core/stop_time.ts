/**
 * The time at which all work stops may be moved, as the limit of an allocation is. What cannot end before is not started.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { requeue } from "./priority.ts";
import type { CoreState } from "./state.ts";

/** Work stops at another time; `undefined` for never. */
export function setStopTime(state: CoreState, stopAtMs: number | undefined): void {
  const isLater = (stopAtMs ?? Infinity) > (state.stopAtMs ?? Infinity);
  invariant(!Number.isNaN(stopAtMs), "All work stops at a time or never");
  state.stopAtMs = stopAtMs;
  if (!isLater) return;
  // What was passed over is not in its queue any more.
  for (const record of state.jobs.values()) {
    const isOpen = record.outcome === undefined && record.job.description.timeLimitMs !== undefined;
    if (isOpen) requeue(state, record);
  }
}
