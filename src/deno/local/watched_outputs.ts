/**
 * The outputs of tasks of a launcher that has timers: what they write is bounded while they run.
 *
 * @module
 */

import type { LaunchPlan } from "../../launch/plan.ts";
import type { LaunchFault } from "./launch_failure.ts";
import { OutputEnds, type TaskOutputs } from "./task_outputs.ts";

/** Knows the outputs of the tasks of one launcher, and looks at them now and then. */
export class WatchedOutputs extends OutputEnds {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** A task is about to start. */
  override begin(plan: LaunchPlan): TaskOutputs | LaunchFault {
    const outputs = super.begin(plan);
    this.#arm();
    return outputs;
  }

  /** Closes all files. */
  close(): void {
    clearTimeout(this.#timer);
    this.spool.close();
  }

  #arm(): void {
    const { dueMs } = this.spool;
    if (this.#timer !== undefined || dueMs === Infinity) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.spool.look(performance.now());
      this.#arm();
    }, Math.max(0, dueMs - performance.now()));
    Deno.unrefTimer(this.#timer); // The task itself keeps the program alive.
  }
}
