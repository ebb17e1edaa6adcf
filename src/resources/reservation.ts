/**
 * A reservation: what is held back on chosen nodes for a request that would starve otherwise.
 *
 * @module
 */

import { type Amount, type NodeAmount, nothing } from "./fit.ts";
import type { Allocation } from "./node.ts";
import type { ResourceRequest } from "./request.ts";

/** What is held back on some nodes, and what younger allocations use there. */
export class Reservation {
  /** The request that it is held back for. */
  readonly request: ResourceRequest;
  readonly #held: ReadonlyMap<number, { readonly need: Amount; readonly younger: Amount }>;
  readonly #younger: Set<Allocation> = new Set();

  /** Holds back `parts`. */
  constructor(request: ResourceRequest, parts: readonly NodeAmount[]) {
    this.request = request;
    this.#held = new Map(parts.map((part) => [part.node, { need: part.amount, younger: nothing() }]));
  }

  /** What it leaves to others of what is free on a node. */
  leaves(node: number, free: Amount, capacity: Amount): Amount {
    const hold = this.#held.get(node);
    if (hold === undefined) return free;
    const left = (key: keyof Amount) => Math.min(free[key], capacity[key] - hold.need[key] - hold.younger[key]);
    return { cores: left("cores"), gpus: left("gpus"), memoryMiB: left("memoryMiB") };
  }

  /** An allocation was granted since. */
  granted(allocation: Allocation): void {
    this.#younger.add(allocation);
    this.#add(allocation, 1);
  }

  /** An allocation was released. */
  released(allocation: Allocation): void {
    if (this.#younger.delete(allocation)) this.#add(allocation, -1);
  }

  #add(allocation: Allocation, sign: 1 | -1): void {
    for (const part of allocation.parts) {
      const younger = this.#held.get(part.node)?.younger;
      if (younger === undefined) continue;
      younger.cores += sign * part.cores.length;
      younger.gpus += sign * part.gpus.length;
      younger.memoryMiB += sign * part.memoryMiB;
    }
  }
}
