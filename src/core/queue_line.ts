/**
 * The ready queues of a pass in the order in which they have their turn.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { OrderHeap } from "../base/order_heap.ts";
import { type KindQueue, sizeEnd } from "./ready_queues.ts";
import type { TaskId } from "./types.ts";

/** What decides between queues of equal priority. */
export type LineOrder = "age" | "rank" | "rank and size";

/** The queues in their order, which is put right as their tasks start. */
export class QueueLine {
  readonly #queues: readonly KindQueue[];
  readonly #by: LineOrder;
  /** The queues by what is first in them. */
  readonly #heap: OrderHeap = new OrderHeap();

  /**
   * Lines up all queues in which something waits: by the oldest one in each, or by the rank of what is first in each, and
   * of equal ranks perhaps what others wait for first, and then the largest.
   */
  constructor(queues: readonly KindQueue[], by: LineOrder) {
    this.#queues = queues;
    this.#by = by;
    queues.forEach((queue, index) => {
      const task = this.taskOf(queue);
      if (task !== undefined) this.#heap.push(queue.priority, this.#rankOf(queue), task, index);
    });
  }

  /** The queue whose turn it is; `undefined` when none is left. */
  get first(): KindQueue | undefined {
    const heap = this.#heap;
    for (let index = heap.firstValue; index !== undefined; index = heap.firstValue) {
      const queue = this.#queues[index]!;
      const task = this.taskOf(queue);
      if (task === heap.firstAge) return queue;
      // Its first task has started meanwhile.
      if (task === undefined) heap.pop();
      else heap.replaceFirst(queue.priority, this.#rankOf(queue), task, index);
    }
    return undefined;
  }

  /** The task of a queue whose turn it is. */
  taskOf(queue: KindQueue): TaskId | undefined {
    return this.#by === "age" ? queue.oldest : queue.first;
  }

  /** Takes the first queue out of the line. */
  leave(): void {
    invariant(this.#heap.size > 0, "No queue is left in the line");
    this.#heap.pop();
  }

  #rankOf(queue: KindQueue): number {
    if (this.#by === "age") return 0;
    if (this.#by === "rank") return queue.firstRank;
    return queue.firstRankWhenClosed * sizeEnd + queue.firstSizeWhenClosed;
  }
}
