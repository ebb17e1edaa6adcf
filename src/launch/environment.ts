/**
 * The variables that a task finds in its environment: what the job asked for, then what we say about its allocation.
 * Later ones win, so a job cannot claim other resources than it got. The names are QCG-PilotJob's.
 *
 * @module
 */

import { countCores, type NamedAllocation } from "../resources/node.ts";

/** Which descriptions of the allocation a task gets: `QCG_PM_*` always, the `SLURM_*` set when asked for. */
export type EnvironmentSchema = "common" | "slurm";

/** Variables to set, and variables of the pilot's own environment to take away. */
export interface EnvironmentChange {
  readonly set: Record<string, string>;
  readonly unset: readonly string[];
}

/**
 * Describes an allocation in the `QCG_PM_*` variables; `stepId` is different for every launch. The GPUs of all nodes, where
 * there are some, are told in the order of the nodes, such as `0,1;0`.
 */
export function commonVariables(allocation: NamedAllocation, stepId: string): Record<string, string> {
  const cores = String(countCores(allocation));
  return {
    QCG_PM_NNODES: String(allocation.nodes.length),
    QCG_PM_NODELIST: nodeList(allocation),
    QCG_PM_NPROCS: cores,
    QCG_PM_NTASKS: cores,
    QCG_PM_STEP_ID: stepId,
    QCG_PM_TASKS_PER_NODE: coresPerNode(allocation).join(","),
    ...(hasGpus(allocation) ? { QCG_PM_GPUS_PER_NODE: gpusPerNode(allocation) } : {}),
  };
}

/** Describes an allocation as Slurm would, for programs that ask there. */
export function slurmVariables(allocation: NamedAllocation): EnvironmentChange {
  const nodes = String(allocation.nodes.length);
  const cores = String(countCores(allocation));
  const list = nodeList(allocation);
  const perNode = coresPerNode(allocation);
  const runLengths = formatRunLengths(perNode);
  const set: Record<string, string> = {
    SLURM_NNODES: nodes,
    SLURM_JOB_NUM_NODES: nodes,
    SLURM_STEP_NUM_NODES: nodes,
    SLURM_NODELIST: list,
    SLURM_JOB_NODELIST: list,
    SLURM_STEP_NODELIST: list,
    SLURM_NPROCS: cores,
    SLURM_NTASKS: cores,
    SLURM_STEP_NUM_TASKS: cores,
    SLURM_JOB_CPUS_PER_NODE: runLengths,
    SLURM_STEP_TASKS_PER_NODE: runLengths,
    SLURM_TASKS_PER_NODE: runLengths,
    SLURM_OVERLAP: "1",
  };
  if (perNode.every((n) => n === perNode[0])) {
    return { set: { ...set, SLURM_NTASKS_PER_NODE: `${perNode[0]}` }, unset: [] };
  }
  // The batch job's own value would be wrong for a task with uneven nodes.
  return { set, unset: ["SLURM_NTASKS_PER_NODE"] };
}

/** The variables by which programs are told which GPUs they see: CUDA's, ROCm's, OpenCL's and oneAPI's. */
export const visibleDevices: readonly string[] = [
  "CUDA_VISIBLE_DEVICES",
  "ROCR_VISIBLE_DEVICES",
  "GPU_DEVICE_ORDINAL",
  "ZE_AFFINITY_MASK",
];

/** How tasks are told about GPUs. */
export interface GpuRules {
  /** Whether the GPUs are AMD's. */
  readonly areAmd: boolean;
  /** What becomes of the variables of a task that got none: they are taken away, set to nothing, or left as they are. */
  readonly withoutGpus: "remove" | "empty" | "leave";
}

/**
 * Chooses what becomes of the variables for visible devices where a task got no GPU. With the `slurm` schema they are
 * taken away, as QCG-PilotJob does. Else they are emptied only where GPUs were named: where GPUs were merely found on
 * the machine, jobs that have always used them without asking go on to see them.
 *
 * @param schema How allocations are described.
 * @param areNamed Whether the node specification or a job of the run named GPUs.
 */
export function ruleWithoutGpus(schema: EnvironmentSchema, areNamed: boolean): GpuRules["withoutGpus"] {
  if (schema === "slurm") return "remove";
  return areNamed ? "empty" : "leave";
}

/**
 * Tells the GPUs of the first node: a variable holds one list, and it is there that the task's process starts.
 *
 * Programs for AMD's GPUs look at several of the variables: `ROCR_VISIBLE_DEVICES` comes first, and the numbers in the
 * others count only the GPUs that it leaves, from 0 on. GPUs with a name have no number for the last two variables.
 */
export function gpuVariables(allocation: NamedAllocation, { areAmd, withoutGpus }: GpuRules): EnvironmentChange {
  const gpus = allocation.nodes[0]?.gpus ?? [];
  if (gpus.length === 0) {
    if (withoutGpus === "remove") return { set: {}, unset: visibleDevices };
    return { set: withoutGpus === "leave" ? {} : setAll(visibleDevices, ""), unset: [] };
  }
  const list = gpus.join(",");
  const numbers = gpus.every((id) => /^[0-9]+$/.test(id)) ? list : "";
  const counted = gpus.map((_, index) => index).join(",");
  return {
    set: {
      CUDA_VISIBLE_DEVICES: areAmd ? counted : list,
      ROCR_VISIBLE_DEVICES: list,
      GPU_DEVICE_ORDINAL: areAmd ? counted : numbers,
      ZE_AFFINITY_MASK: numbers,
    },
    unset: [],
  };
}

function setAll(names: readonly string[], value: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

/** Writes counts in Slurm's run-length form: `[1, 1, 3]` is `1(x2),3`. */
export function formatRunLengths(counts: readonly number[]): string {
  const runs: { count: number; times: number }[] = [];
  for (const count of counts) {
    const last = runs.at(-1);
    if (last?.count === count) last.times++;
    else runs.push({ count, times: 1 });
  }
  return runs.map(({ count, times }) => times === 1 ? `${count}` : `${count}(x${times})`).join(",");
}

/** Whether an allocation has a GPU on any node. */
export function hasGpus(allocation: NamedAllocation): boolean {
  return allocation.nodes.some((node) => node.gpus.length > 0);
}

function gpusPerNode(allocation: NamedAllocation): string {
  return allocation.nodes.map((node) => node.gpus.join(",")).join(";");
}

function nodeList(allocation: NamedAllocation): string {
  return allocation.nodes.map((node) => node.name).join(",");
}

function coresPerNode(allocation: NamedAllocation): number[] {
  return allocation.nodes.map((node) => node.cores.length);
}
