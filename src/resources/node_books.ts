/**
 * The books of one node: what it has and what of it is free.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { CoreSet } from "./core_set.ts";
import { type Amount, nothing } from "./fit.ts";
import { GpuBooks, type ShareLimits } from "./gpu_books.ts";
import { gpuShares } from "./gpu_share.ts";
import type { AllocationPart, Node } from "./node.ts";

/** An absent node may come, a ready one may be used, a lost one may come back. */
export type NodeState = "absent" | "ready" | "lost";

/** What most tasks get, shared by all. */
const noGpus: readonly number[] = [];

/** Keeps count of what is free on a node. */
export class NodeBooks {
  /** What tasks can get at most: all but the reserved core. GPUs are not in it; see {@linkcode capacityWith}. */
  readonly capacity: Amount;
  /** Whether the node may be used; only then are the books true. */
  state: NodeState = "absent";
  readonly #node: Node;
  #cores: CoreSet;
  #gpus: GpuBooks | undefined;
  #memoryMiB: number;

  /** Opens the books of a node whose first core is kept for the pilot if `reserveCore`. */
  constructor(node: Node, reserveCore: boolean) {
    const { coreIds, memoryMiB } = node;
    this.#node = node;
    this.capacity = { ...nothing(), cores: coreIds.length - (reserveCore ? 1 : 0), memoryMiB };
    this.#cores = new CoreSet(coreIds.length);
    if (reserveCore) this.#cores.remove(0);
    this.#memoryMiB = memoryMiB;
  }

  /** Makes everything free again. */
  clear(): void {
    invariant(this.state !== "ready", `Node ${this.#node.name} is in use: its books cannot be opened anew`);
    const { coreIds, memoryMiB } = this.#node;
    this.#cores = new CoreSet(coreIds.length);
    if (this.capacity.cores < coreIds.length) this.#cores.remove(0);
    this.#gpus = undefined;
    this.#memoryMiB = memoryMiB;
    invariant(this.#cores.size === this.capacity.cores, "Of opened books all is free but the reserved core");
  }

  /** The books of the GPUs: opened when they are first wanted, as it may take a while to find GPUs. */
  get gpus(): GpuBooks {
    return this.#gpus ??= new GpuBooks(this.#node.gpuIds.length);
  }

  /** What tasks can get at most, with the GPUs if those are wanted. */
  capacityWith(gpus: boolean): Amount {
    if (!gpus) return this.capacity;
    const { capacity } = this.gpus;
    return { ...this.capacity, gpus: capacity, gpuShare: capacity > 0 ? gpuShares : 0 };
  }

  /** What is free, with the GPUs if those are wanted, of which `limits` may hold some back. */
  freeWith(gpus: boolean, limits?: ShareLimits): Amount {
    const free = { ...nothing(), cores: this.#cores.size, memoryMiB: this.#memoryMiB };
    if (!gpus) return free;
    const whole = Math.min(this.gpus.free, limits?.more ?? Infinity);
    return { ...free, gpus: whole, gpuShare: this.gpus.largestShare(limits) };
  }

  /** How many cores are free. */
  get freeCores(): number {
    return this.#cores.size;
  }

  /** Chooses what to grant of what is free, without taking it: the lowest numbers. `node` is the index of the node. */
  pick(node: number, { cores: count, gpus, gpuShare, memoryMiB }: Amount, limits?: ShareLimits): AllocationPart {
    const cores = this.#cores.lowest(count);
    if (gpuShare > 0) return { node, cores, gpus: [this.gpus.fullestFor(gpuShare, limits)], gpuShare, memoryMiB };
    return { node, cores, gpus: gpus === 0 ? noGpus : this.gpus.lowest(gpus), memoryMiB };
  }

  /** Takes what was chosen. */
  take({ cores, gpus, gpuShare = 0, memoryMiB }: AllocationPart): void {
    invariant(this.state === "ready", () => `Nothing can be granted on node ${this.#node.name}: it is ${this.state}`);
    invariant(memoryMiB <= this.#memoryMiB, () => `Cannot grant ${memoryMiB} MiB: not free`);
    for (const core of cores) this.#cores.remove(core);
    if (gpus.length > 0) this.gpus.take(gpus, gpuShare);
    this.#memoryMiB -= memoryMiB;
  }

  /** Takes back what was taken. */
  giveBack({ cores, gpus, gpuShare = 0, memoryMiB }: AllocationPart): void {
    for (const core of cores) this.#cores.add(core);
    if (gpus.length > 0) this.gpus.give(gpus, gpuShare);
    this.#memoryMiB += memoryMiB;
    invariant(this.#cores.size <= this.capacity.cores, () => `The reserved core of ${this.#node.name} was given back`);
    invariant(
      this.#memoryMiB <= this.capacity.memoryMiB,
      () => `Cannot give back ${memoryMiB} MiB: more than there is`,
    );
  }

  /** Throws unless what is free and what is out, as others believe, is all there is. */
  check(out: readonly AllocationPart[]): void {
    const cores = out.flatMap((part) => part.cores);
    const taken = new Map<number, number>();
    for (const { gpus, gpuShare = gpuShares } of out) {
      for (const gpu of gpus) taken.set(gpu, (taken.get(gpu) ?? 0) + gpuShare);
    }
    const memoryMiB = out.reduce((sum, part) => sum + part.memoryMiB, 0);
    const { name } = this.#node;
    if (this.state !== "ready") return invariant(out.length === 0, `Node ${name} is ${this.state} and has tasks`);
    invariant(new Set(cores).size === cores.length, `Node ${name}: a core is granted twice`);
    invariant(this.#cores.size + cores.length === this.capacity.cores, `Node ${name}: free + granted cores`);
    if (this.#gpus === undefined) invariant(taken.size === 0, `Node ${name}: nobody took the GPUs that are granted`);
    this.#gpus?.checkInvariants(taken);
    invariant(this.#memoryMiB + memoryMiB === this.capacity.memoryMiB, `Node ${name}: free + granted MiB`);
  }
}
