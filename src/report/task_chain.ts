/**
 * What tasks wait for, task by task, and the chain of tasks that took longest: no number of cores makes a run shorter.
 *
 * @module
 */

import { taskCount } from "../job/description.ts";
import type { AdmittedJob, JobId, TaskId } from "../core/types.ts";
import { jobsAfter } from "./forecast.ts";

/** What a task waits for: all tasks of a job, or one of them, by its 0-based number in the job. */
export interface TaskSource {
  readonly job: JobId;
  readonly offset?: number;
}

/** Tells what a task waits for, by its 0-based number in its job. */
export function* sourcesOf({ edges }: AdmittedJob, offset: number): Generator<TaskSource, void, void> {
  for (const edge of edges) {
    switch (edge.kind) {
      case "missing":
        break;
      case "job":
        yield edge.offset === undefined ? { job: edge.job } : { job: edge.job, offset: edge.offset };
        break;
      case "aligned":
        yield { job: edge.job, offset: offset + edge.shift };
        break;
      case "perTask":
        if ((edge.jobs[offset] ?? -1) >= 0) yield { job: edge.jobs[offset]! };
        break;
      default:
        edge satisfies never;
    }
  }
}

/** A task, and how long the chain is that ends with it. */
interface Link {
  readonly task: TaskId;
  readonly ms: number;
}

/**
 * Finds the longest chain of tasks each of which waited for the one before.
 *
 * @param jobs The jobs, in any order; no ring among them.
 * @param ranMs How long a task took, all its attempts together; 0 if it did not run.
 * @returns The tasks from the first to the last, without those that did not run.
 */
export function longestChain(jobs: readonly AdmittedJob[], ranMs: (task: TaskId) => number): TaskId[] {
  const known = new Map(jobs.map((job) => [job.id, job]));
  const chainMs = new Map<TaskId, number>();
  const before = new Map<TaskId, TaskId>();
  /** The task of each job with the longest chain. */
  const longest = new Map<JobId, Link>();
  const linkOf = ({ job: id, offset }: TaskSource): Link | undefined => {
    const job = known.get(id);
    if (job === undefined || offset === undefined) return longest.get(id);
    const task = job.firstTask + offset;
    return chainMs.has(task) ? { task, ms: chainMs.get(task)! } : undefined;
  };
  for (const job of inOrder(known)) {
    for (let offset = 0; offset < taskCount(job.description); offset++) {
      const task = job.firstTask + offset;
      let last: Link | undefined;
      for (const source of sourcesOf(job, offset)) {
        const link = linkOf(source);
        if (link !== undefined && link.ms > (last?.ms ?? 0)) last = link;
      }
      const ms = (last?.ms ?? 0) + ranMs(task);
      chainMs.set(task, ms);
      if (last !== undefined) before.set(task, last.task);
      if (ms > (longest.get(job.id)?.ms ?? -1)) longest.set(job.id, { task, ms });
    }
  }
  let end: Link | undefined;
  for (const link of longest.values()) if (link.ms > (end?.ms ?? 0)) end = link;
  const chain: TaskId[] = [];
  for (let task = end?.task; task !== undefined; task = before.get(task)) if (ranMs(task) > 0) chain.push(task);
  return chain.reverse();
}

/** Each job behind those that it waits for. */
function* inOrder(known: ReadonlyMap<JobId, AdmittedJob>): Generator<AdmittedJob, void, void> {
  const done = new Set<JobId>();
  for (const root of known.keys()) {
    // No recursion, so that a chain may be as long as it likes.
    const stack = [root];
    while (stack.length > 0) {
      const id = stack.at(-1)!;
      const job = known.get(id)!;
      const open = done.has(id) ? [] : jobsAfter(job).filter((other) => known.has(other) && !done.has(other));
      if (open.length > 0) {
        stack.push(...open);
        continue;
      }
      stack.pop();
      if (done.has(id)) continue;
      done.add(id);
      yield job;
    }
  }
}
