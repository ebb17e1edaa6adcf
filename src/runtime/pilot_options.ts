/**
 * What a pilot is made of: its ports and its settings.
 *
 * @module
 */

import type { IntakeOptions } from "../core/intake.ts";
import type { CoreOptions } from "../core/state.ts";
import type { EventHub } from "../events/event_hub.ts";
import type { PlanContext } from "../launch/plan_task.ts";
import type { Clock, JournalStore, Launcher } from "./ports.ts";
import type { TaskFiles } from "./task_files.ts";

/** What a pilot needs from outside. */
export interface PilotPorts {
  readonly clock: Clock;
  readonly launcher: Launcher;
  readonly journal: JournalStore;
  /** Tells the events to their readers; there are none when absent. */
  readonly hub?: EventHub;
  /** The files of tasks; there are none when absent. */
  readonly files?: TaskFiles;
}

/** What a pilot is set up with. */
export interface PilotOptions extends CoreOptions, Omit<IntakeOptions, "pool">, PlanContext {
  /** 16 hexadecimal digits that no other pilot has. */
  readonly runId: string;
}
