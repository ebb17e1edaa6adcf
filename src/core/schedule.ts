/**
 * The pass: one walk over the ready queues that starts whatever fits, by priority, then by rank, then by age. A task
 * that does not fit is passed over, and one that comes later in the order and fits starts before it. While the run time
 * of a program is unknown that several tasks run, so that ranks are a guess, one start of five is by priority and age
 * alone.
 *
 * When no job may come any more only the end of all counts: then large tasks of a rank start before small ones, which
 * fit in later, too, and what others wait for before both.
 *
 * No task starves as long as jobs may still come, or as there is a time at which all work stops. Once the oldest ready
 * task of the highest priority that waits has been passed over for `holdBackAfterMs`, it comes first; what it needs is
 * held back for it on chosen nodes, and others go on with the rest. It then starts at the latest when every task that
 * ran at that moment has ended. As every task becomes the oldest one some day, every task starts. When no job may come
 * any more and no end is known, every task starts without that, and nothing is held back.
 *
 * A pass costs by kinds of tasks and by nodes, never by the number of waiting tasks. One that has started many ends
 * early, so that others get their turn; the next goes on where it ended.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import type { Allocation } from "../resources/node.ts";
import { isRange } from "../resources/request.ts";
import { type LineOrder, QueueLine } from "./queue_line.ts";
import type { KindQueue } from "./ready_queues.ts";
import { Shares } from "./share.ts";
import type { CoreState, Oldest } from "./state.ts";
import { TaskPhase } from "./task_table.ts";
import type { TaskId } from "./types.ts";

/**
 * Holding nodes back leaves cores idle for about the time of a task. Where that happens once in so many times this time
 * at most, it costs about two percent.
 */
const patienceInTasks = 50;
/** The shortest wait that counts as starving. */
const patienceMsMin = 60_000;

/** The wait is at most this part of the time that is left until all work stops: a third. */
const partOfRest = 3;

/**
 * While nobody knows how long the tasks of some program take, one start in this many goes to the oldest task: what comes
 * late in every chain is then seen early in some, and what takes longer than all else does not begin last. A program that
 * one task runs teaches nothing that could still serve.
 */
const startsByAge = 5;

/** Starts every ready task that fits, in order, but no more than a step may start. */
export function schedule(state: CoreState, atMs: number): void {
  invariant(!state.isPaused && !state.taskClock.isStopped, "Nothing is started while the run pauses");
  const queues = state.queues.waiting();
  new Pass(state, queues, atMs).run();
  // The time of a new oldest task counts from now.
  watchOldest(state, queues, atMs);
}

/** One pass. */
class Pass {
  readonly #state: CoreState;
  readonly #queues: readonly KindQueue[];
  readonly #atMs: number;
  readonly #shares: Shares;
  readonly #lines: { [by in LineOrder]?: QueueLine } = {};
  #launches = 0;

  constructor(state: CoreState, queues: readonly KindQueue[], atMs: number) {
    this.#state = state;
    this.#queues = queues;
    this.#atMs = atMs;
    this.#shares = new Shares(state, queues);
  }

  run(): void {
    const { pool } = this.#state;
    this.#state.isPassCut = false;
    let overdue = this.#findOverdue();
    // Those of greater priority may have what is held back.
    const isPassedBy = overdue === undefined ||
      this.#queues.some((queue) => queue.priority > overdue!.queue.priority && !queue.isCapped);
    if (isPassedBy) pool.unreserve();
    while (pool.freeCores > 0) {
      const line = this.#lineOf(this.#isByAge ? "age" : this.#byRank);
      const queue = line.first;
      if (queue === undefined) return;
      if (overdue !== undefined && queue.priority <= overdue.queue.priority) {
        this.#startOverdue(overdue);
        overdue = undefined;
        continue;
      }
      const task = present(line.taskOf(queue), "the task whose turn it is");
      const allocation = queue.isCapped ? undefined : pool.fit(queue.request, this.#coresFor(queue, task));
      if (allocation === undefined) {
        line.leave();
        continue;
      }
      if (this.#isFull()) return;
      this.#start(queue, task, allocation);
    }
  }

  /** What ranks say, and among equal ones sizes when no job may come any more. */
  get #byRank(): LineOrder {
    return this.#state.draining ? "rank and size" : "rank";
  }

  /** The queues in an order; put in line when they are first asked for in it. */
  #lineOf(by: LineOrder): QueueLine {
    return this.#lines[by] ??= new QueueLine(this.#queues, by);
  }

  /** The most cores that a task may have now: what it asks for, if that is not a range. */
  #coresFor(queue: KindQueue, task: TaskId): number {
    return isRange(queue.request) ? this.#shares.coresFor(queue, task) : Infinity;
  }

  /**
   * Whether the next start goes to the oldest task that fits: as age alone decides, or is to have its turn while nobody
   * knows how long some program takes.
   */
  get #isByAge(): boolean {
    const { ranks, estimates, starts } = this.#state;
    return ranks === undefined || (estimates.hasUnknown && (starts + 1) % startsByAge === 0);
  }

  /** Starts the task that was passed over for too long, or holds back for it what it needs. */
  #startOverdue({ task, queue }: Oldest): void {
    const { pool } = this.#state;
    if (queue.isCapped) return pool.unreserve();
    const allocation = pool.fit(queue.request, this.#coresFor(queue, task));
    if (allocation !== undefined) {
      pool.unreserve();
      this.#start(queue, task, allocation);
    } else if (pool.reservedFor === undefined) {
      pool.reserve(queue.request);
    }
  }

  /** The task that has been passed over for too long, and might be for ever. */
  #findOverdue(): Oldest | undefined {
    const { oldest, mayStarve } = this.#state;
    if (oldest === undefined || !mayStarve) return undefined;
    const { holdBackAfterMs = defaultPatienceMs(this.#state, oldest) } = this.#state;
    if (this.#atMs - oldest.sinceMs < holdBackAfterMs) return undefined;
    return oldest.queue.has(oldest.task) && !oldest.queue.isCapped ? oldest : undefined;
  }

  /** Whether the step may start no more; the next one goes on then. */
  #isFull(): boolean {
    return this.#state.isPassCut = this.#launches >= this.#state.launchesMax;
  }

  #start(queue: KindQueue, task: TaskId, allocation: Allocation): void {
    // The one that was passed over for too long may come on top.
    invariant(this.#launches <= this.#state.launchesMax, "A pass starts no more than a step may");
    this.#launches++;
    this.#state.starts++;
    this.#shares.add(queue, task, allocation);
    for (const cap of queue.caps) {
      invariant(cap.running < cap.max, "A task starts under its caps");
      cap.running++;
    }
    start(this.#state, task, allocation, this.#atMs);
  }
}

/** How long the oldest task is passed over, where nobody has said it: the sooner, the less time is left for it. */
function defaultPatienceMs({ estimates, stopAtMs }: CoreState, { sinceMs }: Oldest): number {
  const patienceMs = Math.max(patienceMsMin, patienceInTasks * (estimates.meanMs ?? 0));
  return stopAtMs === undefined ? patienceMs : Math.min(patienceMs, (stopAtMs - sinceMs) / partOfRest);
}

/**
 * Notes who is the oldest ready task of the greatest priority that no cap keeps from starting, and since when. Where
 * nobody can starve it need not be known.
 */
function watchOldest(state: CoreState, queues: readonly KindQueue[], atMs: number): void {
  let found: KindQueue | undefined;
  let oldest: TaskId | undefined;
  for (const queue of state.mayStarve ? queues : []) {
    if (queue.isCapped || (found !== undefined && queue.priority < found.priority)) continue;
    const task = queue.oldest;
    if (task === undefined || (found?.priority === queue.priority && task > oldest!)) continue;
    [found, oldest] = [queue, task];
  }
  if (state.oldest?.task === oldest && state.oldest?.queue === found) return;
  invariant((oldest === undefined) === (found === undefined), "The oldest task waits in a queue");
  state.oldest = oldest === undefined ? undefined : { task: oldest, queue: found!, sinceMs: atMs };
  state.pool.unreserve();
}

function start(state: CoreState, task: TaskId, allocation: Allocation, atMs: number): void {
  invariant(state.tasks.phase(task) === TaskPhase.ready, "Only a ready task starts");
  const record = state.job(state.tasks.job(task));
  invariant(record.outcome === undefined, "A task starts before its job has ended");
  invariant(record.waitingFor === 0 && state.tasks.waiting(task) === 0, "A task that starts waits for nothing");
  state.pool.grant(allocation);
  const { job } = record;
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
