/**
 * Watches the limits of the tasks of a launcher: see `limits_check.ts`.
 *
 * @module
 */

import type { LaunchPlan } from "../../launch/plan.ts";
import type { AttemptKey, LaunchSink } from "../../runtime/ports.ts";
import { type Excess, LimitsCheck, lookMs } from "./limits_check.ts";
import type { Census } from "./process_census.ts";
import type { SweepTarget } from "./process_sweep.ts";

/** A task that is watched. */
export interface Watched {
  readonly key: AttemptKey;
  readonly plan: LaunchPlan;
  readonly sink: LaunchSink;
  /** Its main process. */
  readonly pid: number;
  /** Its processes, where they can be seen. */
  readonly target?: SweepTarget;
}

/** Watches tasks. */
export class LimitsWatch {
  readonly #look: () => Promise<Census<SweepTarget>> | undefined;
  readonly #check = new LimitsCheck<Watched>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Creates a watch. `look` looks at the processes, where they can be seen. */
  constructor(look: () => Promise<Census<SweepTarget>> | undefined) {
    this.#look = look;
  }

  /** Watches a task that runs now, if its plan has limits. */
  add(task: Watched): void {
    this.#check.add(task, performance.now());
    this.#arm();
  }

  /** Watches it no more. */
  delete(task: Watched): void {
    this.#check.delete(task);
  }

  /** Ends the watch. */
  close(): void {
    clearTimeout(this.#timer);
    this.#check.clear();
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#check.isEmpty) return;
    this.#timer = setTimeout(() => this.#checkAll(), lookMs);
    Deno.unrefTimer(this.#timer); // The task itself keeps the program alive.
  }

  async #checkAll(): Promise<void> {
    for (const [task, excess] of this.#check.findIdle(performance.now())) tell(task, excess);
    const census = this.#check.needsProcesses ? await this.#look() : undefined;
    const processesOf = ({ target }: Watched) => target === undefined ? undefined : census?.of(target);
    for (const [task, excess] of this.#check.findLarge(processesOf)) tell(task, excess);
    this.#timer = undefined;
    this.#arm();
  }
}

function tell({ key, sink }: Watched, { cause, reason }: Excess): void {
  sink.limitExceeded(key, cause, reason);
}
