/**
 * The lines about tasks that `--show-progress` prints, in QCG-PilotJob's words.
 *
 * @module
 */

import type { Event } from "../../core/types.ts";
import { taskName } from "../../job/description.ts";
import type { Ledger } from "../../report/ledger.ts";

/** Something to print, and when it happened. */
export interface TaskLine {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** The text without its time. */
  readonly text: string;
}

/** Makes lines of events. */
export class TaskLines {
  /** The lines of events that the ledger has taken in. */
  of(events: readonly Event[], ledger: Ledger): TaskLine[] {
    return events.flatMap((event) => {
      if (event.kind !== "taskStarted" && event.kind !== "taskEnded") return [];
      const job = ledger.job(event.job)?.job;
      if (job === undefined) return [];
      const name = taskName(job.description, event.task - job.firstTask);
      const line = (text: string): TaskLine => ({ atMs: event.atMs, text });
      if (event.kind === "taskStarted") return [line(`executing job ${name} ...`)];
      const isUnstarted = event.outcome.kind === "failed" && event.outcome.cause === "start";
      return [...(isUnstarted ? [line(`failed to start job ${name}`)] : []), line(`job ${name} finished`)];
    });
  }
}
