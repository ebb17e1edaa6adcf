/**
 * Runs side by side: how long each took, what it cost, what failed, and which jobs became slower.
 *
 * @module
 */

import { describeUse } from "../figures/core_use.ts";
import { describeTimes } from "../figures/run_figures.ts";
import { ranTasks, type TimedRun } from "../figures/timed_run.ts";

/** A run beside others. Times are milliseconds; what is unknown is absent. */
export interface ComparedRun {
  readonly name: string;
  readonly tasks: number;
  readonly failed: number;
  /** Tasks that never ran because of what became of others. */
  readonly omitted: number;
  /** How many tasks failed for each cause. */
  readonly causes: ReadonlyMap<string, number>;
  readonly cores?: number;
  /** From the beginning to the end. */
  readonly makespanMs?: number;
  /** How much time of cores tasks held, in core-hours. */
  readonly coreHours: number;
  /** The share of the cores' time that tasks held, in percent. */
  readonly usedPercent?: number;
  /** The time before the first task, after the last, and from grants to processes, divided by the number of tasks. */
  readonly overheadMs?: number;
  /**
   * How many times as fast as the first run, and how much of that is left for each core; only of runs that have a job in
   * common with it, as the time of other work says nothing.
   */
  readonly speedUp?: number;
  readonly efficiencyPercent?: number;
  readonly jobs: ReadonlyMap<string, JobTimes>;
}

/** How long the tasks of a job ran. */
export interface JobTimes {
  readonly tasks: number;
  readonly failed: number;
  readonly meanMs: number;
  /** Standard deviation. */
  readonly spreadMs: number;
}

/** A job whose tasks took longer, or less long, than in the first run, by more than chance explains. */
export interface ChangedJob {
  readonly name: string;
  /** The run in which it changed, by its place. */
  readonly run: number;
  readonly beforeMs: number;
  readonly afterMs: number;
  /** How many times as long. */
  readonly factor: number;
}

/**
 * Compares runs with the first.
 *
 * @param runs The runs and what they are called.
 */
export function compareRuns(runs: readonly (readonly [name: string, run: TimedRun])[]): ComparedRun[] {
  const compared = runs.map(([name, run]) => describe(name, run));
  const [first] = compared;
  return compared.map((run) => {
    if (first?.makespanMs === undefined || run.makespanMs === undefined || run.makespanMs === 0) return run;
    if (!hasJobOf(first, run)) return run;
    const speedUp = first.makespanMs / run.makespanMs;
    const efficiencyPercent = first.cores === undefined || run.cores === undefined
      ? undefined
      : speedUp * first.cores / run.cores * 100;
    return { ...run, speedUp, ...(efficiencyPercent === undefined ? {} : { efficiencyPercent }) };
  });
}

/** Whether two runs ran tasks of a job of the same name. */
export function hasJobOf(one: ComparedRun, other: ComparedRun): boolean {
  return other.jobs.keys().some((name) => one.jobs.has(name));
}

/** From this many tasks on, their spread says how far chance goes. */
const tellingTasks = 3;
/** With fewer tasks only a change is told that nobody would call chance: by more than so many milliseconds and times. */
const greatChange = { ms: 2000, factor: 1.5 };

/** Tells which jobs took longer or less long than in the first run, the greatest change first. */
export function changedJobs(runs: readonly ComparedRun[]): ChangedJob[] {
  const [first, ...others] = runs;
  const changed = others.flatMap((run, index) =>
    [...run.jobs].flatMap(([name, now]): ChangedJob[] => {
      const before = first!.jobs.get(name);
      if (before === undefined || before.meanMs === 0) return [];
      const factor = now.meanMs / before.meanMs;
      // Two standard errors of the difference, and a tenth, which nobody would call a change.
      const error = Math.sqrt(before.spreadMs ** 2 / before.tasks + now.spreadMs ** 2 / now.tasks);
      const changeMs = Math.abs(now.meanMs - before.meanMs);
      if (changeMs <= 2 * error || Math.abs(factor - 1) < 0.1) return [];
      const isGreat = changeMs > greatChange.ms && Math.max(factor, 1 / factor) > greatChange.factor;
      if (Math.min(before.tasks, now.tasks) < tellingTasks && !isGreat) return [];
      return [{ name, run: index + 1, beforeMs: before.meanMs, afterMs: now.meanMs, factor }];
    })
  );
  return changed.sort((a, b) => Math.abs(Math.log(b.factor)) - Math.abs(Math.log(a.factor)));
}

function describe(name: string, run: TimedRun): ComparedRun {
  const ran = ranTasks(run);
  const omitted = countOmitted(run);
  const { runtime, initOverhead, finishOverhead } = describeTimes(run);
  const use = describeUse(run);
  const used = use?.allPercent ?? use?.usedPercent;
  const micros = ran.reduce(
    (sum, { beganAt, finishedAt, nodes }) =>
      sum + (finishedAt - beganAt) * nodes.reduce((cores, node) => cores + node.cores.length, 0),
    0,
  );
  const launching = ran.reduce(
    (sum, { beganAt, executingAt }) => sum + Math.max(0, beganAt - (executingAt ?? beganAt)),
    0,
  );
  const overhead = initOverhead === undefined || finishOverhead === undefined || ran.length === 0
    ? undefined
    : (initOverhead + finishOverhead + launching) / ran.length / 1000;
  return {
    ...{ name, tasks: run.taskCount, failed: Math.max(0, run.failedCount - omitted), omitted },
    coreHours: micros / 3.6e9,
    ...{ causes: countCauses(run), jobs: timesByJob(run) },
    ...(run.cores === undefined ? {} : { cores: run.cores }),
    ...(runtime === undefined ? {} : { makespanMs: runtime / 1000 }),
    ...(used === undefined ? {} : { usedPercent: used }),
    ...(overhead === undefined ? {} : { overheadMs: overhead }),
  };
}

/** An iterative job as a whole, where it is on record beside its iterations, is no further task. */
function countOmitted({ tasks }: TimedRun): number {
  const iterative = new Set(tasks.flatMap(({ name }) => name.includes(":") ? [name.split(":")[0]] : []));
  return tasks.filter(({ name, state }) => state === "OMITTED" && !iterative.has(name)).length;
}

function countCauses({ tasks }: TimedRun): ReadonlyMap<string, number> {
  const causes = new Map<string, number>();
  for (const { state, cause = "unknown cause" } of tasks) {
    if (state === "FAILED") causes.set(cause, (causes.get(cause) ?? 0) + 1);
  }
  return causes;
}

function timesByJob(run: TimedRun): ReadonlyMap<string, JobTimes> {
  const byJob = new Map<string, { times: number[]; failed: number }>();
  for (const { name, state, beganAt, finishedAt, hasRun } of ranTasks(run)) {
    if (!hasRun) continue;
    const job = name.split(":")[0]!;
    const known = byJob.get(job) ?? { times: [], failed: 0 };
    byJob.set(job, known);
    known.times.push((finishedAt - beganAt) / 1000);
    if (state === "FAILED") known.failed++;
  }
  return new Map([...byJob].map(([job, { times, failed }]) => {
    const meanMs = times.reduce((sum, time) => sum + time, 0) / times.length;
    const squares = times.reduce((sum, time) => sum + (time - meanMs) ** 2, 0);
    return [job, { tasks: times.length, failed, meanMs, spreadMs: Math.sqrt(squares / Math.max(1, times.length - 1)) }];
  }));
}
