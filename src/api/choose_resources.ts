/**
 * Where the nodes of a run come from: a text, an allocation of Slurm, or this machine.
 *
 * @module
 */

import { countOnlineCpus, lookAtNode } from "../deno/host/node_sight.ts";
import { readVariable } from "../deno/host/machine.ts";
import { mayDoAnything } from "../deno/host/permissions.ts";
import { fileProblem } from "../deno/files/file_problem.ts";
import { readText } from "../deno/files/text_file.ts";
import { askNow } from "../deno/slurm/ask_slurm.ts";
import { lookAtEnd } from "../deno/slurm/watch_end.ts";
import type { AskingSignal } from "../core/exit.ts";
import { PermissionScopeError, ResourceSpecError } from "../errors.ts";
import type { NodeSight } from "../resources/node_sight.ts";
import { type AgentTerms, agentTerms, type Cluster } from "../runtime/cluster.ts";
import type { PilotOptions } from "../runtime/pilot.ts";
import type { ResourceSource } from "../service/option_types.ts";
import {
  type AllocatedNode,
  type Allocation,
  type AllocationChoice,
  describeAllocation,
  isInAllocation,
} from "../slurm/allocation.ts";
import { parseResourceFile } from "../slurm/resource_file.ts";
import { findTrueCores } from "../slurm/true_cores.ts";
import { choosePool, type ChosenPool, type PoolChoice } from "./choose_pool.ts";

/** What a user says about where nodes come from. */
export interface ResourceChoice extends PoolChoice, AllocationChoice {
  /** Where they come from; found out when absent or `"auto"`. */
  readonly source?: ResourceSource | undefined;
  /** A file with the nodes, which wins over everything else. */
  readonly nodesFile?: string | undefined;
  /** How agents come to the nodes. */
  readonly terms?: Partial<AgentTerms> | undefined;
  /** How long before the end of an allocation work stops, in milliseconds. */
  readonly leadMs?: number | undefined;
  /** By which signal tasks are asked to end then. */
  readonly walltimeSignal?: AskingSignal | undefined;
}

/** How long before the end of an allocation work stops, where no option says otherwise. */
const leadMsDefault = 60_000;

/** The nodes of a run. */
export interface ChosenResources {
  /** What the pilot is told. */
  readonly pool: ChosenPool & Pick<PilotOptions, "absentNodes" | "deadlineMs" | "stopAtMs" | "hostOf">;
  /** The allocation, where agents serve some of the nodes. */
  readonly cluster?: Cluster;
  /** What the user should know; sentences without their ends. */
  readonly warnings: readonly string[];
}

/** Whether this process runs in an allocation, so far as it may know. */
export function isInSlurm(): boolean {
  return isInAllocation(readVariable);
}

/**
 * Chooses the resources of a run.
 *
 * @throws {ResourceSpecError} If a text cannot be parsed, or there is no allocation.
 * @throws {PermissionScopeError} If the allocation was asked for and Deno's permissions do not suffice.
 */
export function chooseResources(choice: ResourceChoice): ChosenResources {
  const { source = "auto", nodes, nodesFile } = choice;
  if (nodesFile !== undefined && source !== "local" && source !== "slurm") return chooseFromFile(choice, nodesFile);
  const isSlurm = source === "slurm" || (source === "auto" && (nodes === undefined || nodes === "") && isInSlurm());
  if (!isSlurm) return { pool: choosePool(choice), warnings: [] };
  const allocation = describeAllocation(readVariable, askSlurm(), choice);
  const own = findOwnNode(allocation);
  const others = allocation.nodes.length - (own === undefined ? 0 : 1);
  if (others === 0 || mayDoAnything()) return chooseAllocation(allocation, own, choice);
  if (source === "slurm") {
    const hint = 'run deno again with -A, or set resources to "local"';
    throw new PermissionScopeError(`Using the other nodes needs every permission: ${hint}`, "run", "srun");
  }
  const idle = `${others} ${others === 1 ? "node" : "nodes"} of the allocation`;
  const warning = `${idle} stay idle: using them needs every permission (deno run -A)`;
  return { pool: choosePool(choice), warnings: [warning] };
}

/** The nodes of a file are virtual: all tasks run here. */
function chooseFromFile(choice: ResourceChoice, path: string): ChosenResources {
  const known = parseResourceFile(readNodesFile(path), path);
  const pool = choosePool({ ...choice, nodes: undefined, known });
  const warning = `the nodes of ${path} are virtual: all tasks run on this machine, not on those of the allocation`;
  return { pool, warnings: isInSlurm() ? [warning] : [] };
}

function readNodesFile(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const message = `The file of nodes ${path} cannot be read: ${fileProblem("read", path, error)}`;
    throw new ResourceSpecError(message, path, 0, { cause: error });
  }
}

function askSlurm(): { readonly job?: string | undefined; readonly nodes?: string | undefined } {
  if (!mayDoAnything()) return {};
  return {
    job: askNow("scontrol", ["show", "job", "-o", "-d", readVariable("SLURM_JOB_ID") ?? ""]),
    nodes: askNow("scontrol", ["show", "node", "-o", readVariable("SLURM_JOB_NODELIST") ?? ""]),
  };
}

/** The index of the node that this process can serve by itself, if there is one. */
function findOwnNode({ nodes, ownNode }: Allocation): number | undefined {
  const index = nodes.findIndex(({ name }) => name === ownNode);
  if (index < 0 || !mayDoAnything()) return index < 0 ? undefined : index;
  // A program that was started by `srun -n1` may use a part of the node only; an agent may use all of it.
  const usable = lookAtNode().cpus.length;
  return usable < nodes[index]!.cpus && usable < countOnlineCpus() ? undefined : index;
}

/** A node whose cores get other names when more is known of it. */
type OpenNode = { -readonly [K in keyof AllocatedNode]: AllocatedNode[K] };

function chooseAllocation(allocation: Allocation, own: number | undefined, choice: ResourceChoice): ChosenResources {
  const nodes: OpenNode[] = allocation.nodes.map((node) => ({ ...node }));
  const bound = new Map<string, readonly number[]>();
  const warnings: string[] = [];
  if (own !== undefined && mayDoAnything()) warnings.push(...meet(nodes[own]!, lookAtNode(), bound));
  const mode = choice.binding ?? "auto";
  const pool = {
    ...choosePool({ ...choice, nodes: undefined, known: nodes }),
    binding: { mode, cpus: [], nodes: bound },
    hostOf: (node: string) => node,
  };
  if (!mayDoAnything()) return { pool, warnings };
  const end = lookAtEnd(allocation.jobId, choice.leadMs ?? leadMsDefault, choice.walltimeSignal);
  const cluster: Cluster = {
    jobId: allocation.jobId,
    nodeNames: nodes.map(({ name }) => name),
    ownNodes: own === undefined ? [] : [own],
    terms: { ...agentTerms, ...choice.terms },
    stepGpus: nodes.map(({ stepGpus }) => stepGpus),
    end,
    met: (node, { sight }) => sight === undefined ? [] : meet(nodes[node]!, sight, bound),
  };
  const deadlineMs = () => end.stopMs;
  const stopAt = end.stopMs === undefined ? {} : { stopAtMs: end.stopMs };
  return { pool: { ...pool, ...stopAt, deadlineMs, absentNodes: nodes.map((_, index) => index) }, cluster, warnings };
}

/** Takes what is seen of a node; says what the user should know of it. */
function meet(node: OpenNode, sight: NodeSight, bound: Map<string, readonly number[]>): readonly string[] {
  const cores = findTrueCores(node, sight);
  const gpus = describeMissingGpus(node, sight);
  if (sight.gpus?.length === node.gpuIds.length) node.gpuIds = sight.gpus;
  if ("problem" in cores) return [...gpus, `cores of node ${node.name} are not bound: ${cores.problem}`];
  node.coreIds = cores.coreIds;
  bound.set(node.name, cores.cpus);
  return gpus;
}

/** Says when the step of an agent was given fewer GPUs than Slurm shows of the node. */
function describeMissingGpus({ name, gpuIds, gpusShown }: OpenNode, { gpus }: NodeSight): readonly string[] {
  if (gpus === undefined || gpus.length >= gpusShown) return [];
  const asked = gpuIds.length < gpusShown ? `; the job asked for ${gpuIds.length} per node` : "";
  return [`node ${name} sees ${gpus.length} of its ${gpusShown} GPUs${asked}`];
}
