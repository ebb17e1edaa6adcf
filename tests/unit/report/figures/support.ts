/**
 * Runs to measure, made of tasks with their times.
 *
 * @module
 */

import type { TimedRun, TimedTask } from "../../../../src/report/figures/timed_run.ts";

/** A task on cores of node `n`, from one second to another. */
export function ran(name: string, cores: readonly string[], from: number, to: number): TimedTask {
  const [beganAt, finishedAt] = [from * 1e6, to * 1e6];
  return {
    ...{ name, state: "SUCCEED", exitCode: "0", beganAt, finishedAt, executingAt: beganAt, endedAt: finishedAt },
    ...{ ranMicros: finishedAt - beganAt, nodes: [{ name: "n", cores }], pid: "7", program: "sleep" },
  };
}

/** A run of tasks. */
export function runOf(tasks: readonly TimedTask[], more: Partial<TimedRun> = {}): TimedRun {
  return { taskCount: tasks.length, failedCount: 0, tasks, knowsProcessTimes: true, zone: 0, ...more };
}
