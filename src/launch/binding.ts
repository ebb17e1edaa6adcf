/**
 * Binding: which CPUs a task is kept to. Those of the cores that it was granted, where these stand for CPUs of this
 * machine; and by default only where its job names its cores, as users do not expect that of the others.
 *
 * @module
 */

import type { JobDescription } from "../job/description.ts";
import type { NamedAllocation, Node } from "../resources/node.ts";

/** Which tasks are bound to their cores: those whose jobs name cores or nodes, all of them, or none. */
export type BindingMode = "auto" | "cores" | "none";

/** The modes. */
export const bindingModes: readonly BindingMode[] = ["auto", "cores", "none"];

/** How the tasks of a pilot are bound. */
export interface Binding {
  /** Which tasks are bound. */
  readonly mode: BindingMode;
  /** The CPU of each core of the only node, as the system numbers them; empty when nothing is bound. */
  readonly cpus: readonly number[];
  /**
   * In an allocation: the CPUs of each node whose cores bear the numbers of their CPUs, by the node's name. Nothing is
   * bound on the others.
   */
  readonly nodes?: ReadonlyMap<string, readonly number[]>;
  /** Why nothing is bound though it was to be, as it goes on after "tasks are not bound to their cores: ". */
  readonly problem?: string;
}

/**
 * Chooses how tasks are bound.
 *
 * @param mode What was asked for.
 * @param nodes The nodes of the pilot.
 * @param cpus The CPUs that this process may use, ascending; `undefined` when that is not known.
 */
export function chooseBinding(
  mode: BindingMode,
  nodes: readonly Node[],
  cpus: readonly number[] | undefined,
): Binding {
  if (mode === "none") return { mode, cpus: [] };
  const problem = findProblem(nodes, cpus);
  return problem === undefined ? { mode, cpus: cpus! } : { mode, cpus: [], problem };
}

function findProblem(nodes: readonly Node[], cpus: readonly number[] | undefined): string | undefined {
  const [{ name, coreIds } = { name: "", coreIds: [] }, ...others] = nodes;
  if (others.length > 0) return `the ${nodes.length} nodes are virtual, on one machine`;
  if (cpus === undefined) return "which CPUs there are is known on Linux only, with every permission (-A)";
  if (coreIds.length <= cpus.length) return undefined;
  return `node ${name} has ${coreIds.length} cores, but this process may use only ${cpus.length} CPUs`;
}

/**
 * Says which CPUs a task is kept to.
 *
 * @returns The CPUs; `undefined` when it may use whatever this process may.
 */
export function bindTask(
  job: JobDescription,
  allocation: NamedAllocation,
  { mode, cpus, nodes }: Binding,
): readonly number[] | undefined {
  if (nodes !== undefined) return bindOnNode(job, allocation, mode, nodes);
  if (cpus.length === 0 || (mode === "auto" && job.resources.hasDefaultCores)) return undefined;
  const granted = allocation.nodes[0]!.cores.map((core) => cpus[Number(core)]!);
  // A task that got everything is bound by what binds this process.
  return granted.length === cpus.length ? undefined : granted;
}

function bindOnNode(
  job: JobDescription,
  allocation: NamedAllocation,
  mode: BindingMode,
  nodes: ReadonlyMap<string, readonly number[]>,
): readonly number[] | undefined {
  const { name, cores } = allocation.nodes[0]!;
  const all = nodes.get(name);
  if (all === undefined || mode === "none" || (mode === "auto" && job.resources.hasDefaultCores)) return undefined;
  const granted = cores.flatMap((core) => core.split(",").map(Number)).sort((a, b) => a - b);
  return granted.length === all.length ? undefined : granted;
}

/** Writes CPUs as the system lists them, such as `0-3,8`. */
export function formatCpus(cpus: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const cpu of cpus) {
    const last = runs.at(-1);
    if (last !== undefined && cpu === last[1] + 1) last[1] = cpu;
    else runs.push([cpu, cpu]);
  }
  return runs.map(([from, to]) => from === to ? `${from}` : `${from}-${to}`).join(",");
}

/** Reads CPUs as the system lists them; none when the text is no such list. */
export function parseCpus(text: string): readonly number[] {
  const cpus: number[] = [];
  for (const item of text.trim().split(",")) {
    const [, from, to = from] = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/.exec(item) ?? [];
    if (from === undefined) return [];
    for (let cpu = Number(from); cpu <= Number(to); cpu++) cpus.push(cpu);
  }
  return cpus;
}
