/**
 * Changing the priority of a job that is in already: what of it waits takes its new place, what runs goes on.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { type CoreState, eachRequest, type JobRecord, stopTask } from "./state.ts";
import { TaskPhase } from "./task_table.ts";
import type { JobId } from "./types.ts";

/** Gives a job that has not ended another priority. */
export function setPriority(state: CoreState, id: JobId, priority: number, atMs: number): void {
  const record = state.jobs.get(id);
  if (record === undefined || record.outcome !== undefined || record.priority === priority) return;
  invariant(Number.isFinite(priority), "A priority is a number");
  record.priority = priority;
  state.emit({ kind: "prioritySet", atMs, job: id, priority });
  requeue(state, record);
}

/** Queues what is ready of a job once more; the entries at its old place are passed over. */
export function requeue(state: CoreState, record: JobRecord): void {
  invariant(record.outcome === undefined, "A job that has ended waits in no queue");
  const stop = stopTask(record.job);
  for (let from = record.job.firstTask; from < stop;) {
    const to = state.tasks.runEnd(from, stop);
    if (state.tasks.phase(from) === TaskPhase.ready) {
      eachRequest(record.job, from, to, (request, first, end) => {
        for (let task = first; task < end;) {
          // What was tried before may ask for more than the others.
          let next = task + 1;
          const grown = state.retries.get(task)?.request;
          if (grown === undefined) { while (next < end && !state.retries.has(next)) next++; }
          state.enqueue(record, grown ?? request, task, next);
          task = next;
        }
      });
    }
    from = to;
  }
}
