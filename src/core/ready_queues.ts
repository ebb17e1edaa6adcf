/**
 * The ready tasks, one queue for each kind of request. Tasks of a kind are interchangeable for the pool, so a pass
 * needs to look at the oldest of each kind only, however many wait.
 *
 * A queue holds ranges of neighbouring tasks, not tasks: a million ready iterations are one range.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import { PairHeap } from "../base/heap.ts";
import { requestKey, type ResourceRequest } from "../resources/request.ts";
import type { TaskId } from "./types.ts";

/** The queue of one kind of request. */
export class KindQueue {
  /** What each task in here asks for; one object for each kind, so that identity means equality. */
  readonly request: ResourceRequest;
  /** Ranges by their first task, with the task after their last. Ranges do not overlap. */
  readonly #ranges: PairHeap = new PairHeap();
  /** Says whether a queued task still waits: canceled ones are left in the queue and passed over. */
  readonly #isReady: (task: TaskId) => boolean;

  /** Creates an empty queue. */
  constructor(request: ResourceRequest, isReady: (task: TaskId) => boolean) {
    this.request = request;
    this.#isReady = isReady;
  }

  /** Puts the tasks from `first` to before `stop` in their place by age. */
  push(first: TaskId, stop: TaskId): void {
    invariant(first < stop, "No task is queued");
    this.#ranges.push(first, stop);
  }

  /** The oldest ready task, or `undefined` when none is ready. */
  get oldest(): TaskId | undefined {
    for (let task = this.#ranges.firstKey; task !== undefined; task = this.#ranges.firstKey) {
      if (this.#isReady(task)) return task;
      this.dropOldest();
    }
    return undefined;
  }

  /** Takes the oldest entry out. */
  dropOldest(): void {
    const next = present(this.#ranges.firstKey, "the oldest entry of a queue") + 1;
    const stop = this.#ranges.firstValue!;
    if (next < stop) this.#ranges.replaceFirst(next, stop);
    else this.#ranges.pop();
  }
}

/** All ready queues. */
export class ReadyQueues {
  readonly #kinds: Map<string, KindQueue> = new Map();
  readonly #isReady: (task: TaskId) => boolean;

  /** Creates the queues; `isReady` says whether a queued task still waits. */
  constructor(isReady: (task: TaskId) => boolean) {
    this.#isReady = isReady;
  }

  /** Queues the tasks from `first` to before `stop`, which all ask for `request`. */
  push(request: ResourceRequest, first: TaskId, stop: TaskId): void {
    const key = requestKey(request);
    let queue = this.#kinds.get(key);
    if (queue === undefined) this.#kinds.set(key, queue = new KindQueue(request, this.#isReady));
    queue.push(first, stop);
  }

  /** The queues in which something waits. Empty ones are dropped on the way. */
  waiting(): KindQueue[] {
    const found: KindQueue[] = [];
    for (const [key, queue] of this.#kinds) {
      if (queue.oldest !== undefined) found.push(queue);
      else this.#kinds.delete(key);
    }
    return found;
  }
}
