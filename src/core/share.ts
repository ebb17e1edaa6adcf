/**
 * How many cores a task gets that can do with fewer: not all that is free, but as many as let it end no later than all
 * else that is to be done. One that takes more holds others back, and ends early for nothing.
 *
 * Its work is taken for its time times its cores, so that half the cores take twice as long. Where no time is known all
 * tasks count as equally long on the most cores that they can use.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { Allocation } from "../resources/node.ts";
import type { Pool } from "../resources/pool.ts";
import { isRange, type ResourceRequest } from "../resources/request.ts";
import type { KindQueue } from "./ready_queues.ts";
import type { CoreState } from "./state.ts";
import type { TaskId } from "./types.ts";

/** Of how many kinds of waiting tasks, at most, the work is counted. */
const kindsMax = 32;

/**
 * Where more waits than can run at once, a task may take up to this many times its share: a wrong guess matters less
 * then, as the tasks that come after it level it out.
 */
const roundsMax = 2;

/** What one pass knows of the work beside a task. */
export class Shares {
  readonly #state: CoreState;
  readonly #queues: readonly KindQueue[];
  /** Whether a task of them asks for a range: only then shares are computed. */
  readonly #hasRange: boolean;
  /** The work of what this pass has started, in cores times milliseconds, and its cores. */
  #started = { work: 0, cores: 0 };

  /** Begins with what waits. */
  constructor(state: CoreState, queues: readonly KindQueue[]) {
    this.#state = state;
    this.#queues = queues;
    this.#hasRange = queues.some(({ request }) => isRange(request));
  }

  /** A task of a kind was started. */
  add(queue: KindQueue, task: TaskId, { parts }: Allocation): void {
    if (!this.#hasRange) return;
    const cores = parts.reduce((sum, part) => sum + part.cores.length, 0);
    this.#started.work += isRange(queue.request) ? this.#workOf(queue, task) : this.#msOf(task) * cores;
    this.#started.cores += cores;
    invariant(this.#started.cores <= this.#state.pool.totals.cores, "A pass starts no more than there is room for");
  }

  /** The most cores that a task of a kind is to get now; its request may need more. */
  coresFor(queue: KindQueue, task: TaskId): number {
    const { pool, estimates } = this.#state;
    const free = pool.freeCores;
    const others = this.#others(queue);
    // Cores that nothing else could use need not be left to others.
    if (others.cores === 0) return Infinity;
    const own = this.#workOf(queue, task);
    const all = pool.totals.cores;
    const busy = Math.max(0, all - free - this.#started.cores);
    // Of what ran before about half of its time is left.
    const running = this.#started.work + busy * estimates.typicalMs / 2;
    const endMs = (own + others.work + running) / all;
    const rounds = Math.floor((coresOf(queue.request, pool) + others.cores) / all);
    const dueMs = endMs / Math.min(roundsMax, Math.max(1, rounds)) - this.#afterMs(task);
    const wanted = dueMs <= 0 ? Infinity : own / dueMs;
    const cores = Math.max(1, free - others.cores, Math.ceil(wanted));
    invariant(cores >= 1, "A task may have at least one core");
    return cores;
  }

  /** What waits beside one task of a kind, of equal priority, and could start with it: its work, and the cores it can use. */
  #others(queue: KindQueue): { readonly work: number; readonly cores: number } {
    const { pool } = this.#state;
    const rest = pool.freeCores - leastOf(queue.request, pool);
    let [work, cores, kinds] = [0, 0, 0];
    for (const other of this.#queues) {
      const first = other.first;
      if (first === undefined || other.priority !== queue.priority || other.isCapped) continue;
      const waiting = other.size - (other === queue ? 1 : 0);
      if (waiting <= 0 || leastOf(other.request, pool) > rest) continue;
      if (other !== queue && pool.fit(other.request) === undefined) continue;
      if (++kinds > kindsMax) break;
      work += waiting * this.#workOf(other, first);
      cores += Math.min(waiting, other.capsLeft) * coresOf(other.request, pool);
    }
    return { work, cores };
  }

  /** What a task has to do, in cores times milliseconds. */
  #workOf({ request }: KindQueue, task: TaskId): number {
    const { times } = this.#state.job(this.#state.tasks.job(task));
    const seen = isRange(request) ? times.ownWork?.ms : undefined;
    return seen ?? this.#msOf(task) * coresOf(request, this.#state.pool);
  }

  #msOf(task: TaskId): number {
    const { times, job } = this.#state.job(this.#state.tasks.job(task));
    return this.#state.estimates.of(times, job.description.timeLimitMs);
  }

  /** How long the chain is that waits for a task. */
  #afterMs(task: TaskId): number {
    const { rank } = this.#state.job(this.#state.tasks.job(task));
    return this.#state.ranks === undefined ? 0 : Math.max(0, rank - this.#msOf(task));
  }
}

/** The fewest cores that a request is content with. */
function leastOf({ cores, nodes }: ResourceRequest, pool: Pool): number {
  return (cores?.min ?? pool.nodeCoresMax) * (nodes?.min ?? 1);
}

/** The most cores that a request can use. */
function coresOf({ cores, nodes }: ResourceRequest, pool: Pool): number {
  const onEach = cores?.max ?? pool.nodeCoresMax;
  return Math.min(pool.totals.cores, onEach * (nodes?.max ?? 1));
}
