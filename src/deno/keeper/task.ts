/**
 * A task as its keeper sees it.
 *
 * @module
 */

import type { AttemptNumber, SignalName } from "../../agent/messages.ts";
import type { Exit, Usage } from "../../core/exit.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import type { Standstill } from "../local/standstill.ts";
import type { TaskOutputs } from "../local/task_outputs.ts";

/** A process that was seen, well enough to recognise it. */
export interface Found {
  /** When it started, in clock ticks since the machine did. */
  readonly startTicks: number;
  /** The strongest signal that it was sent. */
  sent?: SignalName;
}

/** One launch of one task, from its start until its end was told. */
export interface Task extends AttemptNumber {
  /** The node that its messages are addressed with. */
  readonly node: number;
  /** The last digits of its tag. */
  readonly serial: number;
  readonly plan: LaunchPlan;
  readonly outputs: TaskOutputs;
  /** The main process, which leads a session and a group. */
  readonly pid: number;
  /** The descriptor that stands for the main process. */
  readonly descriptor: number;
  /** Where its process reports what of its preparation failed; absent when it had none. */
  readonly report?: number;
  /** How the main process ended; absent while it runs. */
  end?: { readonly exit: Exit; readonly usage: Usage };
  /** The strongest signal that the pilot asked for. */
  asked?: SignalName;
  /** Whether SIGTERM was sent. What is born later is not to get it: it may be what tidies up. */
  wasAsked: boolean;
  /** Processes that were there when a stop was asked for, or after the main process had ended. */
  readonly found: Map<number, Found>;
  /** Whether a process of it could not be signalled, which was told. */
  isRefused: boolean;
  /** From when on what is left is killed. */
  killFromMs: number;
  /** Tells when to give up on what was killed. */
  readonly standstill: Standstill;
}
