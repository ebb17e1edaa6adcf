/**
 * What follows when a task or a job has ended: its dependents are released or can never run, and a job ends with its
 * last task. Long chains are walked with a worklist, never by recursion.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import { type CoreState, type Dependents, eachRequest, type JobRecord, nameTask, stopTask } from "./state.ts";
import { isAwaited } from "./job_record.ts";
import { outcomeOfPhase, TaskPhase } from "./task_table.ts";
import type { Awaited } from "../job/description.ts";
import type { JobOutcome, Outcome, TaskId } from "./types.ts";
import type { Pieces } from "./work.ts";

/** An outcome of tasks that never ran. */
export type DropOutcome = Outcome & { readonly kind: "canceled" | "omitted" | "failed" };

/** For how many tasks the dependents are told in one piece of work. */
const tasksInPiece = 8;

/** Ended tasks and jobs whose dependents have not been told yet. */
export class Propagation {
  readonly #state: CoreState;
  readonly #atMs: number;
  /** Tasks of jobs that others wait for task by task, and jobs that ended. */
  readonly #tasks: { record: JobRecord; first: TaskId; stop: TaskId; phase: TaskPhase }[] = [];
  readonly #jobs: JobRecord[] = [];

  /** Starts with nothing to tell. */
  constructor(state: CoreState, atMs: number) {
    this.#state = state;
    this.#atMs = atMs;
  }

  /** Says that tasks of a job became terminal, all in the same way. Their phase is set already. */
  tasksEnded(record: JobRecord, first: TaskId, stop: TaskId, phase: TaskPhase): void {
    invariant(first < stop, "Some task has ended");
    invariant(record.outcome === undefined, "A job ended before a task of it");
    record.counts[outcomeOfPhase(phase)] += stop - first;
    record.remaining -= stop - first;
    invariant(record.remaining >= 0, "More tasks have ended than the job has");
    const { dependents } = record;
    if (dependents !== undefined && dependents.onTask.size + dependents.aligned.length > 0) {
      this.#tasks.push({ record, first, stop, phase });
    }
    if (record.remaining === 0) this.#endJob(record, jobOutcome(record));
  }

  /** Ends a job whose tasks had all ended before the pilot was restarted, when that was not on record. */
  endRestored(record: JobRecord): void {
    this.#endJob(record, jobOutcome(record));
  }

  /** Drops the tasks in `first … stop` that do not hold cores and are not terminal. */
  drop(record: JobRecord, first: TaskId, stop: TaskId, outcome: DropOutcome): void {
    const { tasks } = this.#state;
    invariant(areTasksOf(record, first, stop), "The tasks that are dropped belong to the job");
    for (let from = first; from < stop;) {
      const to = tasks.runEnd(from, stop);
      const phase = tasks.phase(from);
      if (phase < TaskPhase.live) {
        const ended = TaskPhase[outcome.kind];
        tasks.fillPhase(from, to - from, ended);
        if (this.#state.retries.size > 0) { for (let task = from; task < to; task++) this.#state.retries.delete(task); }
        const job = record.job.id;
        this.#state.emit({ kind: "tasksDropped", atMs: this.#atMs, job, first: from, count: to - from, outcome });
        this.tasksEnded(record, from, to, ended);
      }
      from = to;
    }
  }

  /** Drops a job as a whole: it can never run, for a reason that holds for all its tasks. */
  omitJob(record: JobRecord, reason: string): void {
    if (record.outcome !== undefined) return;
    record.omitted = true;
    this.drop(record, record.job.firstTask, stopTask(record.job), { kind: "omitted", cause: "dependency", reason });
  }

  /** Makes the tasks in `first … stop` ready that wait for nothing any more. */
  release(record: JobRecord, first: TaskId, stop: TaskId): void {
    if (record.waitingFor > 0) return;
    invariant(areTasksOf(record, first, stop), "The tasks that are released belong to the job");
    const { tasks } = this.#state;
    for (let from = first; from < stop;) {
      const to = tasks.freeEnd(from, stop);
      if (to === from) {
        from++;
        continue;
      }
      invariant(record.outcome === undefined, "A job has not ended when tasks of it become ready");
      tasks.fillPhase(from, to - from, TaskPhase.ready);
      eachRequest(record.job, from, to, (request, a, b) => this.#state.enqueue(record, request, a, b));
      from = to;
    }
  }

  /** Has the dependents told of what has ended, until nothing changes any more: by work that is done in pieces. */
  run(): void {
    if (this.#tasks.length + this.#jobs.length > 0) this.#state.work.add(this.#pieces());
  }

  *#pieces(): Pieces {
    for (;;) {
      const tasks = this.#tasks.pop();
      if (tasks !== undefined) {
        const { record, first, stop, phase } = tasks;
        const end = Math.min(stop, first + tasksInPiece);
        if (end < stop) this.#tasks.push({ record, first: end, stop, phase });
        this.#tellTasks(record, first, end, outcomeOfPhase(phase));
        yield;
        continue;
      }
      const job = this.#jobs.pop();
      if (job === undefined) return;
      yield* this.#tellJob(job);
    }
  }

  /** Ends a job whose tasks have all ended. */
  #endJob(record: JobRecord, outcome: JobOutcome): void {
    invariant(record.outcome === undefined, `Job ${record.job.description.name} ended twice`);
    invariant(record.remaining === 0, "A job ended before its tasks");
    record.outcome = outcome;
    this.#state.ranks?.jobEnded(record);
    this.#state.openJobs--;
    this.#state.lasts.delete(record);
    invariant(this.#state.openJobs >= 0, "More jobs have ended than were entered");
    this.#state.emit({
      kind: "jobEnded",
      atMs: this.#atMs,
      job: record.job.id,
      outcome,
      counts: { ...record.counts },
    });
    if (record.dependents !== undefined) this.#jobs.push(record);
  }

  *#tellJob(record: JobRecord): Pieces {
    const reason = unmetJob(record);
    invariant(record.outcome !== undefined, "A job has ended when others are told so");
    for (const { target: id, targetTask, awaits } of dependentsThatAreTold(record).onJob) {
      const target = this.#state.jobs.get(id);
      if (target === undefined || target.outcome !== undefined) continue;
      const met = isAwaited(record.outcome!, awaits, record.job.description);
      if (targetTask === undefined) this.#resolveJob(target, met, reason);
      else this.#resolveTask(target, targetTask, met, reason);
      yield;
    }
  }

  #tellTasks(record: JobRecord, first: TaskId, stop: TaskId, outcome: JobOutcome): void {
    const { onTask, aligned } = dependentsThatAreTold(record);
    const isMet = (awaits: Awaited | undefined) => isAwaited(outcome, awaits, record.job.description);
    for (let task = first; onTask.size > 0 && task < stop; task++) {
      for (const { target: id, awaits } of onTask.get(task) ?? []) {
        const target = this.#state.jobs.get(id);
        if (target !== undefined) this.#resolveJob(target, isMet(awaits), unmetTask(record, task, outcome));
      }
    }
    for (const { target: id, distance, awaits } of aligned) {
      const target = this.#state.jobs.get(id);
      if (target === undefined) continue;
      const met = isMet(awaits);
      const from = Math.max(first, target.job.firstTask - distance);
      const to = Math.min(stop, stopTask(target.job) - distance);
      for (let task = from; task < to; task++) {
        this.#resolveTask(target, task + distance, met, met ? "" : unmetTask(record, task, outcome));
      }
    }
  }

  /** A dependency of the job as a whole was met, or never will be. */
  #resolveJob(target: JobRecord, met: boolean, reason: string): void {
    if (target.outcome !== undefined) return;
    const first = target.job.firstTask;
    const stop = stopTask(target.job);
    if (!met) return this.omitJob(target, reason);
    invariant(target.waitingFor > 0, "A job counts a dependency that it has not");
    target.waitingFor--;
    this.release(target, first, stop);
  }

  /** A dependency of one task was met, or never will be. */
  #resolveTask(target: JobRecord, task: TaskId, met: boolean, reason: string): void {
    if (this.#state.tasks.phase(task) !== TaskPhase.blocked) return;
    invariant(areTasksOf(target, task, task + 1), "A task hears of what its own job waits for");
    if (!met) return this.drop(target, task, task + 1, { kind: "omitted", cause: "dependency", reason });
    this.#state.tasks.addWaiting(task, -1);
    this.release(target, task, task + 1);
  }
}

/** What waits for a job. Only jobs for which something waits come here. */
function dependentsThatAreTold({ dependents }: JobRecord): Dependents {
  return present(dependents, "what waits for a job");
}

/** Whether `first … stop` are tasks of a job. */
function areTasksOf({ job }: JobRecord, first: TaskId, stop: TaskId): boolean {
  return job.firstTask <= first && stop <= stopTask(job);
}

/** Drops the tasks of a job that ask for more than the nodes that are left could ever give. */
export function dropInfeasible(state: CoreState, record: JobRecord, propagation: Propagation): void {
  if (record.outcome !== undefined) return;
  eachRequest(record.job, record.job.firstTask, stopTask(record.job), (request, first, stop) => {
    const reason = state.pool.explainInfeasible(request);
    if (reason !== undefined) propagation.drop(record, first, stop, { kind: "failed", cause: "infeasible", reason });
  });
}

/** Gives up tasks that were to be tried again with more than the nodes that are left could ever give. */
export function* dropInfeasibleRetries(state: CoreState, propagation: Propagation): Pieces {
  for (const [task, { request }] of state.retries) {
    yield;
    if (state.live.has(task)) continue;
    invariant(state.tasks.phase(task) < TaskPhase.live, "What is to be tried again has not ended");
    const reason = state.pool.explainInfeasible(request);
    if (reason === undefined) continue;
    propagation.drop(state.job(state.tasks.job(task)), task, task + 1, { kind: "failed", cause: "infeasible", reason });
  }
}

/** What the tasks of a job add up to. */
function jobOutcome(record: JobRecord): JobOutcome {
  const { failed, canceled, omitted } = record.counts;
  const isIterative = record.job.description.iteration !== undefined;
  if (record.canceled) return "canceled";
  if (failed + canceled + omitted === 0) return "succeeded";
  // Iterations that met their fate one by one make an iterative job a failed one.
  if (isIterative) return record.omitted ? "omitted" : "failed";
  return canceled > 0 ? "canceled" : omitted > 0 ? "omitted" : "failed";
}

/** Says that a job did not end as it should have. */
export function unmetJob(source: JobRecord | undefined): string {
  if (source === undefined) return "a job that it depends on does not exist or was removed";
  const { name } = source.job.description;
  if (source.outcome === "succeeded") return `job "${name}" succeeded, and was waited for to fail`;
  const how = source.outcome === "failed" ? "failed" : `was ${source.outcome}`;
  return `job "${name}" did not succeed (it ${how})`;
}

/** Says that a task did not end as it should have. */
export function unmetTask(source: JobRecord, task: TaskId, outcome: JobOutcome): string {
  const name = nameTask(source.job, task);
  return outcome === "succeeded"
    ? `task "${name}" succeeded, and was waited for to fail`
    : `task "${name}" did not succeed`;
}
