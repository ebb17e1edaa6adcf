/**
 * A run as simple code reads it from its events, to recompute what reports tell: a list of launches and a list of tasks,
 * made in one walk, without any part of what makes the reports.
 *
 * @module
 */

import type { Event, Outcome } from "../../../src/core/types.ts";
import { runWorld } from "../../sim/world.ts";

/** One launch of a task. Times are milliseconds; absent ones did not happen. */
export interface Launch {
  readonly task: number;
  readonly attempt: number;
  /** The cores, as `node:core`. */
  readonly cores: readonly string[];
  readonly grantedAt: number;
  startedAt?: number;
  endedAt?: number;
  outcome?: Outcome;
  /** Whether its task ended with it. */
  isFinal?: boolean;
}

/** One task. */
export interface PlainTask {
  readonly name: string;
  readonly job: string;
  readonly queuedAt: number;
  outcome?: Outcome;
  endedAt?: number;
}

/** A run. */
export interface PlainRun {
  readonly events: readonly Event[];
  readonly tasks: readonly PlainTask[];
  readonly launches: readonly Launch[];
  readonly lastAt: number;
}

/** Walks over the events of a run. */
export function readPlainly(events: readonly Event[]): PlainRun {
  const tasks: PlainTask[] = [];
  const launches: Launch[] = [];
  const last = (task: number) => launches.findLast((launch) => launch.task === task)!;
  for (const event of events) {
    const { atMs } = event;
    if (event.kind === "jobSubmitted") {
      const { name: job, iteration } = event.job.description;
      const count = iteration === undefined ? 1 : iteration.stop - iteration.start;
      for (let offset = 0; offset < count; offset++) {
        const name = iteration === undefined ? job : `${job}:${iteration.start + offset}`;
        tasks[event.job.firstTask + offset] = { name, job, queuedAt: atMs };
      }
    } else if (event.kind === "taskScheduled") {
      const cores = event.allocation.nodes.flatMap(({ name, cores }) => cores.map((core) => `${name}:${core}`));
      launches.push({ task: event.task, attempt: event.attempt, cores, grantedAt: atMs });
    } else if (event.kind === "taskStarted") last(event.task).startedAt = atMs;
    else if (event.kind === "attemptEnded") Object.assign(last(event.task), { endedAt: atMs, outcome: event.outcome });
    else if (event.kind === "taskEnded") {
      // One that is canceled between two attempts is not launched again.
      const launch = last(event.task);
      if (launch !== undefined && launch.endedAt === undefined) {
        Object.assign(launch, { endedAt: atMs, outcome: event.outcome, isFinal: true });
      }
      Object.assign(tasks[event.task]!, { endedAt: atMs, outcome: event.outcome });
    } else if (event.kind === "tasksDropped") {
      for (let task = event.first; task < event.first + event.count; task++) {
        Object.assign(tasks[task]!, { endedAt: atMs, outcome: event.outcome });
      }
    }
  }
  return { events, tasks, launches, lastAt: Math.max(...events.map(({ atMs }) => atMs)) };
}

/** When a launch held its cores for the reports: from its process on, or from the grant where none came to be. */
export function heldBy(
  { grantedAt, startedAt, endedAt }: Launch,
  lastAt: number,
): [from: number, to: number] | undefined {
  if (endedAt === undefined && startedAt === undefined) return undefined; // It is being launched.
  return [startedAt ?? grantedAt, endedAt ?? lastAt];
}

/** Runs of the simulator: seeds with retries, lost nodes, cancels, start failures, jobs that wait for others. */
export async function simulatedRuns(seeds: number): Promise<PlainRun[]> {
  const runs: PlainRun[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const { entries } = await runWorld(seed);
    const events = entries.flatMap((entry) => entry.kind === "durable" ? entry.events : []);
    if (events.some(({ kind }) => kind === "taskStarted")) runs.push(readPlainly(events));
  }
  return runs;
}
