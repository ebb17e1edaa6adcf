/**
 * A host that we own, and what was granted on it.
 *
 * @module
 */

import type { Counts } from "./counted.ts";
import { gpuShares } from "./gpu_share.ts";

/** A host with schedulable cores. */
export interface Node {
  /** The unique name; a label only when the node is virtual. */
  readonly name: string;
  /** The operating system's id of each core, in ascending order; a core is named by its index in here. */
  readonly coreIds: readonly string[];
  /**
   * The ids of the node's GPUs; empty when it has none. They may be found out only when they are asked for, so a
   * job without GPUs must not ask.
   */
  readonly gpuIds: readonly string[];
  /** Schedulable memory in MiB; 0 when not known, and then no request for memory fits. */
  readonly memoryMiB: number;
}

/** Divides memory among nodes on one machine, in proportion to their cores. */
export function shareMemory(nodes: readonly Node[], memoryMiB: number): Node[] {
  const cores = nodes.reduce((sum, node) => sum + node.coreIds.length, 0);
  return nodes.map((node) => ({ ...node, memoryMiB: Math.floor(memoryMiB * node.coreIds.length / cores) }));
}

/** What one task holds on one node. */
export interface AllocationPart {
  /** Index of the node in the pool. */
  readonly node: number;
  /** Indexes into the node's `coreIds`, ascending. */
  readonly cores: readonly number[];
  /** Indexes into the node's `gpuIds`, ascending. */
  readonly gpus: readonly number[];
  /** How much of the only one of `gpus` is held, in thousandths; all of each when absent. */
  readonly gpuShare?: number;
  /** Memory held, in MiB. */
  readonly memoryMiB: number;
}

/** What is granted to one task, by node in the order of the pool. */
export interface Allocation {
  /** One part for each node, at least one. */
  readonly parts: readonly AllocationPart[];
  /** Counted resources; absent for none. */
  readonly counted?: Counts;
}

/**
 * An allocation on one node, which is its own only part: one object instead of three, as a million of them may be out.
 */
export class SinglePart implements Allocation, AllocationPart {
  readonly node: number;
  readonly cores: readonly number[];
  readonly gpus: readonly number[];
  declare readonly gpuShare?: number;
  readonly memoryMiB: number;

  /** Makes an allocation of its only part. */
  constructor({ node, cores, gpus, gpuShare, memoryMiB }: AllocationPart) {
    this.node = node;
    this.cores = cores;
    this.gpus = gpus;
    if (gpuShare !== undefined) this.gpuShare = gpuShare;
    this.memoryMiB = memoryMiB;
  }

  /** The allocation itself. */
  get parts(): readonly AllocationPart[] {
    return [this];
  }
}

/** Whether an allocation has a part on a node, by the node's index. */
export function holdsOn(allocation: Allocation, node: number): boolean {
  if (allocation instanceof SinglePart) return allocation.node === node;
  return allocation.parts.some((part) => part.node === node);
}

/** Names what an allocation holds, by the nodes' own names: what launching and reporting need of it. */
export interface NamedAllocation {
  /** One entry for each node, in the order of the pool. */
  readonly nodes: readonly {
    /** The node's name. */
    readonly name: string;
    /** The ids of the granted cores. */
    readonly cores: readonly string[];
    /** The ids of the granted GPUs. */
    readonly gpus: readonly string[];
    /** How much of the only one of `gpus` was granted, between 0 and 1; all of each when absent. */
    readonly gpuShare?: number;
  }[];
  /** Counted resources; absent for none. */
  readonly counted?: Counts;
}

/** Looks up the names of an allocation. */
export function nameAllocation(nodes: readonly Node[], allocation: Allocation): NamedAllocation {
  const { counted } = allocation;
  return {
    ...(counted && { counted }),
    nodes: allocation.parts.map((part) => {
      const node = nodes[part.node]!;
      return {
        name: node.name,
        cores: part.cores.map((c) => node.coreIds[c]!),
        gpus: part.gpus.map((g) => node.gpuIds[g]!),
        ...(part.gpuShare === undefined ? {} : { gpuShare: part.gpuShare / gpuShares }),
      };
    }),
  };
}

/**
 * Writes an allocation in QCG-PilotJob's form, `n0[0:1],n1[2]`. A core id that is a group of CPUs, `0,4`, is written
 * `0&4`.
 */
export function formatAllocation(allocation: NamedAllocation): string {
  return allocation.nodes
    .map((n) => `${n.name}[${n.cores.map((c) => c.replaceAll(",", "&")).join(":")}]`)
    .join(",");
}

/**
 * Writes the GPUs of an allocation in the form of its cores, `n0[0:1],n1[2]`, and a share of one as `n0[0*0.5]`; empty
 * when there are none.
 */
export function formatGpuAllocation(allocation: NamedAllocation): string {
  return allocation.nodes
    .filter((n) => n.gpus.length > 0)
    .map((n) => `${n.name}[${n.gpus.join(":")}${n.gpuShare === undefined ? "" : `*${n.gpuShare}`}]`)
    .join(",");
}

/** Counts the cores of an allocation. */
export function countCores(allocation: NamedAllocation): number {
  return allocation.nodes.reduce((sum, node) => sum + node.cores.length, 0);
}
