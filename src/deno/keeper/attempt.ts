/**
 * A launch as the pilot of a keeper sees it.
 *
 * @module
 */

import { type Cleanup, stoppedEarly } from "../../core/exit.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import type { AttemptMessage } from "../../runtime/agent_session.ts";
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

/** Tells what the keeper says of a launch to who waits for it. */
export function tell(attempt: Attempt, message: Exclude<AttemptMessage, { readonly word: "swept" }>): void {
  const { key, plan, sink } = attempt;
  switch (message.word) {
    case "started":
      attempt.hasStarted = true;
      return sink.started(key, { node: plan.place.node, pid: message.pid, agoMs: message.agoMs });
    case "startFailed":
      return sink.startFailed(key, message.failure);
    case "exited":
      return sink.exited(key, message.exit, message.usage, message.cleanup, message.tails);
    case "refused":
      attempt.isRefused = true;
      return sink.signalRefused?.(key);
    case "limit":
      return sink.limitExceeded(key, message.cause, message.reason);
    default:
      return message satisfies never;
  }
}

/** Tells the end of a launch whose keeper has gone. */
export function tellLost(attempt: Attempt, problem: string, cleanup?: Cleanup): void {
  if (attempt.hasStarted) attempt.sink.exited(attempt.key, { signal: "SIGKILL" }, {}, cleanup);
  else tellUnstarted(attempt, `every keeper that was to start it went: ${problem}`);
}

/** Tells that nothing comes of a launch: it was asked to stop before it began, or `message` says why. */
export function tellUnstarted({ key, sink, asked }: Attempt, message: string): void {
  sink.startFailed(key, asked === undefined ? { kind: "other", message } : stoppedEarly);
}

/** One number for an attempt; there are fewer of a task than that. */
export function numberOf({ task, attempt }: AttemptKey): number {
  return task * 65_536 + attempt;
}

/** Says that a stop does not reach all of a task. */
export function explainRefusal({ plan }: Attempt): string {
  return `A process of task "${plan.taskName}" cannot be signalled (EPERM), as it runs as another user: ` +
    "it is waited for, but left behind when this program is told to end";
}

/** Says why nothing begins. */
export function explainStuck(seconds: number): string {
  return `The keeper waits for a file system that does not answer, for ${seconds} s by now`;
}
