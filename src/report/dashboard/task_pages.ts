/**
 * The tasks of a run page by page: filtered, searched, sorted. A hundred thousand tasks are numbers here; only those of
 * the page become rows.
 *
 * @module
 */

import type { AdmittedJob, TaskId } from "../../core/types.ts";
import { taskCount, taskName } from "../../job/description.ts";
import type { TaskEntry } from "../ledger.ts";
import type { RunView, ViewedTask } from "../look/run_view.ts";
import { rowOf, type RowOrder, type TaskRow } from "../look/task_row.ts";
import type { JobState } from "../states.ts";

/** Which tasks, in which order. */
export interface TaskQuery {
  /** Only tasks in these states; all when empty. */
  readonly states: readonly JobState[];
  /** Only tasks with this in their names, in whatever case; all when empty. */
  readonly search: string;
  /** The order; the order of submission when absent. Lengths and amounts stand from the largest down. */
  readonly order?: RowOrder;
  /** Turns the order round. */
  readonly isReversed: boolean;
}

/** Tasks in an order, as numbers; to be read by {@linkcode readPage}. */
export type TaskList = readonly TaskId[];

/** Some of the tasks that were asked for. */
export interface TaskPage {
  /** How many there are in all. */
  readonly total: number;
  /** The 0-based place of the first row. */
  readonly offset: number;
  /** The rows. */
  readonly rows: readonly TaskRow[];
}

/** How many rows a page has at most. */
export const pageRowsMax = 500;

/**
 * Lists the tasks that are asked for.
 *
 * @param view The run.
 * @param query Which, and in which order.
 * @param nowMs The time up to which tasks that still wait or run are counted.
 */
export function listTasks(view: RunView, query: TaskQuery, nowMs: number): TaskList {
  const states = new Set(query.states);
  const search = query.search.toLowerCase();
  const tasks: TaskId[] = [];
  for (const job of view.jobs()) {
    const count = taskCount(job.description);
    const isNamed = search === "" || job.description.name.toLowerCase().includes(search);
    for (let offset = 0; offset < count; offset++) {
      if (states.size > 0 && !states.has(view.ledger.state(job.firstTask + offset))) continue;
      if (isNamed || taskName(job.description, offset).toLowerCase().includes(search)) {
        tasks.push(job.firstTask + offset);
      }
    }
  }
  if (query.order !== undefined) sort(tasks, view, query.order, nowMs);
  return query.isReversed ? tasks.reverse() : tasks;
}

/** Reads rows of a list. */
export function readPage(view: RunView, list: TaskList, offset: number, limit: number, nowMs: number): TaskPage {
  const from = Math.max(0, Math.min(offset, list.length));
  const jobs = jobFinder(view);
  const rows = list.slice(from, from + Math.min(limit, pageRowsMax)).flatMap((task) => {
    const found = jobs(task);
    return found === undefined ? [] : [rowOf(view, found, nowMs)];
  });
  return { total: list.length, offset: from, rows };
}

/** Makes what finds the job of a task by its number: jobs are numbered in the order of submission, and so are tasks. */
function jobFinder(view: RunView): (task: TaskId) => ViewedTask | undefined {
  const jobs: readonly AdmittedJob[] = [...view.jobs()];
  return (task) => {
    let [low, high] = [0, jobs.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (jobs[middle]!.firstTask <= task) low = middle;
      else high = middle - 1;
    }
    const job = jobs[low];
    const offset = task - (job?.firstTask ?? 0);
    // Its job may have been removed since it was listed.
    return job === undefined || offset < 0 || offset >= taskCount(job.description) ? undefined : { job, offset };
  };
}

/** Sorts by a number for each task; equal ones stay in the order of submission. */
function sort(tasks: TaskId[], view: RunView, order: RowOrder, nowMs: number): void {
  if (order === "name") return sortByName(tasks, view);
  const find = jobFinder(view);
  const keys = new Map<TaskId, number>();
  for (const task of tasks) {
    const queuedAtMs = order === "waited" ? view.ledger.job(find(task)?.job.id ?? -1)?.submittedAtMs ?? nowMs : 0;
    keys.set(task, keyOf(order, view.ledger.task(task), queuedAtMs, nowMs));
  }
  tasks.sort((a, b) => keys.get(b)! - keys.get(a)! || a - b);
}

/** By the job's name; iterations of a job are in order already. */
function sortByName(tasks: TaskId[], view: RunView): void {
  const find = jobFinder(view);
  const names = new Map(tasks.map((task) => [task, find(task)?.job.description.name ?? ""]));
  tasks.sort((a, b) => {
    const [one, other] = [names.get(a)!, names.get(b)!];
    return one < other ? -1 : one > other ? 1 : a - b;
  });
}

/** States in the order of their words, as `qcgpj tasks --sort state` has them. */
const stateOrder: readonly JobState[] = [
  ...["CANCELED", "EXECUTING", "FAILED", "OMITTED"] as const,
  ...["QUEUED", "SCHEDULED", "SUCCEED"] as const,
];

/** What a task is sorted by, the greatest first; what is unknown stands last. */
function keyOf(order: Exclude<RowOrder, "name">, entry: TaskEntry, queuedAtMs: number, nowMs: number): number {
  const { state, startedAtMs, endedAtMs } = entry;
  switch (order) {
    case "state":
      return -stateOrder.indexOf(state);
    case "attempts":
      return entry.attempts;
    case "waited":
      return Math.max(0, (startedAtMs ?? endedAtMs ?? nowMs) - queuedAtMs);
    case "ran": {
      const hasRun = startedAtMs !== undefined && (endedAtMs !== undefined || state === "EXECUTING");
      return hasRun ? Math.max(0, (endedAtMs ?? nowMs) - startedAtMs) : -1;
    }
    case "cpu":
      return entry.cpuMs ?? -1;
    case "memory":
      return entry.peakKiB ?? -1;
    case "ended":
      return endedAtMs ?? -1;
    default:
      return order satisfies never;
  }
}
