/**
 * The figures of a whole run: how long it took, how long its tasks ran, and how much of the time was none of theirs.
 *
 * @module
 */

import { defined } from "../../base/defined.ts";
import { describeSample, type SampleFigures } from "./sample.ts";
import { betweenBreaks, type Span, timeBetween } from "../breaks.ts";
import { type Micros, rangeOf, type RanTask, ranTasks, type TimedRun, type TimedTask } from "./timed_run.ts";

/** The figures. Lengths are microseconds; what is absent is unknown. */
export interface RunFigures {
  readonly tasks: number;
  readonly failed: number;
  readonly cores?: number;
  readonly nodes?: number;
  readonly begunAt?: Micros;
  readonly endedAt?: Micros;
  /** From the beginning of the service to its end, without its breaks. */
  readonly runtime?: number;
  /** From the beginning of the service to the first start of a task; of a run with breaks, summed over its parts. */
  readonly initOverhead?: number;
  /** From the last end of a task to the end of the service; of a run with breaks, summed over its parts. */
  readonly finishOverhead?: number;
  readonly firstQueuedAt?: Micros;
  readonly lastQueuedAt?: Micros;
  readonly firstStartAt?: Micros;
  readonly lastFinishAt?: Micros;
  /** Run times of the tasks that were launched, in seconds. */
  readonly runTimes?: SampleFigures;
}

/** Makes the figures of a run. */
export function describeTimes(run: TimedRun): RunFigures {
  const { begunAt, endedAt, tasks, earlier = [], breaks = [], taskCount, failedCount, cores, nodes } = run;
  const queued = rangeOf(tasks.map(({ queuedAt }) => queuedAt));
  const launched = [...tasks, ...earlier];
  const start = rangeOf(launched.map(({ executingAt }) => executingAt))?.min;
  const finish = rangeOf(launched.map(({ endedAt }) => endedAt))?.max;
  // What could not be started has no run time, though its record has one of zero.
  const ran = tasks.flatMap(({ ranMicros = 0 }) => ranMicros === 0 ? [] : [ranMicros / 1e6]);
  const between = (from: Micros | undefined, to: Micros | undefined) =>
    from === undefined || to === undefined ? undefined : to - from;
  const outside = breaks.length === 0 || begunAt === undefined
    ? { init: between(begunAt, start), finish: between(finish, endedAt) }
    : overheadOfParts(launched, [...betweenBreaks(breaks, begunAt, endedAt ?? run.untilAt ?? begunAt)]);
  const whole = between(begunAt, endedAt);
  return defined({
    tasks: taskCount,
    failed: failedCount,
    cores,
    nodes,
    begunAt,
    endedAt,
    runtime: whole === undefined ? undefined : timeBetween(breaks, begunAt!, endedAt!),
    initOverhead: outside.init,
    finishOverhead: endedAt === undefined ? undefined : outside.finish,
    firstQueuedAt: queued?.min,
    lastQueuedAt: queued?.max,
    firstStartAt: start,
    lastFinishAt: finish,
    runTimes: ran.length === 0 ? undefined : describeSample(ran),
  });
}

/** What of each pilot's time was before its first task and after its last; all of it where it launched none. */
function overheadOfParts(launched: readonly TimedTask[], parts: readonly Span[]) {
  let [init, finish] = [0, 0];
  for (const part of parts) {
    const isIn = (at: Micros | undefined) => at !== undefined && part.from <= at && at <= part.to;
    const starts = launched.filter(({ executingAt }) => isIn(executingAt));
    const first = rangeOf(starts.map(({ executingAt }) => executingAt))?.min;
    init += (first ?? part.to) - part.from;
    if (first === undefined) continue;
    // What has no end in this part ended with its pilot.
    finish += part.to - (rangeOf(starts.map(({ endedAt }) => isIn(endedAt) ? endedAt : part.to))?.max ?? part.to);
  }
  return { init, finish };
}

/** How long the launch of one task took, in microseconds. */
export interface LaunchOverhead {
  readonly name: string;
  /** From the start that the pilot noted to the process. */
  readonly start: number;
  /** From the end of the process to the end that the pilot noted. */
  readonly finish: number;
}

/** How long launches took. Lengths are microseconds, of averages with fractions; those of no tasks are 0. */
export interface LaunchFigures {
  /** How many tasks are counted. */
  readonly tasks: number;
  readonly start: number;
  readonly finish: number;
  /** How long processes ran, on average. */
  readonly processTime: number;
  /** How long the pilot was occupied with a task, on average. */
  readonly pilotTime: number;
  /** The mean over the tasks of overhead divided by run time, in percent; tasks of no time at all are left out. */
  readonly percent: number;
  readonly overheads: readonly LaunchOverhead[];
}

/** Makes the figures of the launches of a run, of the tasks whose times are all known. */
export function describeLaunches(run: TimedRun): LaunchFigures {
  const overheads: LaunchOverhead[] = [];
  let [start, finish, processTime, pilotTime, percent, counted] = [0, 0, 0, 0, 0, 0];
  for (const { name, beganAt, finishedAt, executingAt, endedAt } of run.tasks) {
    if (beganAt === undefined || finishedAt === undefined || executingAt === undefined || endedAt === undefined) {
      continue;
    }
    const overhead = { name, start: beganAt - executingAt, finish: endedAt - finishedAt };
    const ran = finishedAt - beganAt;
    overheads.push(overhead);
    start += overhead.start;
    finish += overhead.finish;
    processTime += ran;
    pilotTime += endedAt - executingAt;
    if (ran === 0) continue;
    percent += 100 * (overhead.start + overhead.finish) / ran;
    counted++;
  }
  const tasks = overheads.length;
  return {
    tasks,
    start,
    finish,
    processTime: processTime / Math.max(1, tasks),
    pilotTime: pilotTime / Math.max(1, tasks),
    percent: percent / Math.max(1, counted),
    overheads,
  };
}

/** The tasks that ran on a core, by their start. */
export function tasksOn(run: TimedRun, node: string, core: string): RanTask[] {
  return ranTasks(run)
    .filter(({ nodes }) => nodes.some(({ name, cores }) => name === node && cores.includes(core)))
    .sort((a, b) => a.beganAt - b.beganAt);
}
