/**
 * From Slurm's own numbers of CPUs to those of the operating system, by what is seen on the node.
 *
 * @module
 */

import { formatCpus } from "../launch/binding.ts";
import type { NodeSight } from "../resources/node_sight.ts";
import type { AllocatedNode } from "./allocation.ts";

/** The cores of a node by the system's numbers, or why they are not known. */
export type TrueCores =
  | { readonly coreIds: readonly string[]; readonly cpus: readonly number[] }
  /** As it goes on after "cores of node n1 are not bound: ". */
  | { readonly problem: string };

/**
 * Finds which CPUs the cores of a node are. As many CPUs to use as the node gives are those; else Slurm's own numbers
 * are taken, if all of them may be used.
 */
export function findTrueCores(node: AllocatedNode, { cpus, siblings }: NodeSight): TrueCores {
  const { cpuIds } = node;
  const isWhole = cpus.length === node.cpus;
  if (!isWhole && (cpuIds.length === 0 || !cpuIds.every((cpu) => cpus.includes(cpu)))) {
    const slurms = cpuIds.length === 0 ? `gives ${node.cpus} CPUs` : `names CPUs ${formatCpus(cpuIds)}`;
    return { problem: `Slurm ${slurms}, the agent may use ${formatCpus(cpus)}` };
  }
  const used = isWhole ? cpus : cpuIds;
  const cores = node.joinsThreads
    ? siblings.map((core) => core.filter((cpu) => used.includes(cpu))).filter((core) => core.length > 0)
    : used.map((cpu) => [cpu]);
  if (cores.length !== node.coreIds.length) {
    return { problem: `Slurm counts ${node.coreIds.length} cores, the agent sees ${cores.length}` };
  }
  return { coreIds: cores.map((core) => core.join(",")), cpus: used };
}
