/**
 * What `scontrol show job -o -d ID` says about the nodes of a batch job:
 * `Nodes=n[1-2] CPU_IDs=0-3 Mem=0 GRES=gpu:a100:2(IDX:0,3)`.
 *
 * @module
 */

import { parseNodeList } from "./node_list.ts";
import { refuse } from "./spec_error.ts";

/** What a batch job got on one node. */
export interface NodeGrant {
  /** The node's name. */
  readonly name: string;
  /** Its CPUs in Slurm's own numbering, ascending. */
  readonly cpuIds: readonly number[];
  /** Memory in MiB; 0 for all that the node has. */
  readonly memoryMiB: number;
  /** Numbers of its GPUs, ascending. */
  readonly gpuIds: readonly string[];
}

const noun = "Job record";
/** The most ids that one range may name. */
const idsMax = 1 << 20;

/**
 * Reads the nodes of a job record. Some versions of Slurm write the groups on lines of their own.
 *
 * @returns What each node gives, in the order of the record; none when the record has no such groups.
 * @throws {ResourceSpecError} If a group cannot be read.
 */
export function parseJobRecord(text: string): NodeGrant[] {
  const grants: NodeGrant[] = [];
  const groups = /\sNodes=(\S+)\s+CPU_IDs=(\S*)\s+Mem=(\S*)(?:\s+GRES=(\S*))?/g;
  for (const match of text.matchAll(groups)) {
    const [, nodes = "", cpus = "", memory = "", gres = ""] = match;
    const at = match.index + 1;
    const cpuIds = readIds(text, at, cpus);
    const memoryMiB = readMemory(text, at, memory);
    const gpuIds = readGpus(text, at, gres);
    for (const name of readNames(text, at, nodes)) grants.push({ name, cpuIds, memoryMiB, gpuIds });
  }
  return grants;
}

/**
 * Reads how many GPUs a batch job has asked for on each node: `TresPerNode=gres:gpu:a100:1`. An exclusive one is shown
 * all GPUs of its nodes, and its steps are given no more than that.
 *
 * @returns The number; `undefined` when the record says nothing of it.
 */
export function parseGpusPerNode(text: string): number | undefined {
  const [, list = ""] = /\sTresPerNode=(\S+)/.exec(text) ?? [];
  const asked = list.split(",").filter((item) => /^gres[:/]gpu(?:[:=]|$)/.test(item));
  const countOf = (item: string) => Number(/[:=]([0-9]{1,4})$/.exec(item)?.[1] ?? 1);
  return asked.length === 0 ? undefined : asked.reduce((sum, item) => sum + countOf(item), 0);
}

/**
 * Whether a batch job has asked for GPUs by another measure than for each node (`--gpus`, `--gpus-per-task` and their
 * kind). A step that says nothing asks for as many as the whole job then, which one node may not have.
 */
export function asksGpusOtherwise(text: string): boolean {
  return /\sTresPer(?:Job|Task|Socket)=(?:\S*,)?gres[:/]gpu\b/.test(text);
}

function readNames(text: string, at: number, nodes: string): string[] {
  try {
    return parseNodeList(nodes);
  } catch {
    return refuse(noun, text, at, `has ${JSON.stringify(nodes.slice(0, 40))} instead of a list of nodes`);
  }
}

/** Reads `0-3,8`. */
function readIds(text: string, at: number, list: string): number[] {
  const ids: number[] = [];
  for (const part of list === "" ? [] : list.split(",")) {
    const [, from, to = from] = /^([0-9]{1,7})(?:-([0-9]{1,7}))?$/.exec(part) ?? [];
    if (from === undefined || ids.length + Number(to) - Number(from) > idsMax) {
      refuse(noun, text, at, `has ${JSON.stringify(part.slice(0, 40))} instead of numbers such as 0-3,8`);
    }
    for (let id = Number(from); id <= Number(to); id++) ids.push(id);
  }
  return ids;
}

/** Reads `1000`, `1000M`, `4G`: MiB without a unit. */
function readMemory(text: string, at: number, memory: string): number {
  const [, amount, unit = "M"] = /^([0-9]+(?:\.[0-9]+)?)([KMGT])?$/.exec(memory) ?? [];
  if (amount === undefined) refuse(noun, text, at, `has ${JSON.stringify(memory.slice(0, 40))} instead of a memory`);
  return Math.floor(Number(amount) * 1024 ** ("KMGT".indexOf(unit) - 1));
}

/** Reads `gpu:2(IDX:0-1)`, `gpu:a100:2(IDX:0,3)`, `(null)`; other resources stand beside them, after commas. */
function readGpus(text: string, at: number, gres: string): string[] {
  const ids: number[] = [];
  for (const [, count, list] of gres.matchAll(/(?:^|,)gpu(?::[^:,()]+)?:([0-9]+)(?:\(IDX:([0-9,-]*|N\/A)\))?/g)) {
    if (list !== undefined && list !== "N/A") ids.push(...readIds(text, at, list));
    else for (let id = 0; id < Math.min(Number(count), 1024); id++) ids.push(id);
  }
  return [...new Set(ids)].sort((a, b) => a - b).map(String);
}
