/**
 * Counts of a pool's nodes and cores.
 *
 * @module
 */

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
