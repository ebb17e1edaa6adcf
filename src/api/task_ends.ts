/**
 * The tasks of a submit in the order in which they end.
 *
 * @module
 */

import type { AdmittedJob } from "../core/types.ts";
import { taskCount } from "../job/description.ts";
import { isTerminal } from "../report/states.ts";
import type { JobEvent, Pilot } from "../runtime/pilot.ts";
import { endedTasks, type TaskRange } from "./ended_tasks.ts";
import { removedError } from "./future_problems.ts";
import { TaskRef } from "./output/task_ref.ts";

/** What the ends of tasks are learnt from. */
export interface SubmittedJobs {
  readonly pilot: Pilot;
  /** The jobs; neighbours, so their numbers follow one another. */
  readonly jobs: readonly AdmittedJob[];
  /** Whether nothing more will end. */
  readonly isOver: () => boolean;
  /** What broke the executor, if something did. */
  readonly failure: () => { readonly error: unknown } | undefined;
  /** Throws if a job was removed. */
  readonly refuseRemoved: () => void;
  /** Tells every event of the jobs, and nothing when all is over; the returned function ends it. */
  readonly listen: (reader: (event?: JobEvent) => void) => () => void;
}

/**
 * Gives the tasks as they end; those that have ended come first.
 *
 * @throws {UnknownJobError} If a job was removed before its tasks were given.
 * @throws What broke the executor before the last task ended.
 */
export async function* tasksAsTheyEnd(submit: SubmittedJobs): AsyncGenerator<TaskRef, void, void> {
  const { pilot, jobs } = submit;
  const ended: TaskRange[] = [];
  for (const job of jobs) {
    for (let offset = 0; offset < taskCount(job.description); offset++) {
      if (isTerminal(pilot.ledger.state(job.firstTask + offset))) ended.push({ job, offset, count: 1 });
    }
  }
  let wake = () => {};
  const stop = submit.listen((event) => {
    const range = event && endedTasks(jobs[event.job - jobs[0]!.id]!, event);
    if (range !== undefined) ended.push(range);
    wake();
  });
  try {
    for (;;) {
      for (const { job, offset, count } of ended.splice(0)) {
        for (let i = 0; i < count; i++) {
          if (pilot.ledger.job(job.id) === undefined) throw removedError(job);
          yield new TaskRef(pilot, job, offset + i);
        }
      }
      if (ended.length > 0) continue;
      const failure = submit.failure();
      if (failure !== undefined) throw failure.error;
      if (submit.isOver()) return;
      await new Promise<void>((resolve) => wake = resolve);
    }
  } finally {
    stop();
  }
}
