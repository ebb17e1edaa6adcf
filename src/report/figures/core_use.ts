/**
 * How well cores were used: how much of the time a task had each of them, and what the gaps were for. A break between two
 * pilots of a run is nobody's time.
 *
 * @module
 */

import { betweenBreaks, timeBetween } from "../breaks.ts";
import { type Micros, rangeOf, type RanTask, ranTasks, type TimedRun } from "./timed_run.ts";

/** One core. Lengths are microseconds. */
export interface CoreUse {
  readonly node: string;
  readonly core: string;
  /** How long it was counted as unused. */
  readonly unused: number;
  /** The share of the time in which it was used, in percent. */
  readonly percent: number;
}

/** All cores that a task was on. */
export interface CoresUse {
  /** The length of what is measured, without the breaks in it. */
  readonly time: number;
  /** By name of the node, then by number of the core. */
  readonly cores: readonly CoreUse[];
  /** The mean over the cores that were used, in percent. */
  readonly usedPercent: number;
  /** The mean over all cores that there were, in percent, if that is known. */
  readonly allPercent?: number;
  /** Whether the time is that of the service; else it is that from the first start of a task to the last end. */
  readonly isFromService: boolean;
}

/** A gap in which nothing ran on a core. */
export interface CoreGap {
  readonly node: string;
  readonly core: string;
  readonly from: Micros;
  readonly to: Micros;
}

/** Which part of the time is counted. */
export interface UseChoice {
  /** Count from the first start of a task to the last end of one, not from the service's beginning to its end. */
  readonly withoutInit?: boolean;
  /** Do not count as unused what comes after a core's last task. */
  readonly untilLastTask?: boolean;
}

/** The tasks of one core, by their start. */
interface Core {
  readonly node: string;
  readonly core: string;
  readonly tasks: RanTask[];
}

/**
 * Says how much of the time each core was used, whatever its gaps were for.
 *
 * @param run The run.
 * @param choice What is counted.
 * @returns `undefined` if no task ran.
 */
export function describeUse(run: TimedRun, { withoutInit, untilLastTask }: UseChoice = {}): CoresUse | undefined {
  const { breaks = [] } = run;
  const ran = ranTasks(run);
  const tasksTime = timeOf(ran);
  if (tasksTime === undefined) return undefined;
  // Of a run that goes on the time so far counts.
  const serviceEnd = run.endedAt ?? run.untilAt;
  const isFromService = withoutInit !== true && run.begunAt !== undefined && serviceEnd !== undefined;
  const [from, to] = isFromService ? [run.begunAt, serviceEnd] : [tasksTime.min, tasksTime.max];
  const time = timeBetween(breaks, from, to);
  const cores = coresOf(ran).map(({ node, core, tasks }): CoreUse => {
    let unused = 0;
    let freeFrom = from;
    for (const { beganAt, finishedAt } of tasks) {
      unused += timeBetween(breaks, freeFrom, beganAt);
      freeFrom = Math.max(freeFrom, finishedAt);
    }
    if (untilLastTask !== true) unused += timeBetween(breaks, freeFrom, to);
    return useOf(node, core, unused, time);
  });
  return { ...summarize(cores, time, run.cores), isFromService };
}

/**
 * Says how well each core was used by the scheduler: a gap counts only as far as all cores that the next task needed
 * were free, and what comes after a core's last task does not count.
 *
 * @param run The run.
 * @returns `undefined` if no task ran.
 */
export function describeEfficiency(run: TimedRun): CoresUse | undefined {
  const { breaks = [] } = run;
  const ran = ranTasks(run);
  const range = timeOf(ran);
  if (range === undefined) return undefined;
  const time = timeBetween(breaks, range.min, range.max);
  const cores = coresOf(ran);
  const before = lastEndsBefore(cores);
  const uses = cores.map(({ node, core, tasks }): CoreUse => {
    let unused = 0;
    for (const task of tasks) unused += timeBetween(breaks, before.get(task) ?? range.min, task.beganAt);
    return useOf(node, core, unused, time);
  });
  return { ...summarize(uses, time, undefined), isFromService: false };
}

/**
 * The gaps of all cores that a task was on, from the first start of a task to the last end of one. One that lasted over a
 * break of the run is two.
 */
export function* findGaps(run: TimedRun): Generator<CoreGap, void, void> {
  const { breaks = [] } = run;
  const ran = ranTasks(run);
  const time = timeOf(ran);
  if (time === undefined) return;
  for (const { node, core, tasks } of coresOf(ran)) {
    let freeFrom = time.min;
    for (const { beganAt, finishedAt } of tasks) {
      for (const gap of betweenBreaks(breaks, freeFrom, beganAt)) yield { node, core, ...gap };
      freeFrom = Math.max(freeFrom, finishedAt);
    }
    for (const gap of betweenBreaks(breaks, freeFrom, time.max)) yield { node, core, ...gap };
  }
}

/** For each task the latest end, before it began, of a task on any of its cores; absent if it was the first on all. */
function lastEndsBefore(cores: readonly Core[]): ReadonlyMap<RanTask, Micros> {
  const ends = new Map<RanTask, Micros>();
  for (const { tasks } of cores) {
    let previous: RanTask | undefined;
    for (const task of tasks) {
      if (previous !== undefined) ends.set(task, Math.max(ends.get(task) ?? -Infinity, previous.finishedAt));
      previous = task;
    }
  }
  return ends;
}

function timeOf(ran: readonly RanTask[]) {
  const start = rangeOf(ran.map(({ beganAt }) => beganAt));
  const end = rangeOf(ran.map(({ finishedAt }) => finishedAt));
  return start === undefined || end === undefined ? undefined : { min: start.min, max: end.max };
}

function coresOf(ran: readonly RanTask[]): Core[] {
  const found = new Map<string, Map<string, RanTask[]>>();
  for (const task of ran) {
    for (const { name, cores } of task.nodes) {
      const node = found.get(name) ?? new Map<string, RanTask[]>();
      found.set(name, node);
      for (const core of cores) {
        const tasks = node.get(core) ?? [];
        node.set(core, tasks);
        tasks.push(task);
      }
    }
  }
  const all = [...found].flatMap(([node, cores]) => [...cores].map(([core, tasks]) => ({ node, core, tasks })));
  for (const { tasks } of all) tasks.sort((a, b) => a.beganAt - b.beganAt);
  return all.sort((a, b) =>
    a.node < b.node ? -1 : a.node > b.node ? 1 : Number.parseInt(a.core) - Number.parseInt(b.core)
  );
}

function useOf(node: string, core: string, unused: number, time: number): CoreUse {
  return { node, core, unused, percent: time === 0 ? 0 : (time - unused) / time * 100 };
}

function summarize(cores: readonly CoreUse[], time: number, all: number | undefined) {
  const sum = cores.reduce((total, { percent }) => total + percent, 0);
  return {
    time,
    cores,
    usedPercent: sum / cores.length,
    ...(all === undefined || all <= cores.length ? {} : { allPercent: sum / all }),
  };
}
