/**
 * What the tasks of each job asked for and what they used, with sentences that say what to ask for next time.
 *
 * @module
 */

import type { JobDescription } from "../../job/description.ts";
import { taskCount } from "../../job/description.ts";
import { lengthText } from "../pictures/pictured_run.ts";
import { countText } from "../pictures/scale.ts";
import type { RunView } from "../look/run_view.ts";
import type { JobState } from "../states.ts";

/** A job: what it asked for, and what its tasks used. Times are milliseconds, memory is KiB. */
export interface JobUse {
  readonly name: string;
  readonly tasks: number;
  /** How many tasks are in each state; states that none is in are left out. */
  readonly counts: Partial<Record<JobState, number>>;
  /** Launches beyond the first of each task. */
  readonly retries: number;
  /** The median and the longest run time of the tasks that ended by themselves. */
  readonly medianMs?: number;
  readonly longestMs?: number;
  /** The time limit of each task. */
  readonly limitMs?: number;
  /** The cores that each task was granted, at most. */
  readonly cores: number;
  /**
   * How many cores a task kept busy on average, by its CPU time; only of tasks on one node, as what processes used on
   * others is not known.
   */
  readonly busyCores?: number;
  /** The memory that each task asked for on a node; 0 for none. */
  readonly askedKiB: number;
  /** The most memory that one process of a task used. */
  readonly peakKiB?: number;
  /** How many tasks were stopped at their time limit, and for want of memory. */
  readonly timeouts: number;
  readonly starved: number;
}

/** Sums up the jobs of a run, in the order of submission. */
export function describeJobs(view: RunView): JobUse[] {
  return [...view.jobs()].map(({ firstTask, description }) => {
    const counts: Partial<Record<JobState, number>> = {};
    const times: number[] = [];
    let [retries, cores, cpuMs, coreMs, peak] = [0, 0, 0, 0, -1];
    let [timeouts, starved] = [0, 0];
    const tasks = taskCount(description);
    for (let task = firstTask; task < firstTask + tasks; task++) {
      const { state, attempts, allocation, startedAtMs, endedAtMs, cause, ...used } = view.ledger.task(task);
      counts[state] = (counts[state] ?? 0) + 1;
      retries += Math.max(0, attempts - 1);
      const granted = allocation?.nodes.reduce((sum, { cores }) => sum + cores.length, 0) ?? 0;
      cores = Math.max(cores, granted);
      peak = Math.max(peak, used.peakKiB ?? -1);
      if (state === "FAILED" && cause === "timeout") timeouts++;
      if (state === "FAILED" && cause === "oom") starved++;
      if (startedAtMs === undefined || endedAtMs === undefined) continue;
      const ranMs = Math.max(0, endedAtMs - startedAtMs);
      times.push(ranMs);
      if (used.cpuMs === undefined || (allocation?.nodes.length ?? 0) > 1) continue;
      cpuMs += used.cpuMs;
      coreMs += ranMs;
    }
    times.sort((a, b) => a - b);
    return {
      ...{
        name: description.name,
        tasks,
        counts,
        retries,
        cores,
        timeouts,
        starved,
        askedKiB: description.resources.memoryMiB * 1024,
      },
      ...(times.length === 0 ? {} : { medianMs: times[times.length >> 1]!, longestMs: times.at(-1)! }),
      ...limitOf(description),
      ...(coreMs === 0 ? {} : { busyCores: cpuMs / coreMs }),
      ...(peak < 0 ? {} : { peakKiB: peak }),
    };
  });
}

function limitOf({ timeLimitMs }: JobDescription): { readonly limitMs?: number } {
  return timeLimitMs === undefined ? {} : { limitMs: timeLimitMs };
}

/** Tasks that ran shorter than this say nothing about cores. */
const tellingMs = 1000;

/**
 * Says what to ask for next time: sentences, none where what was asked for was about right.
 *
 * @param use What a job asked for and used.
 */
export function adviceFor(use: JobUse): string[] {
  const { name, cores, busyCores, longestMs, limitMs, askedKiB, peakKiB, counts, timeouts, starved } = use;
  const advice: string[] = [];
  if (timeouts > 0 && limitMs !== undefined) {
    advice.push(
      `${countText(timeouts, "task")} of ${name} reached the limit of ${lengthText(limitMs)}: ask for more time.`,
    );
  }
  if (starved > 0) {
    const asked = askedKiB === 0 ? "" : ` of ${memoryText(askedKiB)}`;
    advice.push(`${countText(starved, "task")} of ${name} used up the memory${asked}: ask for more.`);
  }
  if (cores > 1 && busyCores !== undefined && (longestMs ?? 0) >= tellingMs && busyCores < cores * 0.6) {
    const enough = Math.max(1, Math.ceil(busyCores * 1.1));
    advice.push(
      `${name} had ${cores} cores and kept ${
        busyCores.toFixed(1)
      } of them busy: ask for ${enough}, so that more tasks run at a time.`,
    );
  }
  if (askedKiB > 0 && peakKiB !== undefined && peakKiB > 0) {
    const enough = roundMemory(peakKiB * 1.25);
    if (enough < askedKiB * 0.6 && starved === 0) {
      advice.push(
        `${name} asked for ${memoryText(askedKiB)}, and its largest process used ${
          memoryText(peakKiB)
        }: if it has one ` +
          `at a time, ${memoryText(enough)} will do.`,
      );
    } else if (peakKiB > askedKiB && starved === 0) {
      advice.push(
        `${name} asked for ${memoryText(askedKiB)} and used ${memoryText(peakKiB)}: ask for ${memoryText(enough)}.`,
      );
    }
  }
  if (limitMs !== undefined && longestMs !== undefined && (counts.SUCCEED ?? 0) > 0) {
    const enough = Math.max(1000, Math.ceil(longestMs * 1.5 / 1000) * 1000);
    if (enough < limitMs * 0.25 && limitMs > 60_000 && timeouts === 0) {
      advice.push(
        `${name} may take ${lengthText(limitMs)} and took ${lengthText(longestMs)} at most: with a limit of ${
          lengthText(enough)
        } it fits into shorter gaps.`,
      );
    }
  }
  return advice;
}

/** The next round amount: of 1, 1.5, 2, 3, 4, 6 … that many MiB. */
function roundMemory(kib: number): number {
  const mib = Math.max(1, kib / 1024);
  const power = 2 ** Math.floor(Math.log2(mib));
  return [power, power * 1.5, power * 2].find((amount) => amount >= mib)! * 1024;
}

/** An amount of memory in words. */
export function memoryText(kib: number): string {
  if (kib < 1024) return `${Math.round(kib)} KiB`;
  const mib = kib / 1024;
  return mib < 1024 ? `${Number(mib.toPrecision(3))} MiB` : `${Number((mib / 1024).toPrecision(3))} GiB`;
}
