/**
 * The pass: one walk over the ready queues that starts whatever fits, by priority, then by rank, then by age. A task
 * that does not fit is passed over, and one that comes later in the order and fits starts before it.
 *
 * No task starves as long as jobs may still come. Once the oldest ready task of the highest priority that waits has
 * been passed over for `holdBackAfterMs`, it comes first; what it needs is held back for it on chosen nodes, and
 * others go on with the rest. It then starts at the latest when every task that ran at that moment has ended. As every
 * task becomes the oldest one some day, every task starts. When no job may come any more, every task starts without
 * that, and nothing is held back.
 *
 * A pass costs by kinds of tasks and by nodes, never by the number of waiting tasks. One that has started many ends
 * early, so that others get their turn; the next goes on where it ended.
 *
 * @module
 */

import { OrderHeap } from "../base/order_heap.ts";
import type { Allocation } from "../resources/node.ts";
import type { KindQueue } from "./ready_queues.ts";
import type { CoreState, Oldest } from "./state.ts";
import { TaskPhase } from "./task_table.ts";
import type { TaskId } from "./types.ts";

/**
 * Holding nodes back leaves cores idle for about the time of a task. Where that happens once in so many times this time
 * at most, it costs about two percent.
 */
const patienceInTasks = 50;
/** A shorter wait is not starving. */
const patienceMsMin = 60_000;

/** Starts every ready task that fits, in order, but no more than a step may start. */
export function schedule(state: CoreState, atMs: number): void {
  const queues = state.queues.waiting();
  new Pass(state, queues, atMs).run();
  // The oldest one has been so since now.
  watchOldest(state, queues, atMs);
}

/** One pass. */
class Pass {
  readonly #state: CoreState;
  readonly #queues: readonly KindQueue[];
  readonly #atMs: number;
  #launches = 0;

  constructor(state: CoreState, queues: readonly KindQueue[], atMs: number) {
    this.#state = state;
    this.#queues = queues;
    this.#atMs = atMs;
  }

  run(): void {
    const { pool } = this.#state;
    this.#state.isPassCut = false;
    /** The queues by their first task. */
    const order = new OrderHeap();
    const enter = (queue: KindQueue, index: number) => {
      const { first } = queue;
      if (first !== undefined) order.push(queue.priority, queue.firstRank, first, index);
    };
    this.#queues.forEach(enter);
    let overdue = this.#findOverdue();
    // Those of greater priority may have what is held back.
    const isPassedBy = overdue === undefined ||
      this.#queues.some((queue) => queue.priority > overdue!.queue.priority && !queue.isCapped);
    if (isPassedBy) pool.unreserve();
    while (pool.freeCores > 0 && order.size > 0) {
      const index = order.firstValue!;
      const queue = this.#queues[index]!;
      if (overdue !== undefined && queue.priority <= overdue.queue.priority) {
        this.#startOverdue(overdue);
        overdue = undefined;
        continue;
      }
      const { first } = queue;
      const isStale = first !== order.firstAge;
      order.pop();
      if (isStale) {
        // Its first task has just been started as the overdue one.
        enter(queue, index);
        continue;
      }
      const allocation = queue.isCapped ? undefined : pool.fit(queue.request);
      if (allocation === undefined) continue;
      if (this.#isFull()) return;
      this.#start(queue, first!, allocation);
      enter(queue, index);
    }
  }

  /** Starts the task that was passed over for too long, or holds back for it what it needs. */
  #startOverdue({ task, queue }: Oldest): void {
    const { pool } = this.#state;
    if (queue.isCapped) return pool.unreserve();
    const allocation = pool.fit(queue.request);
    if (allocation !== undefined) {
      pool.unreserve();
      this.#start(queue, task, allocation);
    } else if (pool.reservedFor === undefined) {
      pool.reserve(queue.request);
    }
  }

  /** The task that has been passed over for too long, and might be for ever. */
  #findOverdue(): Oldest | undefined {
    const { oldest, draining, estimates } = this.#state;
    if (oldest === undefined || draining) return undefined;
    const { holdBackAfterMs = Math.max(patienceMsMin, patienceInTasks * (estimates.meanMs ?? 0)) } = this.#state;
    if (this.#atMs - oldest.sinceMs < holdBackAfterMs) return undefined;
    return oldest.queue.has(oldest.task) && !oldest.queue.isCapped ? oldest : undefined;
  }

  /** Whether the step may start no more; the next one goes on then. */
  #isFull(): boolean {
    return this.#state.isPassCut = this.#launches >= this.#state.launchesMax;
  }

  #start(queue: KindQueue, task: TaskId, allocation: Allocation): void {
    this.#launches++;
    for (const cap of queue.caps) cap.running++;
    start(this.#state, task, allocation, this.#atMs);
  }
}

/**
 * Notes who is the oldest ready task of the greatest priority that no cap keeps from starting, and since when. When no
 * job may come any more it need not be known.
 */
function watchOldest(state: CoreState, queues: readonly KindQueue[], atMs: number): void {
  let found: KindQueue | undefined;
  let oldest: TaskId | undefined;
  for (const queue of state.draining ? [] : queues) {
    if (queue.isCapped || (found !== undefined && queue.priority < found.priority)) continue;
    const task = queue.oldest;
    if (task === undefined || (found?.priority === queue.priority && task > oldest!)) continue;
    [found, oldest] = [queue, task];
  }
  if (state.oldest?.task === oldest && state.oldest?.queue === found) return;
  state.oldest = oldest === undefined ? undefined : { task: oldest, queue: found!, sinceMs: atMs };
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
