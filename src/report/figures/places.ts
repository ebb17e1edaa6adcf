/**
 * Nodes and cores that someone asks a run for: whether any task was granted them.
 *
 * @module
 */

import { didYouMean } from "../../base/near_miss.ts";
import type { TimedRun } from "./timed_run.ts";

/** A node, a core of any node, or a core of a node. */
export interface AskedPlace {
  readonly node?: string | undefined;
  readonly core?: string | undefined;
}

/**
 * Says that no task of a run ran somewhere.
 *
 * @param run The run.
 * @param place What was asked for.
 * @returns A sentence without its end; `undefined` where a task ran.
 */
export function placeProblem({ tasks }: TimedRun, { node, core }: AskedPlace): string | undefined {
  if (node === undefined && core === undefined) return undefined;
  const coresOf = new Map<string, Set<string>>();
  for (const { name, cores } of tasks.flatMap(({ nodes }) => nodes)) {
    const known = coresOf.get(name) ?? new Set();
    coresOf.set(name, known);
    for (const one of cores) known.add(one);
  }
  if (node !== undefined && !coresOf.has(node)) {
    return `no task ran on node ${node}${didYouMean(node, coresOf.keys())}`;
  }
  const found = node === undefined ? [...coresOf.values()] : [coresOf.get(node)!];
  if (core === undefined || found.some((cores) => cores.has(core))) return undefined;
  return `no task ran on core ${core}${node === undefined ? "" : ` of node ${node}`}`;
}
