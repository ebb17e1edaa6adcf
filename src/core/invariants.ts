/**
 * What must be true between two steps if the core has no bug. Checked after every step of the simulator.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { Cap } from "./caps.ts";
import { type CoreState, nameTask, stopTask } from "./state.ts";
import { TaskPhase } from "./task_table.ts";

/** Throws an `InvariantError` when the books do not add up. Costs by tasks: for tests. */
export function checkInvariants(state: CoreState): void {
  state.pool.checkInvariants([...state.live.values()].map((live) => live.allocation));
  let open = 0;
  let live = 0;
  for (const record of state.jobs.values()) {
    const { job, counts } = record;
    const seen = new Array<number>(9).fill(0);
    for (let task = job.firstTask; task < stopTask(job); task++) {
      const phase = state.tasks.phase(task);
      seen[phase]!++;
      const name = nameTask(job, task);
      invariant(phase !== TaskPhase.none, `Task ${name} is not in the table`);
      invariant((phase === TaskPhase.live) === state.live.has(task), `Task ${name}: phase and live table disagree`);
      const free = record.waitingFor === 0 && state.tasks.waiting(task) === 0;
      invariant(phase !== TaskPhase.blocked || !free, `Task ${name} is blocked by nothing`);
      invariant(phase !== TaskPhase.ready || free, `Task ${name} is ready but waits for something`);
    }
    live += seen[TaskPhase.live]!;
    const { name } = job.description;
    for (const kind of ["succeeded", "failed", "canceled", "omitted"] as const) {
      invariant(counts[kind] === seen[TaskPhase[kind]], `Job ${name}: wrong count of ${kind} tasks`);
    }
    const waiting = seen.slice(TaskPhase.blocked, TaskPhase.succeeded).reduce((sum, count) => sum + count, 0);
    invariant(record.remaining === waiting, `Job ${name}: wrong count of remaining tasks`);
    invariant((record.outcome !== undefined) === (waiting === 0), `Job ${name}: ended too early or too late`);
    if (record.outcome === undefined) open++;
  }
  checkCaps(state);
  invariant(open === state.openJobs, "Wrong count of open jobs");
  invariant(live === state.live.size, "A live task belongs to no job");
}

/** Each cap counts the tasks under it that hold cores, and these are not too many. */
function checkCaps(state: CoreState): void {
  const running = new Map<Cap, number>([...state.groups.values()].map((cap) => [cap, 0]));
  for (const { caps } of state.jobs.values()) caps?.caps.forEach((cap) => running.set(cap, 0));
  for (const { job } of state.live.values()) {
    state.job(job.id).caps?.caps.forEach((cap) => running.set(cap, running.get(cap)! + 1));
  }
  for (const [cap, count] of running) {
    invariant(cap.running === count, "A cap counts wrongly");
    invariant(count <= cap.max, "More tasks hold cores than a cap lets");
  }
}
