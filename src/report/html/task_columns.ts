/**
 * The tasks of a run as columns, which the report's page reads: a hundred thousand of them take some 3 MB.
 *
 * @module
 */

import { longestChain } from "../task_chain.ts";
import type { AdmittedJob } from "../../core/types.ts";
import { taskCount, taskName } from "../../job/description.ts";
import { shownText } from "../pictures/markup.ts";
import type { PicturedRun } from "../pictures/pictured_run.ts";
import type { RunView } from "../look/run_view.ts";

/** The columns; times are whole milliseconds from the beginning of the run, -1 where something did not happen. */
export interface TaskColumns {
  /** The jobs in order: name, number of tasks, and the index of the first one, absent for a job without iterations. */
  readonly jobs: readonly (readonly [name: string, count: number, first?: number])[];
  /** The state of each task, a digit: 0 waits, 1 runs, 2 succeeded, 3 failed, 4 canceled, 5 omitted. */
  readonly states: string;
  readonly start: readonly number[];
  readonly ran: readonly number[];
  /** When each job was submitted. */
  readonly queued: readonly number[];
  /** CPU time in milliseconds, and KiB of memory. */
  readonly cpu: readonly number[];
  readonly memory: readonly number[];
  /** The first row of the cores of each task, -1 for none. */
  readonly row: readonly number[];
  /** Further rows, of tasks with more than one core. */
  readonly rows: Readonly<Record<number, readonly number[]>>;
  /** How often tasks were launched, of those that were not launched once. */
  readonly attempts: Readonly<Record<number, number>>;
  /** Why tasks did not succeed: numbers of `reasons`. */
  readonly why: Readonly<Record<number, number>>;
  readonly reasons: readonly string[];
  /** The names of the rows. */
  readonly cores: readonly string[];
  readonly lengthMs: number;
  /** Where the run was broken off, and how long it stood still. */
  readonly breaks: readonly (readonly [at: number, lengthMs: number])[];
  /** The tasks of the critical path. */
  readonly critical: readonly number[];
}

const digits = { QUEUED: 0, SCHEDULED: 0, EXECUTING: 1, SUCCEED: 2, FAILED: 3, CANCELED: 4, OMITTED: 5 } as const;

/** Reasons longer than this are cut. */
const reasonMax = 300;

/**
 * Makes the columns.
 *
 * @param view The run.
 * @param pictured The same run, which gives the rows and the beginning.
 * @param critical The numbers of the tasks of the critical path.
 */
export function columnsOf(view: RunView, pictured: PicturedRun, critical: readonly number[]): TaskColumns {
  const { lengthMs, cores, breaks } = pictured;
  const rowOf = new Map(cores.map(({ node, core }, row) => [`${node} ${core}`, row]));
  const since = (atMs: number | undefined) => atMs === undefined ? -1 : Math.round(pictured.since(atMs));
  const reasons = new Map<string, number>();
  const columns = {
    jobs: [] as [string, number, number?][],
    states: "",
    start: [] as number[],
    ran: [] as number[],
    queued: [] as number[],
    cpu: [] as number[],
    memory: [] as number[],
    row: [] as number[],
    rows: {} as Record<number, number[]>,
    attempts: {} as Record<number, number>,
    why: {} as Record<number, number>,
  };
  const numbers = new Map<number, number>();
  for (const { firstTask, description, id } of view.jobs()) {
    const count = taskCount(description);
    const first = description.iteration?.start;
    const name = shownText(description.name);
    columns.jobs.push(first === undefined ? [name, count] : [name, count, first]);
    columns.queued.push(since(view.ledger.job(id)?.submittedAtMs));
    for (let task = firstTask; task < firstTask + count; task++) {
      const entry = view.ledger.task(task);
      const number = columns.start.length;
      numbers.set(task, number);
      columns.states += digits[entry.state];
      const { startedAtMs, endedAtMs } = entry;
      columns.start.push(since(startedAtMs));
      columns.ran.push(startedAtMs === undefined || endedAtMs === undefined ? -1 : Math.round(endedAtMs - startedAtMs));
      columns.cpu.push(entry.cpuMs === undefined ? -1 : Math.round(entry.cpuMs));
      columns.memory.push(entry.peakKiB === undefined ? -1 : Math.round(entry.peakKiB));
      const rows = (entry.allocation?.nodes ?? []).flatMap(({ name, cores }) =>
        cores.flatMap((core) => rowOf.get(`${name} ${core}`) ?? [])
      );
      columns.row.push(rows[0] ?? -1);
      if (rows.length > 1) columns.rows[number] = rows.slice(1);
      if (entry.attempts !== 1) columns.attempts[number] = entry.attempts;
      if (entry.reason === undefined || entry.state === "SUCCEED") continue;
      const reason = shownText(entry.reason.slice(0, reasonMax));
      if (!reasons.has(reason)) reasons.set(reason, reasons.size);
      columns.why[number] = reasons.get(reason)!;
    }
  }
  return {
    ...columns,
    reasons: [...reasons.keys()],
    cores: cores.map(({ node, core }) => shownText(`${node}:${core}`)),
    lengthMs,
    breaks: breaks.map(({ at, lengthMs }) => [Math.round(at), Math.round(lengthMs)] as const),
    critical: critical.flatMap((task) => numbers.get(task) ?? []),
  };
}

/** A task of the critical path, and how long it ran, all attempts together. */
export interface CriticalTask {
  readonly task: number;
  readonly name: string;
  readonly ranMs: number;
}

/**
 * The chain of tasks that took longest, where tasks depend on others.
 *
 * @param jobs The jobs.
 * @param ranMs How long each task ran, all attempts together, by its name.
 */
export function criticalTasks(jobs: readonly AdmittedJob[], ranMs: ReadonlyMap<string, number>): CriticalTask[] {
  if (jobs.every(({ edges }) => edges.length === 0)) return [];
  const jobAt = (task: number) => jobs[firstAfter(jobs, task) - 1]!;
  const nameOf = (task: number) => {
    const { firstTask, description } = jobAt(task);
    return taskName(description, task - firstTask);
  };
  const lengthOf = (task: number) => ranMs.get(nameOf(task)) ?? 0;
  return longestChain(jobs, lengthOf).map((task) => ({ task, name: nameOf(task), ranMs: lengthOf(task) }));
}

/** The place of the first job whose tasks come after a task; jobs are in the order of their tasks. */
function firstAfter(jobs: readonly AdmittedJob[], task: number): number {
  let [low, high] = [0, jobs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (jobs[middle]!.firstTask <= task) low = middle + 1;
    else high = middle;
  }
  return low;
}
