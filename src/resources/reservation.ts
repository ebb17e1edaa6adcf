/**
 * A reservation: what is held back on chosen nodes for a request that would starve otherwise.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { addCounts } from "./counted.ts";
import type { Amount, NodeAmount } from "./fit.ts";
import type { GpuUsers, ShareLimits } from "./gpu_books.ts";
import type { Allocation } from "./node.ts";
import type { ResourceRequest } from "./request.ts";

/** What is held back on one node, and what younger allocations use there. */
interface Hold {
  readonly need: Amount;
  readonly younger: {
    cores: number;
    memoryMiB: number;
    /** The GPUs that they use, each with how many do: the others stay whole for the waiting request. */
    readonly gpuUsers: GpuUsers;
  };
}

/** What is held back on some nodes, and what younger allocations use there. */
export class Reservation {
  /** The request that it is held back for. */
  readonly request: ResourceRequest;
  readonly #held: ReadonlyMap<number, Hold>;
  readonly #younger: Set<Allocation> = new Set();
  /** The counted resources that younger allocations use. */
  readonly #youngerCounted: Map<string, number> = new Map();

  /** Holds back `parts`. */
  constructor(request: ResourceRequest, parts: readonly NodeAmount[]) {
    this.request = request;
    const younger = () => ({ cores: 0, memoryMiB: 0, gpuUsers: new Map() });
    this.#held = new Map(parts.map((part) => [part.node, { need: part.amount, younger: younger() }]));
    invariant(this.#held.size === parts.length, "Of a node one part is held back");
  }

  /**
   * What it leaves to others of what is free on a node; the GPUs are as free as {@linkcode gpuLimits} had them.
   */
  leaves(node: number, free: Amount, capacity: Amount): Amount {
    const hold = this.#held.get(node);
    if (hold === undefined) return free;
    const left = (key: "cores" | "memoryMiB") =>
      Math.min(free[key], capacity[key] - hold.need[key] - hold.younger[key]);
    return { ...free, cores: left("cores"), memoryMiB: left("memoryMiB") };
  }

  /**
   * Which GPUs of a node it leaves to others: those that younger tasks share already, and some more. A share is held
   * back as a whole GPU.
   *
   * @param capacity The GPUs of the node.
   */
  gpuLimits(node: number, capacity: number): ShareLimits | undefined {
    const hold = this.#held.get(node);
    if (hold === undefined) return undefined;
    const need = hold.need.gpus + (hold.need.gpuShare > 0 ? 1 : 0);
    const users = hold.younger.gpuUsers;
    return { users, more: capacity - need - users.size };
  }

  /** How many of a counted resource others may not have: what is held back, and what younger allocations use. */
  countedTaken(name: string): number {
    return (this.request.counted?.[name] ?? 0) + (this.#youngerCounted.get(name) ?? 0);
  }

  /** An allocation was granted since. */
  granted(allocation: Allocation): void {
    invariant(!this.#younger.has(allocation), "An allocation is granted once");
    this.#younger.add(allocation);
    this.#add(allocation, 1);
  }

  /** An allocation was released. */
  released(allocation: Allocation): void {
    if (this.#younger.delete(allocation)) this.#add(allocation, -1);
  }

  #add(allocation: Allocation, sign: 1 | -1): void {
    addCounts(this.#youngerCounted, allocation.counted, sign);
    for (const part of allocation.parts) {
      const younger = this.#held.get(part.node)?.younger;
      if (younger === undefined) continue;
      younger.cores += sign * part.cores.length;
      younger.memoryMiB += sign * part.memoryMiB;
      invariant(younger.cores >= 0 && younger.memoryMiB >= 0, "Younger tasks gave back more than they had");
      for (const gpu of part.gpus) {
        const users = (younger.gpuUsers.get(gpu) ?? 0) + sign;
        invariant(users >= 0, () => `Nobody younger uses GPU ${gpu}`);
        if (users === 0) younger.gpuUsers.delete(gpu);
        else younger.gpuUsers.set(gpu, users);
      }
    }
  }
}
