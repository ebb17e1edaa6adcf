/**
 * An allocation of Slurm as nodes: by the variables of the batch job, and by what Slurm answers.
 *
 * @module
 */

import { ResourceSpecError } from "../errors.ts";
import type { Node } from "../resources/node.ts";
import { asksGpusOtherwise, type NodeGrant, parseGpusPerNode, parseJobRecord } from "./job_record.ts";
import { parseNodeList } from "./node_list.ts";
import { type NodeHardware, parseNodeRecords } from "./node_record.ts";
import { parseRunLengths } from "./run_lengths.ts";

/** Reads a variable; `undefined` when it is not set. */
export type VariableReader = (name: string) => string | undefined;

/** Texts that Slurm's commands gave; absent where they could not be asked. */
export interface SlurmAnswers {
  /** Of `scontrol show job -o -d ID`. */
  readonly job?: string | undefined;
  /** Of `scontrol show node -o NODES`. */
  readonly nodes?: string | undefined;
}

/** What a user says about the nodes of an allocation. */
export interface AllocationChoice {
  /** Index of the first node to use. */
  readonly firstNode?: number | undefined;
  /** Index after the last node to use. */
  readonly endNode?: number | undefined;
  /** Whether two hardware threads of a core are two cores. */
  readonly hyperthreads?: boolean | undefined;
}

/** A node of an allocation. Its cores get their true names when its agent has come: see `binding_ids.ts`. */
export interface AllocatedNode extends Node {
  /** How many CPUs of it are ours. */
  readonly cpus: number;
  /** These CPUs in Slurm's own numbering; empty when not known. */
  readonly cpuIds: readonly number[];
  /** Whether a core is every CPU of it, so that its two threads count once. */
  readonly joinsThreads: boolean;
  /** How many GPUs Slurm shows of it; its steps may be given fewer. */
  readonly gpusShown: number;
  /** How many a step must ask for to be given those that are ours; absent where it gets them unasked. */
  readonly stepGpus?: number;
}

/** An allocation. */
export interface Allocation {
  /** Id of the batch job. */
  readonly jobId: string;
  /** The nodes to use, in the order of Slurm. */
  readonly nodes: readonly AllocatedNode[];
  /** Name of the node that this process runs on; absent on a login node. */
  readonly ownNode?: string;
}

/** The variables without which there is no allocation. */
const needed = ["SLURM_JOB_ID", "SLURM_JOB_NODELIST", "SLURM_JOB_CPUS_PER_NODE"] as const;

/** Whether this process runs inside an allocation. */
export function isInAllocation(read: VariableReader): boolean {
  return needed.every((name) => isSet(read(name)));
}

/**
 * Describes the allocation that this process runs in.
 *
 * @throws {ResourceSpecError} If a variable is missing or cannot be read, if they do not agree, or if no node is left.
 */
export function describeAllocation(
  read: VariableReader,
  answers: SlurmAnswers,
  { firstNode = 0, endNode, hyperthreads = false }: AllocationChoice = {},
): Allocation {
  const missing = needed.filter((name) => !isSet(read(name)));
  if (missing.length > 0) {
    const problem = `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} not set`;
    throw new ResourceSpecError(`There is no Slurm allocation: ${problem}`, "", 0);
  }
  const [jobId, list, counts] = needed.map((name) => read(name)!) as [string, string, string];
  const names = parseNodeList(list);
  const cpus = parseRunLengths(counts);
  if (names.length !== cpus.length) {
    const sentence =
      `SLURM_JOB_NODELIST names ${names.length} nodes, but SLURM_JOB_CPUS_PER_NODE counts ${cpus.length}`;
    throw new ResourceSpecError(sentence, counts, 0);
  }
  const grants = new Map(parseJobRecord(answers.job ?? "").map((grant) => [grant.name, grant]));
  const hardware = parseNodeRecords(answers.nodes ?? "");
  const gpusMax = parseGpusPerNode(answers.job ?? "");
  const asksGpus = gpusMax === undefined && asksGpusOtherwise(answers.job ?? "");
  const nodes = names.map((name, index) => {
    const parts = { cpus: cpus[index]!, grant: grants.get(name), hardware: hardware.get(name), hyperthreads, gpusMax };
    const node = describeNode(name, parts);
    return asksGpus ? { ...node, stepGpus: node.gpusShown } : node;
  });
  const left = nodes.slice(firstNode, endNode);
  if (left.length === 0) {
    const range = `from ${firstNode} on${endNode === undefined ? "" : ` and before ${endNode}`}`;
    throw new ResourceSpecError(`No node is left of the ${names.length} of ${list} by the indexes ${range}`, list, 0);
  }
  const ownNode = read("SLURMD_NODENAME");
  return { jobId, nodes: left, ...(isSet(ownNode) ? { ownNode: ownNode! } : {}) };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

/** What is known of a node. */
interface NodeParts {
  readonly cpus: number;
  readonly grant: NodeGrant | undefined;
  readonly hardware: NodeHardware | undefined;
  readonly hyperthreads: boolean;
  /** How many GPUs its steps are given at most. */
  readonly gpusMax: number | undefined;
}

function describeNode(name: string, { cpus, grant, hardware, hyperthreads, gpusMax }: NodeParts): AllocatedNode {
  // An inner pilot has fewer CPUs than the batch job; which of them is not for Slurm to say.
  const cpuIds = grant?.cpuIds.length === cpus ? grant.cpuIds : [];
  const threads = hyperthreads ? 1 : hardware?.threadsPerCore ?? 1;
  const ids = cpuIds.length > 0 ? cpuIds : Array.from({ length: cpus }, (_, id) => id);
  const coreIds = groupCpus(ids, (cpu) => Math.floor(cpu / threads));
  const memoryMiB = grant === undefined || grant.memoryMiB === 0 ? hardware?.memoryMiB ?? 0 : grant.memoryMiB;
  const shown = grant?.gpuIds ?? [];
  const joinsThreads = threads > 1;
  const gpuIds = shown.slice(0, gpusMax); // Which ones they are the agent's step tells.
  return { name, cpus, cpuIds, coreIds, joinsThreads, gpuIds, gpusShown: shown.length, memoryMiB };
}

/** Joins CPUs of one core to its name, such as `0,4`. */
function groupCpus(cpus: readonly number[], coreOf: (cpu: number) => number): string[] {
  const groups = new Map<number, number[]>();
  for (const cpu of cpus) {
    const core = coreOf(cpu);
    const group = groups.get(core);
    if (group === undefined) groups.set(core, [cpu]);
    else group.push(cpu);
  }
  return Array.from(groups.values(), (group) => group.join(","));
}
