/**
 * A run as its figures need it: when each task was where. It is made of our own records, or of those that QCG-PilotJob
 * has written. Times are whole microseconds, as these are what QCG-PilotJob writes: their sums stay exact.
 *
 * @module
 */

import type { Span } from "../breaks.ts";
import type { JobState } from "../states.ts";
import { formatTime, type ZoneMinutes } from "../times.ts";

/** Microseconds since the epoch. */
export type Micros = number;

/** Cores of a node. */
export interface HeldCores {
  /** The name of the node. */
  readonly name: string;
  /** The names of the cores. */
  readonly cores: readonly string[];
}

/** When a task, or an iterative job as a whole, was where. Absent fields are unknown or did not happen. */
export interface TimedTask {
  /** The name of the job, for an iteration with `:` and its index. */
  readonly name: string;
  /** Its state. */
  readonly state: JobState;
  /** Why it failed, in a word; absent where that is not on record. */
  readonly cause?: string;
  /** What it exited with, as a number; negative for a signal. */
  readonly exitCode?: string;
  readonly queuedAt?: Micros;
  readonly scheduledAt?: Micros;
  /** When the pilot began to launch it, or had launched it: what QCG-PilotJob calls executing. */
  readonly executingAt?: Micros;
  /** When the pilot knew that it had ended. */
  readonly endedAt?: Micros;
  /** When its process began. */
  readonly beganAt?: Micros;
  /** When its process ended. */
  readonly finishedAt?: Micros;
  /** How long it ran, as the pilot measured it; absent for what never got cores. */
  readonly ranMicros?: number;
  /** The cores that it was granted. */
  readonly nodes: readonly HeldCores[];
  readonly pid?: string;
  readonly program?: string;
  /** Which of its launches this was, of one that another followed. */
  readonly attempt?: number;
}

/** A run, or several in one directory. */
export interface TimedRun {
  /** When the first pilot began. */
  readonly begunAt?: Micros;
  /** When the last one ended; absent while it lives. */
  readonly endedAt?: Micros;
  /** Until when tasks that have not ended count as running. */
  readonly untilAt?: Micros;
  /** Nodes that there were. */
  readonly nodes?: number;
  /** Cores that there were. */
  readonly cores?: number;
  /** Tasks that were submitted. */
  readonly taskCount: number;
  /** Tasks that failed or were omitted. */
  readonly failedCount: number;
  /** The tasks, and iterative jobs as a whole where they are on record. */
  readonly tasks: readonly TimedTask[];
  /** Attempts of tasks that others followed. */
  readonly earlier?: readonly TimedTask[];
  /** When no pilot had the run, in order: nobody's time, which no figure counts. */
  readonly breaks?: readonly Span[];
  /** Whether it is on record when processes began and ended; else the pilot's own times stand for that. */
  readonly knowsProcessTimes: boolean;
  /** The zone of written times. */
  readonly zone: ZoneMinutes;
}

/** A task that held cores, with its time on them. */
export interface RanTask extends TimedTask {
  readonly beganAt: Micros;
  readonly finishedAt: Micros;
  /** Whether it ran: what could not be started held its cores until that was known, and has no run time. */
  readonly hasRun: boolean;
}

/**
 * The tasks that held cores, each attempt by itself, with the times of their processes; where these are not on record, with
 * those of the pilot. What has not ended counts until now or, if its pilot is gone, until that was last heard of.
 *
 * @param run The run.
 */
export function ranTasks({ tasks, earlier = [], untilAt, breaks = [] }: TimedRun): RanTask[] {
  const ran: RanTask[] = [];
  for (const task of earlier.length === 0 ? tasks : [...tasks, ...earlier]) {
    const beganAt = task.beganAt ?? task.executingAt;
    const goesOn = task.state === "EXECUTING" ? untilAt : undefined;
    const finishedAt = task.finishedAt ?? task.endedAt ?? goesOn;
    // Between two attempts a task holds nothing, whatever is still known of the last one.
    if (task.nodes.length === 0 || beganAt === undefined || finishedAt === undefined) continue;
    // No task outlives its pilot.
    const pilotEnd = breaks.find(({ from }) => from >= beganAt)?.from ?? Infinity;
    const hasRun = task.beganAt !== undefined || task.ranMicros !== 0;
    ran.push({ ...task, beganAt, finishedAt: Math.max(beganAt, Math.min(finishedAt, pilotEnd)), hasRun });
  }
  return ran;
}

/** Microseconds of milliseconds. */
export function microsOf(ms: number): Micros {
  return Math.round(ms * 1000);
}

/** Writes a time as QCG-PilotJob does, `2026-01-31 12:00:00.123456`. */
export function formatMicros(at: Micros, zone: ZoneMinutes): string {
  return formatTime(at / 1000, zone);
}

/** The least and the greatest of some numbers; `undefined` of none. */
export function rangeOf(
  values: Iterable<number | undefined>,
): { readonly min: number; readonly max: number } | undefined {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === undefined) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return min > max ? undefined : { min, max };
}
