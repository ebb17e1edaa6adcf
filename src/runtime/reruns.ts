/**
 * Which tasks of an earlier run are to run again although they have ended: those that were asked for, and what could not
 * run because of them.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import type { RecordedJob } from "../core/restore.ts";
import type { AdmittedJob, Event, JobId, TaskId } from "../core/types.ts";
import { taskCount } from "../job/description.ts";
import type { Ledger } from "../report/ledger.ts";
import { isTerminal, type JobState, outcomeOfState } from "../report/states.ts";
import type { JournalStore } from "./ports.ts";
import { findTarget, type JobNames } from "../service/target.ts";

/** Which tasks run again. */
export interface RerunChoice {
  /** Those that failed, or all whatever became of them. */
  readonly outcomes: "failed" | "any";
  /** Only jobs and tasks of these names; absent for all. */
  readonly only?: readonly string[];
}

/** That tasks run again. */
export type ReopenEvent = Event & { readonly kind: "tasksReopened" };

/** What is known of the earlier run. */
export interface RerunSources {
  /** Its jobs in the order of submission. */
  readonly jobs: readonly RecordedJob[];
  /** Jobs whose names were given up; they cannot run again. */
  readonly forgotten: ReadonlySet<JobId>;
  /** What became of its tasks. */
  readonly ledger: Ledger;
}

/** Lets chosen tasks of an earlier run run again. */
export class Reruns {
  readonly #choice: RerunChoice | undefined;
  #events: readonly ReopenEvent[] = [];

  /** Has chosen nothing yet; with no choice that stays so. */
  constructor(choice: RerunChoice | undefined) {
    this.#choice = choice;
  }

  /**
   * Chooses the tasks; to be called before anything is written.
   *
   * @throws {UnknownJobError} If a name stands for nothing.
   */
  choose({ jobs, forgotten }: Omit<RerunSources, "ledger">, ledger: Ledger, atMs: number): void {
    invariant(this.#events.length === 0, "The tasks that run again are chosen once");
    if (this.#choice !== undefined) this.#events = chooseReruns(this.#choice, { jobs, forgotten, ledger }, atMs);
  }

  /** Puts on record that they run again, before any of them does, and tells each event. */
  record(journal: Pick<JournalStore, "append">, tell: (event: ReopenEvent) => void): void {
    if (this.#events.length === 0) return;
    // What comes later stands behind it in the file, so this is not waited for; a failure breaks the next append, too.
    Promise.resolve(journal.append(this.#events)).catch(() => {});
    for (const event of this.#events) tell(event);
  }
}

/**
 * Chooses the tasks that run again: those of the choice, and with them every task that was omitted in a job which depends
 * on theirs, near or far. Jobs that the user canceled as a whole stay canceled.
 *
 * @param choice Which are wanted.
 * @param sources What is known of the earlier run.
 * @param atMs The time of the events.
 * @returns An event for each range of neighbouring tasks, in the order of submission.
 * @throws {UnknownJobError} If a name stands for nothing.
 */
function chooseReruns(choice: RerunChoice, sources: RerunSources, atMs: number): ReopenEvent[] {
  const jobs = sources.jobs.filter(({ job, isCanceled }) => !isCanceled && !sources.forgotten.has(job.id))
    .map(({ job }) => job);
  const wanted = wantedTasks(choice, jobs);
  const chosen = new Map<JobId, (task: TaskId, state: JobState) => boolean>();
  for (const job of jobs) {
    const isChosen = (task: TaskId, state: JobState) =>
      (wanted === undefined || wanted.has(task)) &&
      (choice.outcomes === "any" ? isTerminal(state) : state === "FAILED");
    if (someTask(job, sources.ledger, isChosen)) chosen.set(job.id, isChosen);
  }
  addDependents(chosen, jobs, sources.ledger);
  return jobs.flatMap((job) => {
    const isChosen = chosen.get(job.id);
    return isChosen === undefined ? [] : rangesOf(job, sources.ledger, isChosen, atMs);
  });
}

/** The tasks that names stand for; `undefined` when all are meant. */
function wantedTasks({ only }: RerunChoice, jobs: readonly AdmittedJob[]): Set<TaskId> | undefined {
  if (only === undefined) return undefined;
  const byName = new Map(jobs.map((job) => [job.description.name, job]));
  const names: JobNames = { find: (name) => byName.get(name), names: () => byName.keys() };
  return new Set(only.flatMap((name) => {
    const { job, offset } = findTarget(names, name);
    if (offset !== undefined) return [job.firstTask + offset];
    return Array.from({ length: taskCount(job.description) }, (_, index) => job.firstTask + index);
  }));
}

/** Adds the omitted tasks of jobs that depend on chosen ones, until nothing is added any more. */
function addDependents(
  chosen: Map<JobId, (task: TaskId, state: JobState) => boolean>,
  jobs: readonly AdmittedJob[],
  ledger: Ledger,
): void {
  const dependents = new Map<JobId, AdmittedJob[]>();
  for (const job of jobs) {
    for (const edge of job.edges) {
      if (edge.kind === "missing") continue;
      for (const id of edge.kind === "perTask" ? edge.jobs : [edge.job]) {
        const list = dependents.get(id);
        if (list === undefined) dependents.set(id, [job]);
        else list.push(job);
      }
    }
  }
  const open = [...chosen.keys()];
  const seen = new Set<JobId>();
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const job of dependents.get(id) ?? []) {
      if (seen.has(job.id)) continue;
      seen.add(job.id);
      const isOmitted = (_: TaskId, state: JobState) => state === "OMITTED";
      if (!someTask(job, ledger, isOmitted)) continue;
      const before = chosen.get(job.id);
      chosen.set(job.id, (task, state) => state === "OMITTED" || before?.(task, state) === true);
      open.push(job.id);
    }
  }
}

function someTask(job: AdmittedJob, ledger: Ledger, is: (task: TaskId, state: JobState) => boolean): boolean {
  const stop = job.firstTask + taskCount(job.description);
  for (let task = job.firstTask; task < stop; task++) if (is(task, ledger.state(task))) return true;
  return false;
}

function rangesOf(
  job: AdmittedJob,
  ledger: Ledger,
  isChosen: (task: TaskId, state: JobState) => boolean,
  atMs: number,
): ReopenEvent[] {
  const stop = job.firstTask + taskCount(job.description);
  const ranges: ReopenEvent[] = [];
  for (let task = job.firstTask; task < stop; task++) {
    if (!isChosen(task, ledger.state(task))) continue;
    const counts = { succeeded: 0, failed: 0, canceled: 0, omitted: 0 };
    const first = task;
    for (; task < stop && isChosen(task, ledger.state(task)); task++) counts[outcomeOf(ledger.state(task))]++;
    const ended = counts.succeeded + counts.failed + counts.canceled + counts.omitted;
    invariant(ended === task - first, "Each task that runs again had ended in one way");
    ranges.push({ kind: "tasksReopened", atMs, job: job.id, first, count: task - first, counts });
  }
  return ranges;
}

function outcomeOf(state: JobState): ReturnType<typeof outcomeOfState> {
  return outcomeOfState(present(isTerminal(state) ? state : undefined, "the end of a task that runs again"));
}
