/**
 * Finds nodes by how many of their cores are free, without a look at every node each time: that many nodes from the
 * first on have too few is remembered for each count.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";

/** The free cores of each node. */
export class FreeNodes {
  readonly #free: Int32Array;
  /** By a count of cores: no node before this one has so many free. */
  readonly #first: Int32Array;
  /** By a count of cores: how many nodes have exactly so many free, and that none of them stands before this one. */
  readonly #nodesWith: Int32Array;
  readonly #firstWith: Int32Array;
  #sum = 0;

  /** Creates the books of so many nodes, on which nothing is free; none ever has more than `coresMax` cores. */
  constructor(nodes: number, coresMax: number) {
    this.#free = new Int32Array(nodes);
    this.#first = new Int32Array(coresMax + 1).fill(nodes);
    this.#nodesWith = new Int32Array(coresMax + 1);
    this.#firstWith = new Int32Array(coresMax + 1).fill(nodes);
    this.#nodesWith[0] = nodes;
    this.#firstWith[0] = 0;
  }

  /** The most cores that a node may have. */
  get coresMax(): number {
    return this.#first.length - 1;
  }

  /** Free cores of all nodes together. */
  get sum(): number {
    return this.#sum;
  }

  /** Free cores of a node. */
  of(node: number): number {
    return this.#free[node]!;
  }

  /** Sets the free cores of a node. */
  set(node: number, cores: number): void {
    const before = this.#free[node];
    invariant(before !== undefined, () => `There is no node ${node}`);
    invariant(cores >= 0 && cores < this.#first.length, () => `Node ${node} cannot have ${cores} free cores`);
    this.#free[node] = cores;
    this.#nodesWith[before]!--;
    invariant(this.#nodesWith[before]! >= 0, `Some node had ${before} free cores`);
    this.#nodesWith[cores]!++;
    if (this.#firstWith[cores]! > node) this.#firstWith[cores] = node;
    this.#sum += cores - before;
    invariant(this.#sum >= cores, "All nodes together have no fewer free cores than one of them");
    for (let count = before + 1; count <= cores; count++) {
      if (this.#first[count]! > node) this.#first[count] = node;
    }
  }

  /** The first node from `from` on that has at least `cores` free, at least one; the count of nodes when none has. */
  next(from: number, cores: number): number {
    if (cores >= this.#first.length) return this.#free.length;
    const first = this.#first[cores]!;
    let node = Math.max(from, first);
    while (node < this.#free.length && this.#free[node]! < cores) node++;
    invariant(node >= first && node <= this.#free.length, "No node before the first has so many free");
    if (from <= first) this.#first[cores] = node;
    return node;
  }

  /**
   * The node with fewest free cores of those that have at least `cores` free (at least one) and are suitable, the first
   * of equal ones; `undefined` when there is none.
   */
  fullest(cores: number, isSuitable: (node: number) => boolean): number | undefined {
    for (let count = Math.max(1, cores); count < this.#nodesWith.length; count++) {
      let left = this.#nodesWith[count]!;
      for (let node = this.#firstWith[count]!; left > 0 && node < this.#free.length; node++) {
        if (this.#free[node] !== count) continue;
        if (left === this.#nodesWith[count]) this.#firstWith[count] = node;
        if (isSuitable(node)) return node;
        left--;
      }
    }
    return undefined;
  }

  /** All nodes, those with most free cores first, equal ones in ascending order. Costs by nodes and cores. */
  byFree(): number[] {
    const starts = new Int32Array(this.#first.length + 1);
    const top = this.#first.length - 1;
    for (const free of this.#free) starts[top - free + 1]!++;
    for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
    const order = new Array<number>(this.#free.length);
    this.#free.forEach((free, node) => order[starts[top - free]!++] = node);
    return order;
  }
}
