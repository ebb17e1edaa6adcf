/**
 * Tasks, nodes and cores that someone asks a run for: what is said where there are none.
 *
 * @module
 */

import { didYouMean } from "../../base/near_miss.ts";
import type { TimedRun, TimedTask } from "./timed_run.ts";

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

/**
 * Says that a run has no task of a name.
 *
 * @param tasks The tasks of the run.
 * @param name What was asked for.
 * @returns A sentence without its end, with the name of a task or of a job that may have been meant.
 */
export function absentTask(tasks: readonly TimedTask[], name: string): string {
  const known = new Set(tasks.flatMap((task) => [task.name, task.name.split(":")[0]!]));
  return `there is no task ${name}${didYouMean(name, known)}`;
}
