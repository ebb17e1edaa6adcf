/**
 * What follows when jobs come in: they are entered in the books, linked to what they wait for, and queued if they wait
 * for nothing.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { taskCount } from "../job/description.ts";
import { capsOf } from "./caps.ts";
import { dropInfeasible, Propagation, unmetJob, unmetTask } from "./propagate.ts";
import { type CoreState, dependentsOf, type JobRecord, stopTask } from "./state.ts";
import { isAwaited } from "./job_record.ts";
import type { Awaited } from "../job/description.ts";
import { outcomeOfPhase, TaskPhase } from "./task_table.ts";
import type { AdmittedJob, Edge, JobId, TaskId } from "./types.ts";
import type { Pieces } from "./work.ts";

/** For how many pieces of work it counts to enter, link or release the tasks of a job. */
const piecesOf = ({ description }: AdmittedJob) => 1 + taskCount(description) / 500;

/** Enters jobs that were admitted together, piece by piece. They may depend on one another in any order. */
export function* enterJobs(state: CoreState, jobs: readonly AdmittedJob[], atMs: number): Pieces {
  for (const job of jobs) {
    enterJob(state, job);
    state.emit({ kind: "jobSubmitted", atMs, job });
    yield piecesOf(job);
  }
  // A node may have been lost since they were let in.
  yield* connectJobs(state, jobs, state.pool.hasLostNodes, atMs);
}

/** Enters a job in the books, all its tasks blocked. */
export function enterJob(state: CoreState, job: AdmittedJob): JobRecord {
  const count = taskCount(job.description);
  invariant(count > 0, `Job ${job.description.name} has no task`);
  invariant(!state.jobs.has(job.id), `Job ${job.description.name} is entered twice`);
  const asked = job.requests.reduce((sum, run) => sum + run.count, 0);
  invariant(asked === count, "Each task of a job asks for something, and nothing else does");
  const caps = capsOf(state.groups, job);
  const record: JobRecord = {
    job,
    waitingFor: 0,
    remaining: count,
    counts: { succeeded: 0, failed: 0, canceled: 0, omitted: 0 },
    canceled: false,
    omitted: false,
    priority: job.description.priority ?? 0,
    rank: 0,
    times: state.estimates.enter(job),
    ...(caps === undefined ? {} : { caps }),
  };
  state.jobs.set(job.id, record);
  state.openJobs++;
  if (job.description.finally) {
    // That all others end is what it waits for, beside its dependencies.
    record.waitingFor++;
    state.lasts.set(record, "waits");
  }
  state.tasks.add(job.id, job.firstTask, count, TaskPhase.blocked);
  return record;
}

/**
 * Links jobs to what they wait for, and queues those that wait for nothing, piece by piece. `mayNotFit` says that the
 * nodes are not those for which the jobs were let in.
 */
export function* connectJobs(
  state: CoreState,
  jobs: readonly AdmittedJob[],
  mayNotFit: boolean,
  atMs: number,
): Pieces {
  const linking = new Linking(state, atMs);
  for (const job of jobs) {
    for (const edge of job.edges) {
      linking.link(state.job(job.id), edge);
      yield edge.kind === "aligned" || edge.kind === "perTask" ? piecesOf(job) : 1;
    }
  }
  if (mayNotFit) {
    for (const job of jobs) dropInfeasible(state, state.job(job.id), linking.propagation);
  }
  if (state.ranks !== undefined) yield* state.ranks.enter(jobs.map((job) => state.job(job.id)));
  for (const job of jobs) {
    linking.propagation.release(state.job(job.id), job.firstTask, stopTask(job));
    yield piecesOf(job);
  }
  linking.propagation.run();
}

/** Links jobs to what they wait for. What can never run any more is dropped at once. */
class Linking {
  readonly propagation: Propagation;
  readonly #state: CoreState;

  constructor(state: CoreState, atMs: number) {
    this.#state = state;
    this.propagation = new Propagation(state, atMs);
  }

  link(record: JobRecord, edge: Edge): void {
    switch (edge.kind) {
      case "missing":
        return this.propagation.omitJob(record, `there is no job "${edge.name}"`);
      case "job":
        return edge.offset === undefined
          ? this.#linkToJob(record, edge.job, edge.awaits)
          : this.#linkToTask(record, edge.job, edge.offset, edge.awaits);
      case "aligned":
        return this.#linkAligned(record, edge.job, edge.shift, edge.awaits);
      case "perTask":
        invariant(edge.jobs.length === taskCount(record.job.description), "Each task waits for a job of its own");
        return edge.jobs.forEach((job, offset) =>
          this.#linkTaskToJob(record, record.job.firstTask + offset, job, edge.awaits)
        );
      default:
        return edge satisfies never;
    }
  }

  #linkToJob(record: JobRecord, job: JobId, awaits: Awaited | undefined): void {
    const source = this.#state.jobs.get(job);
    if (hasMet(source, awaits)) return;
    if (source === undefined || source.outcome !== undefined) {
      return this.propagation.omitJob(record, unmetJob(source));
    }
    invariant(source !== record, "No job waits for itself");
    record.waitingFor++;
    dependentsOf(source).onJob.push(dependent(record, awaits));
  }

  #linkToTask(record: JobRecord, job: JobId, offset: number, awaits: Awaited | undefined): void {
    const source = this.#state.jobs.get(job);
    if (source === undefined) return this.propagation.omitJob(record, unmetJob(source));
    const sourceTask = source.job.firstTask + offset;
    invariant(offset >= 0 && sourceTask < stopTask(source.job), "A dependency is on an iteration that there is");
    const phase = this.#state.tasks.phase(sourceTask);
    invariant(phase !== TaskPhase.none, "The tasks of a job in the books are in the table");
    if (phase >= TaskPhase.succeeded) {
      const outcome = outcomeOfPhase(phase);
      if (isAwaited(outcome, awaits, source.job.description)) return;
      return this.propagation.omitJob(record, unmetTask(source, sourceTask, outcome));
    }
    record.waitingFor++;
    const { onTask } = dependentsOf(source);
    const waiting = onTask.get(sourceTask);
    if (waiting === undefined) onTask.set(sourceTask, [dependent(record, awaits)]);
    else waiting.push(dependent(record, awaits));
  }

  /** Each task waits for its own partner; partners that have ended already count at once. */
  #linkAligned(record: JobRecord, job: JobId, shift: number, awaits: Awaited | undefined): void {
    const { tasks, jobs } = this.#state;
    const source = jobs.get(job);
    if (source === undefined) return this.propagation.omitJob(record, unmetJob(source));
    const distance = record.job.firstTask - (source.job.firstTask + shift);
    invariant(distance !== 0, "No task waits for itself");
    invariant(record.job.firstTask - distance >= source.job.firstTask, "The first task waits for a task of that job");
    invariant(stopTask(record.job) - distance <= stopTask(source.job), "The last task waits for a task of that job");
    for (let task = record.job.firstTask; task < stopTask(record.job); task++) {
      const phase = tasks.phase(task - distance);
      if (tasks.phase(task) !== TaskPhase.blocked) continue;
      if (phase < TaskPhase.succeeded) {
        tasks.addWaiting(task, 1);
        continue;
      }
      const outcome = outcomeOfPhase(phase);
      if (isAwaited(outcome, awaits, source.job.description)) continue;
      this.#omitTask(record, task, unmetTask(source, task - distance, outcome));
    }
    dependentsOf(source).aligned.push({ ...dependent(record, awaits), distance });
  }

  #linkTaskToJob(record: JobRecord, task: TaskId, job: JobId, awaits: Awaited | undefined): void {
    const source = this.#state.jobs.get(job);
    if (hasMet(source, awaits)) return;
    if (source === undefined || source.outcome !== undefined) return this.#omitTask(record, task, unmetJob(source));
    this.#state.tasks.addWaiting(task, 1);
    dependentsOf(source).onJob.push({ ...dependent(record, awaits), targetTask: task });
  }

  #omitTask(record: JobRecord, task: TaskId, reason: string): void {
    this.propagation.drop(record, task, task + 1, { kind: "omitted", cause: "dependency", reason });
  }
}

/** Which job waits, and for what. */
function dependent({ job }: JobRecord, awaits: Awaited | undefined): { target: JobId; awaits?: Awaited } {
  return awaits === undefined ? { target: job.id } : { target: job.id, awaits };
}

/** Whether a job has ended already as it is waited for. */
function hasMet(source: JobRecord | undefined, awaits: Awaited | undefined): boolean {
  return source?.outcome !== undefined && isAwaited(source.outcome, awaits, source.job.description);
}

/** Lets those start that wait for the end of all others, when there are no others. */
export function releaseLasts(state: CoreState, atMs: number): void {
  if (state.lasts.size === 0 || state.openJobs > state.lasts.size) return;
  invariant(state.openJobs === state.lasts.size, "What runs last is open, and counted once");
  const propagation = new Propagation(state, atMs);
  for (const [record, stage] of state.lasts) {
    if (stage === "runs") continue;
    invariant(record.outcome === undefined, "What runs last has not ended before");
    invariant(record.waitingFor > 0, "What runs last waits for the end of all others");
    state.lasts.set(record, "runs");
    record.waitingFor--;
    propagation.release(record, record.job.firstTask, stopTask(record.job));
  }
}
