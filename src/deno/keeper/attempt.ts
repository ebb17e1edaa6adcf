/**
 * A launch as the pilot of a keeper sees it.
 *
 * @module
 */

import type { LaunchPlan } from "../../launch/plan.ts";
import type { AttemptKey, LaunchSink, StopSignal } from "../../runtime/ports.ts";

/** One launch of one task, until its end was told. */
export interface Attempt {
  readonly key: AttemptKey;
  readonly plan: LaunchPlan;
  readonly sink: LaunchSink;
  /** Whether its start was told. */
  hasStarted: boolean;
  /** How many keepers were asked for it. */
  keepers: number;
  /** The strongest signal that was asked for. */
  asked?: StopSignal;
  /** Whether a process of it cannot be signalled. */
  isRefused?: true;
}

/** One number for an attempt; there are fewer of a task than that. */
export function numberOf({ task, attempt }: AttemptKey): number {
  return task * 65_536 + attempt;
}
