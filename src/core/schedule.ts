/**
 * The pass: one walk over the ready queues that starts whatever fits. First in, first out with skip-ahead: a task that
 * does not fit is passed over, and a younger one that fits starts before it.
 *
 * No task starves. Once `overtakesMax` younger tasks have started before the oldest ready task, what it needs is
 * held back for it on chosen nodes; younger tasks go on with the rest. It then starts at the latest when every task
 * that ran at that moment has ended. As every task becomes the oldest one some day, every task starts.
 *
 * A pass costs by kinds of request and by nodes, never by the number of waiting tasks. One that has started many ends
 * early, so that others get their turn; the next goes on where it ended.
 *
 * @module
 */

import { PairHeap } from "../base/heap.ts";
import type { Allocation } from "../resources/node.ts";
import type { KindQueue } from "./ready_queues.ts";
import type { CoreState } from "./state.ts";
import { TaskPhase } from "./task_table.ts";
import type { TaskId } from "./types.ts";

/** Starts every ready task that fits, oldest first, but no more than a step may start. */
export function schedule(state: CoreState, atMs: number): void {
  const { pool } = state;
  const queues = state.queues.waiting();
  /** The queues by their oldest task. */
  const byAge = new PairHeap();
  queues.forEach((queue, index) => byAge.push(queue.oldest!, index));
  // Tasks are looked at by age, so the first queue that does not fit has the oldest ready task from then on.
  let blocked: KindQueue | undefined;
  let mayReserve = true;
  let launches = 0;
  state.isPassCut = false;
  while (pool.freeCores > 0 && byAge.size > 0) {
    if (launches >= state.launchesMax) {
      state.isPassCut = true;
      return;
    }
    const [task, index] = [byAge.firstKey!, byAge.firstValue!];
    const queue = queues[index]!;
    watchOldest(state, blocked?.oldest ?? task);
    const allocation = pool.fit(queue.request);
    if (allocation === undefined) {
      blocked ??= queue;
      byAge.pop();
    } else {
      if (blocked === undefined) pool.unreserve();
      else state.overtakes++;
      queue.dropOldest();
      if (queue.oldest === undefined) byAge.pop();
      else byAge.replaceFirst(queue.oldest, index);
      start(state, task, allocation, atMs);
      launches++;
    }
    const isStarving = blocked !== undefined && state.overtakes >= state.overtakesMax;
    if (isStarving && mayReserve && pool.reservedFor === undefined) mayReserve = pool.reserve(blocked!.request);
  }
}

/** Starts counting anew when another task has become the oldest one. */
function watchOldest(state: CoreState, oldest: TaskId): void {
  if (state.oldest === oldest) return;
  state.oldest = oldest;
  state.overtakes = 0;
  state.pool.unreserve();
}

function start(state: CoreState, task: TaskId, allocation: Allocation, atMs: number): void {
  state.pool.grant(allocation);
  const { job } = state.job(state.tasks.job(task));
  const attempt = state.tasks.attempt(task) + 1;
  state.tasks.setPhase(task, TaskPhase.live);
  state.tasks.setAttempt(task, attempt);
  state.setLive(task, { kind: "launching", job, attempt, allocation });
  state.nodeTasks.add(task, allocation);
  const named = state.nameAllocation(allocation);
  state.emit({ kind: "taskScheduled", atMs, task, job: job.id, attempt, allocation: named });
  const memoryMiB = allocation.parts.reduce((sum, part) => sum + part.memoryMiB, 0);
  const nodes = allocation.parts.map((part) => part.node);
  state.order({ kind: "launch", task, attempt, job, allocation: named, nodes, memoryMiB });
}
