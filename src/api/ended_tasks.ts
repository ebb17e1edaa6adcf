/**
 * Which tasks an event says have ended.
 *
 * @module
 */

import type { AdmittedJob } from "../core/types.ts";
import type { JobEvent } from "../runtime/pilot.ts";

/** Neighbouring tasks of a job. */
export interface TaskRange {
  readonly job: AdmittedJob;
  readonly offset: number;
  readonly count: number;
}

/** The tasks that an event says have ended. */
export function endedTasks(job: AdmittedJob, event: JobEvent): TaskRange | undefined {
  switch (event.kind) {
    case "taskEnded":
      return { job, offset: event.task - job.firstTask, count: 1 };
    case "tasksDropped":
      return { job, offset: event.first - job.firstTask, count: event.count };
    default:
      return undefined;
  }
}
