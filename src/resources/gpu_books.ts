/**
 * The GPUs of one node: which are free, and what is left of those that several tasks share.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { CoreSet } from "./core_set.ts";
import { gpuShares } from "./gpu_share.ts";

/** GPUs that are in use, with how many tasks use each. */
export type GpuUsers = Map<number, number>;

/** The limits of a share for younger tasks, where something is held back: they may use only so many GPUs. */
export interface ShareLimits {
  /** GPUs that tasks use which count against the limit. */
  readonly users: GpuUsers;
  /** How many more GPUs may get such a user. */
  readonly more: number;
}

/** What is free of the GPUs of one node. */
export class GpuBooks {
  /** How many GPUs there are. */
  readonly capacity: number;
  readonly #free: CoreSet;
  /** Thousandths that are left of each GPU that is shared. */
  readonly #left: Map<number, number> = new Map();

  /** Creates the books of `capacity` free GPUs. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#free = new CoreSet(capacity);
    invariant(this.#free.size === capacity, "All GPUs are free at first");
  }

  /** GPUs that no task uses. */
  get free(): number {
    return this.#free.size;
  }

  /** The largest share of a GPU that is to be had, in thousandths. */
  largestShare(limits?: ShareLimits): number {
    let largest = this.free > 0 && mayAdd(limits) ? gpuShares : 0;
    for (const [gpu, left] of this.#left) if (mayUse(gpu, limits)) largest = Math.max(largest, left);
    return largest;
  }

  /** The lowest free GPUs. There must be as many. */
  lowest(count: number): readonly number[] {
    return this.#free.lowest(count);
  }

  /** The GPU to take a share of: the fullest that has enough left, so that others stay whole. There must be one. */
  fullestFor(share: number, limits?: ShareLimits): number {
    let fullest: number | undefined;
    for (const [gpu, left] of this.#left) {
      if (left < share || !mayUse(gpu, limits)) continue;
      const least = fullest === undefined ? Infinity : this.#left.get(fullest)!;
      if (left < least || (left === least && gpu < fullest!)) fullest = gpu;
    }
    return fullest ?? this.#free.lowest(1)[0]!;
  }

  /** Takes whole GPUs, or `share` thousandths of the only one. */
  take(gpus: readonly number[], share: number): void {
    invariant(share === 0 || gpus.length === 1, "A share is of one GPU");
    for (const gpu of gpus) {
      const left = this.#left.get(gpu);
      if (left === undefined) this.#free.remove(gpu);
      if (share === 0) {
        invariant(left === undefined, `Cannot take GPU ${gpu}: others have a share of it`);
        continue;
      }
      const rest = (left ?? gpuShares) - share;
      invariant(share < gpuShares && rest >= 0, `Cannot take ${share} thousandths of GPU ${gpu}: not free`);
      this.#left.set(gpu, rest);
    }
  }

  /** Gives back what was taken. */
  give(gpus: readonly number[], share: number): void {
    invariant(share === 0 || gpus.length === 1, "A share was of one GPU");
    for (const gpu of gpus) {
      const left = this.#left.get(gpu);
      invariant((left === undefined) === (share === 0), `Cannot give back GPU ${gpu}: taken in another way`);
      const rest = (left ?? 0) + share;
      invariant(rest <= gpuShares, `Cannot give back ${share} thousandths of GPU ${gpu}: not taken`);
      if (share > 0 && rest < gpuShares) this.#left.set(gpu, rest);
      else {
        this.#left.delete(gpu);
        this.#free.add(gpu);
      }
    }
  }

  /** Throws when the books do not add up. `taken` is what the caller believes to be out, in thousandths. */
  checkInvariants(taken: ReadonlyMap<number, number>): void {
    let whole = 0;
    for (const [gpu, shares] of taken) {
      invariant(shares <= gpuShares, `GPU ${gpu} granted twice`);
      const left = this.#left.get(gpu) ?? 0;
      invariant(left + shares === gpuShares, `GPU ${gpu}: free and granted shares`);
      if (!this.#left.has(gpu)) whole++;
    }
    for (const gpu of this.#left.keys()) invariant(taken.has(gpu), `GPU ${gpu} has shares, and no task`);
    invariant(this.free + this.#left.size + whole === this.capacity, "Free and granted GPUs");
  }
}

function mayAdd(limits: ShareLimits | undefined): boolean {
  return limits === undefined || limits.more > 0;
}

function mayUse(gpu: number, limits: ShareLimits | undefined): boolean {
  return mayAdd(limits) || limits!.users.has(gpu);
}
