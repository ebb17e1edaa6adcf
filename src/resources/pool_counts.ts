/**
 * What a pool is set up with, and counts of its nodes and cores.
 *
 * @module
 */

import type { Counts } from "./counted.ts";

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
export const none: PoolTotals = { nodes: 0, cores: 0 };

/** Counts a node that comes or goes. */
export function plus({ nodes, cores }: PoolTotals, more: number, sign: 1 | -1): PoolTotals {
  return { nodes: nodes + sign, cores: cores + sign * more };
}
