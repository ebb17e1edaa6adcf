/**
 * The books of one node: what it has and what of it is free.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { CoreSet } from "./core_set.ts";
import type { Amount } from "./fit.ts";
import type { AllocationPart, Node } from "./node.ts";

/** An absent node may come, a ready one may be used, a lost one may come back. */
export type NodeState = "absent" | "ready" | "lost";

/** Keeps count of what is free on a node. */
export class NodeBooks {
  /** What tasks can get at most: all but the reserved core. */
  readonly capacity: Amount;
  /** Whether the node may be used; only then are the books true. */
  state: NodeState = "absent";
  readonly #node: Node;
  #cores: CoreSet;
  #gpus: CoreSet;
  #memoryMiB: number;

  /** Opens the books of a node whose first core is kept for the pilot if `reserveCore`. */
  constructor(node: Node, reserveCore: boolean) {
    const { coreIds, gpuIds, memoryMiB } = node;
    this.#node = node;
    this.capacity = { cores: coreIds.length - (reserveCore ? 1 : 0), gpus: gpuIds.length, memoryMiB };
    this.#cores = new CoreSet(coreIds.length);
    if (reserveCore) this.#cores.remove(0);
    this.#gpus = new CoreSet(gpuIds.length);
    this.#memoryMiB = memoryMiB;
  }

  /** Makes everything free again. */
  clear(): void {
    const { coreIds, gpuIds, memoryMiB } = this.#node;
    this.#cores = new CoreSet(coreIds.length);
    if (this.capacity.cores < coreIds.length) this.#cores.remove(0);
    this.#gpus = new CoreSet(gpuIds.length);
    this.#memoryMiB = memoryMiB;
  }

  /** What is free. */
  get free(): Amount {
    return { cores: this.#cores.size, gpus: this.#gpus.size, memoryMiB: this.#memoryMiB };
  }

  /** How many cores are free. */
  get freeCores(): number {
    return this.#cores.size;
  }

  /** Chooses what to grant of what is free, without taking it: the lowest numbers. `node` is the index of the node. */
  pick(node: number, { cores, gpus, memoryMiB }: Amount): AllocationPart {
    return { node, cores: this.#cores.lowest(cores), gpus: this.#gpus.lowest(gpus), memoryMiB };
  }

  /** Takes what was chosen. */
  take({ cores, gpus, memoryMiB }: AllocationPart): void {
    invariant(memoryMiB <= this.#memoryMiB, `Cannot grant ${memoryMiB} MiB: not free`);
    for (const core of cores) this.#cores.remove(core);
    for (const gpu of gpus) this.#gpus.remove(gpu);
    this.#memoryMiB -= memoryMiB;
  }

  /** Takes back what was taken. */
  giveBack({ cores, gpus, memoryMiB }: AllocationPart): void {
    for (const core of cores) this.#cores.add(core);
    for (const gpu of gpus) this.#gpus.add(gpu);
    this.#memoryMiB += memoryMiB;
    invariant(this.#memoryMiB <= this.capacity.memoryMiB, `Cannot give back ${memoryMiB} MiB: more than there is`);
  }

  /** Throws unless what is free and what is out, as others believe, is all there is. */
  check(out: readonly AllocationPart[]): void {
    const cores = out.flatMap((part) => part.cores);
    const gpus = out.flatMap((part) => part.gpus);
    const memoryMiB = out.reduce((sum, part) => sum + part.memoryMiB, 0);
    const { name } = this.#node;
    if (this.state !== "ready") return invariant(out.length === 0, `Node ${name} is ${this.state} and has tasks`);
    invariant(new Set(cores).size === cores.length, `Node ${name}: a core is granted twice`);
    invariant(new Set(gpus).size === gpus.length, `Node ${name}: a GPU is granted twice`);
    invariant(this.#cores.size + cores.length === this.capacity.cores, `Node ${name}: free + granted cores`);
    invariant(this.#gpus.size + gpus.length === this.capacity.gpus, `Node ${name}: free + granted GPUs`);
    invariant(this.#memoryMiB + memoryMiB === this.capacity.memoryMiB, `Node ${name}: free + granted MiB`);
  }
}
