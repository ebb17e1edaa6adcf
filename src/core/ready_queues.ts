/**
 * The ready tasks, one queue for each kind: what asks for the same at the same priority, under the same caps. Tasks of
 * a kind are interchangeable for the pool, so a pass needs to look at the first of each kind only, however many wait.
 *
 * A queue holds ranges of neighbouring tasks of one job, not tasks: a million ready iterations are one range. Ranges
 * stand by the rank of their job, greatest first, and by age among equal ranks.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import { PairHeap } from "../base/heap.ts";
import { OrderHeap } from "../base/order_heap.ts";
import { requestKey, type ResourceRequest, sizeOf } from "../resources/request.ts";
import { type Cap, noCaps } from "./caps.ts";
import type { TaskId } from "./types.ts";

/** What the queues ask about tasks. */
export interface TaskFacts {
  /** Whether a queued task still waits: canceled ones are left in the queue and passed over. */
  isReady(task: TaskId): boolean;
  /** The priority of its job. */
  priority(task: TaskId): number;
  /** The rank of its job. */
  rank(task: TaskId): number;
  /** The same for a batch that is closed: there a task that can do with fewer cores counts as longer. */
  rankWhenClosed(task: TaskId): number;
  /** Whether others wait for its job. */
  isAwaited(task: TaskId): boolean;
}

/** What {@linkcode sizeWhenClosed} is less than: all larger requests are equal. */
export const sizeEnd: number = 2 ** 24;

/**
 * How early a task starts among those of its rank in a batch that is closed: the larger, the earlier, as small ones fit
 * in later, too. What others wait for goes before all of them by age: what it releases early fills the gaps.
 *
 * @param size How large its request is, beside others.
 * @param isAwaited Whether others wait for its job.
 */
export function sizeWhenClosed(size: number, isAwaited: boolean): number {
  return isAwaited ? sizeEnd - 1 : Math.min(size, sizeEnd - 2);
}

/** The queue of one kind. */
export class KindQueue {
  /** What each task in here asks for; one object for each kind, so that identity means equality. */
  readonly request: ResourceRequest;
  /** The priority of each task in here. */
  readonly priority: number;
  /** How large the request is, beside others. */
  readonly taskSize: number;
  /** What limits how many of these tasks hold cores at once. */
  readonly caps: readonly Cap[];
  /** Ranges by rank and by their first task, with the task after their last. */
  readonly #byRank: OrderHeap = new OrderHeap();
  /** The same ranges by their first task alone. */
  readonly #byAge: PairHeap = new PairHeap();
  readonly #facts: TaskFacts;
  #size = 0;

  /** Creates an empty queue. */
  constructor(request: ResourceRequest, priority: number, caps: readonly Cap[], facts: TaskFacts) {
    this.request = request;
    this.taskSize = sizeOf(request);
    this.priority = priority;
    this.caps = caps;
    this.#facts = facts;
  }

  /** Puts the tasks from `first` to before `stop`, all of one job, in their place. */
  push(first: TaskId, stop: TaskId): void {
    invariant(first < stop, "No task is queued");
    this.#size += stop - first;
    this.#byRank.push(0, this.#facts.rank(first), first, stop);
    this.#byAge.push(first, stop);
    invariant(this.#byRank.size > 0 && this.#byAge.size > 0, "What is queued is found by rank and by age");
  }

  /** How many tasks wait at most: those that were canceled count until they would be the first. */
  get size(): number {
    return this.#size;
  }

  /** The ready task that is to start first, or `undefined` when none is ready. */
  get first(): TaskId | undefined {
    const heap = this.#byRank;
    for (let task = heap.firstAge; task !== undefined; task = heap.firstAge) {
      if (this.has(task)) return task;
      this.#size--;
      invariant(this.#size >= 0, "More tasks have left a queue than came");
      const [next, stop] = [task + 1, heap.firstValue!];
      if (next < stop) heap.replaceFirst(0, heap.firstRank!, next, stop);
      else heap.pop();
    }
    return undefined;
  }

  /** The rank by which that task is the first. */
  get firstRank(): number {
    return present(this.#byRank.firstRank, "the rank of the first task");
  }

  /** The rank of that task in a batch that is closed. */
  get firstRankWhenClosed(): number {
    return this.#facts.rankWhenClosed(present(this.#byRank.firstAge, "the first task"));
  }

  /** What {@linkcode sizeWhenClosed} says of that task. */
  get firstSizeWhenClosed(): number {
    return sizeWhenClosed(this.taskSize, this.#facts.isAwaited(present(this.#byRank.firstAge, "the first task")));
  }

  /** The ready task that was submitted first, or `undefined` when none is ready. */
  get oldest(): TaskId | undefined {
    const heap = this.#byAge;
    for (let task = heap.firstKey; task !== undefined; task = heap.firstKey) {
      if (this.has(task)) return task;
      const [next, stop] = [task + 1, heap.firstValue!];
      if (next < stop) heap.replaceFirst(next, stop);
      else heap.pop();
    }
    return undefined;
  }

  /** Whether a cap lets no more of these tasks start now. */
  get isCapped(): boolean {
    return this.caps.some(({ running, max }) => running >= max);
  }

  /** How many more of these tasks the caps let start now. */
  get capsLeft(): number {
    return this.caps.reduce((left, { running, max }) => Math.min(left, max - running), Infinity);
  }

  /** Puts the ranges in order by the ranks that their jobs have now. Costs by ranges. */
  rerank(): void {
    invariant(this.#size === 0 || this.#byRank.size > 0, "What is queued has a place");
    this.#byRank.rerank((task) => this.#facts.rank(task));
  }

  /**
   * Whether a task that was put in here is still to be started from here. One whose job was given another priority stands
   * in another queue, and its old entry is passed over.
   */
  has(task: TaskId): boolean {
    return this.#facts.isReady(task) && this.#facts.priority(task) === this.priority;
  }
}

/** All ready queues. */
export class ReadyQueues {
  readonly #kinds: Map<string, KindQueue> = new Map();
  readonly #facts: TaskFacts;

  /** Creates the queues; `facts` answers what they ask about tasks. */
  constructor(facts: TaskFacts) {
    this.#facts = facts;
  }

  /** Queues the tasks from `first` to before `stop`, which all ask for `request` under the caps of that key. */
  push(
    request: ResourceRequest,
    first: TaskId,
    stop: TaskId,
    capsKey: string = "",
    caps: readonly Cap[] = noCaps,
  ): void {
    const priority = this.#facts.priority(first);
    const key = `${requestKey(request)}|${priority}|${capsKey}`;
    let queue = this.#kinds.get(key);
    if (queue === undefined) this.#kinds.set(key, queue = new KindQueue(request, priority, caps, this.#facts));
    invariant(queue.priority === priority && queue.caps.length === caps.length, "Tasks of one kind are alike");
    queue.push(first, stop);
  }

  /** The queues in which something waits. Empty ones are dropped on the way. */
  waiting(): KindQueue[] {
    const found: KindQueue[] = [];
    for (const [key, queue] of this.#kinds) {
      if (queue.first !== undefined) {
        found.push(queue);
        continue;
      }
      invariant(queue.size === 0, "A queue is dropped when all tasks have left it");
      this.#kinds.delete(key);
    }
    return found;
  }

  /** Puts all queues in order by the ranks that the jobs have now. Costs by ranges. */
  rerank(): void {
    for (const queue of this.#kinds.values()) queue.rerank();
  }
}
