/**
 * Counts of jobs and iterations by what they do, kept up to date event by event: the reply to `status`.
 *
 * @module
 */

import type { Event, JobId, JobOutcome, OutcomeCounts, TaskId } from "../core/types.ts";
import { taskCount } from "../job/description.ts";
import { Pace } from "./pace.ts";

/** How many there are of something, and how many of them do what. They add up to the total. */
export interface StateCounts {
  /** All that are known; removed ones are not. */
  readonly total: number;
  /** Waiting, or scheduled but not yet started. */
  readonly inSchedule: number;
  /** Running. */
  readonly executing: number;
  /** Failed or omitted. */
  readonly failed: number;
  /** Succeeded or canceled: what QCG-PilotJob calls finished. */
  readonly finished: number;
}

interface JobStateCount {
  readonly isPlain: boolean;
  readonly tasks: number;
  failed: number;
  finished: number;
  outcome?: JobOutcome;
}

/**
 * Counts. Every event costs the same, however many tasks there are, and the memory grows by jobs and running tasks.
 *
 * A plain job counts once as a job and once as an iteration. An iterative job as a whole is never executing, as in
 * QCG-PilotJob; unlike there, the iterations of an omitted job count as failed.
 */
export class Statistics {
  readonly #jobs: Map<JobId, JobStateCount> = new Map();
  /** What runs, with its job; in the order of the starts. */
  readonly #executing: Map<TaskId, JobId> = new Map();
  readonly #pace: Pace = new Pace();
  /** Ended tasks of jobs that were removed. */
  readonly #removed = { failed: 0, finished: 0 };
  #executingJobs = 0;
  #failedJobs = 0;
  #finishedJobs = 0;
  #tasks = 0;
  #failedTasks = 0;
  #finishedTasks = 0;

  /** Takes in one event. */
  apply(event: Event): void {
    switch (event.kind) {
      case "jobSubmitted": {
        const { description } = event.job;
        const tasks = taskCount(description);
        const isPlain = description.iteration === undefined;
        this.#jobs.set(event.job.id, { isPlain, tasks, failed: 0, finished: 0 });
        this.#tasks += tasks;
        return;
      }
      case "attemptEnded":
      case "taskScheduled": // After a restart the further attempt tells that the one before is over.
        return this.#setExecuting(event.task, event.job, false);
      case "taskStarted":
        return this.#setExecuting(event.task, event.job, true);
      case "taskEnded":
        this.#pace.add(event.atMs);
        this.#setExecuting(event.task, event.job, false);
        return this.#endTasks(event.job, 1, event.outcome.kind);
      case "tasksDropped":
        return this.#endTasks(event.job, event.count, event.outcome.kind);
      case "jobEnded":
        return this.#endJob(event.job, event.outcome);
      case "tasksReopened":
        return this.#reopen(event.job, event.counts);
      case "jobForgotten":
        return this.#forget(event.job);
      case "stopRequested":
      case "jobCanceled":
      case "prioritySet":
      case "nodeReady":
      case "nodeLost":
      case "pilotDrained":
        return;
      default:
        return event satisfies never;
    }
  }

  /** Counts jobs. */
  get jobs(): StateCounts {
    return countStates(this.#jobs.size, this.#executingJobs, this.#failedJobs, this.#finishedJobs);
  }

  /** Counts iterations; a plain job is one. */
  get iterations(): StateCounts {
    return countStates(this.#tasks, this.#executing.size, this.#failedTasks, this.#finishedTasks);
  }

  /** Counts iterations as {@linkcode iterations} does, those of removed jobs too. */
  get everything(): StateCounts {
    const { failed, finished } = this.#removed;
    const total = this.#tasks + failed + finished;
    return countStates(total, this.#executing.size, this.#failedTasks + failed, this.#finishedTasks + finished);
  }

  /** The task that runs longest, if one runs. */
  get longestRunning(): { readonly task: TaskId; readonly job: JobId } | undefined {
    for (const [task, job] of this.#executing) return { task, job };
    return undefined;
  }

  /** The tasks that run, with their jobs, in the order in which they started. */
  get running(): ReadonlyMap<TaskId, JobId> {
    return this.#executing;
  }

  /** How many tasks have ended in a second, of late; `undefined` when none has. */
  endsPerSecond(nowMs: number): number | undefined {
    return this.#pace.perSecond(nowMs);
  }

  #setExecuting(task: TaskId, id: JobId, runs: boolean): void {
    if (this.#executing.has(task) === runs) return;
    if (runs) this.#executing.set(task, id);
    else this.#executing.delete(task);
    if (this.#jobs.get(id)?.isPlain) this.#executingJobs += runs ? 1 : -1;
  }

  #endTasks(id: JobId, count: number, outcome: keyof OutcomeCounts): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    if (isFailure(outcome)) {
      job.failed += count;
      this.#failedTasks += count;
    } else {
      job.finished += count;
      this.#finishedTasks += count;
    }
  }

  #endJob(id: JobId, outcome: JobOutcome): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    job.outcome = outcome;
    if (isFailure(outcome)) this.#failedJobs++;
    else this.#finishedJobs++;
  }

  #reopen(id: JobId, { failed, omitted, succeeded, canceled }: OutcomeCounts): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    job.failed -= failed + omitted;
    job.finished -= succeeded + canceled;
    this.#failedTasks -= failed + omitted;
    this.#finishedTasks -= succeeded + canceled;
    if (job.outcome === undefined) return;
    if (isFailure(job.outcome)) this.#failedJobs--;
    else this.#finishedJobs--;
    delete job.outcome;
  }

  #forget(id: JobId): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    this.#jobs.delete(id);
    this.#removed.failed += job.failed;
    this.#removed.finished += job.finished;
    this.#tasks -= job.tasks;
    this.#failedTasks -= job.failed;
    this.#finishedTasks -= job.finished;
    if (job.outcome === undefined) return;
    if (isFailure(job.outcome)) this.#failedJobs--;
    else this.#finishedJobs--;
  }
}

function isFailure(outcome: JobOutcome): boolean {
  return outcome === "failed" || outcome === "omitted";
}

function countStates(total: number, executing: number, failed: number, finished: number): StateCounts {
  return { total, inSchedule: total - executing - failed - finished, executing, failed, finished };
}
