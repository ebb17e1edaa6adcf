/**
 * What a pool is set up with, and counts of its nodes and cores.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { Counts } from "./counted.ts";
import type { FreeNodes } from "./free_nodes.ts";
import type { Node } from "./node.ts";
import type { NodeBooks } from "./node_books.ts";

/** What a pool is set up with, beside its nodes. */
export interface PoolOptions {
  /** Keeps the first core of the first node for the pilot. */
  readonly reserveCore?: boolean;
  /** Nodes, by their index, that are absent at first. */
  readonly absentNodes?: Iterable<number>;
  /** Counted resources: how many of each there are. */
  readonly counted?: Counts;
}

/** Counts of the pool, whatever is granted. */
export interface PoolTotals {
  /** Nodes that are not lost; absent ones count, as they may come. */
  readonly nodes: number;
  /** Their cores that tasks can get: all but the reserved core. */
  readonly cores: number;
}

/** What there is now, on ready nodes only. */
export interface PoolPresence {
  /** Nodes that are ready. */
  readonly nodes: number;
  /** Their cores, the reserved one too. */
  readonly cores: number;
  /** Cores that are free. */
  readonly freeCores: number;
}

/** Counts of nothing. */
const none: PoolTotals = { nodes: 0, cores: 0 };

/** Counts a node that comes or goes. */
export function plus({ nodes, cores }: PoolTotals, more: number, sign: 1 | -1): PoolTotals {
  return { nodes: nodes + sign, cores: cores + sign * more };
}

/** What a pool counts beside the books of its nodes. */
interface PoolCounts {
  readonly totals: PoolTotals;
  readonly present: PoolTotals;
  /** The nodes on which nothing is granted for the time being. */
  readonly held: ReadonlySet<number>;
  readonly free: FreeNodes;
}

/** Throws when the counts of a pool are not those of the books of its nodes. */
export function checkCounts(nodes: readonly Node[], all: readonly NodeBooks[], counts: PoolCounts): void {
  let [totals, present, free]: [PoolTotals, PoolTotals, number] = [none, none, 0];
  all.forEach(({ state, capacity, freeCores }, node) => {
    if (state !== "lost") totals = plus(totals, capacity.cores, 1);
    if (state !== "ready") return;
    present = plus(present, nodes[node]!.coreIds.length, 1);
    const usable = counts.held.has(node) ? 0 : freeCores;
    free += usable;
    invariant(counts.free.of(node) === usable, `Node ${node}: the count of free cores is wrong`);
  });
  const isSame = (a: PoolTotals, b: PoolTotals) => a.nodes === b.nodes && a.cores === b.cores;
  invariant(free === counts.free.sum, "The count of free cores is wrong");
  invariant(isSame(totals, counts.totals), "The count of all nodes and cores is wrong");
  invariant(isSame(present, counts.present), "The count of ready nodes and cores is wrong");
}
