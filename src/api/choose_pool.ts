/**
 * The resources of a run: the nodes that a text specifies, or this machine.
 *
 * @module
 */

import { nameValue } from "../job/json.ts";
import { DenoGpuHost } from "../deno/host/gpu_host.ts";
import { describeMachine, usableCpus } from "../deno/host/machine.ts";
import { type BindingMode, chooseBinding } from "../launch/binding.ts";
import { countedMax, countedNameForm, type Counts, isCountedName } from "../resources/counted.ts";
import { findGpus, type GpuSource, hasAmdDriver, withFoundGpus } from "../resources/find_gpus.ts";
import { type Node, shareMemory } from "../resources/node.ts";
import { namesGpus, parseNodeSpec } from "../resources/node_spec.ts";
import type { PilotOptions } from "../runtime/pilot.ts";

/**
 * Chooses the nodes. Virtual nodes share the memory of this machine; and its GPUs, unless the text names some. The GPUs
 * are looked for when a job first asks for some.
 *
 * @param spec The node specification; without one, this machine.
 * @param source How GPUs are found.
 * @throws {ResourceSpecError} If the text cannot be parsed.
 */
export function chooseNodes(spec: string | undefined, source: GpuSource = "auto"): readonly Node[] {
  const { hostName, cores, memoryMiB } = describeMachine();
  const nodes = isGiven(spec)
    ? shareMemory(parseNodeSpec(spec), memoryMiB)
    : [{ name: hostName, coreIds: Array.from({ length: cores }, (_, i) => `${i}`), gpuIds: [], memoryMiB }];
  if (isGiven(spec) && namesGpus(spec)) return nodes;
  return withFoundGpus(nodes, () => findGpus(new DenoGpuHost(), source));
}

/** What a user says about the resources of a run. */
export interface PoolChoice {
  /** Node specification; without one, this machine. */
  readonly nodes?: string | undefined;
  /** How GPUs are found. */
  readonly gpus?: GpuSource | undefined;
  /** Counted resources: how many of each there are. */
  readonly counted?: Counts | undefined;
  /** Which tasks are bound to their cores. */
  readonly binding?: BindingMode | undefined;
  /** The nodes, where they are known already. */
  readonly known?: readonly Node[] | undefined;
}

/** What a pilot is told about its resources. */
export type ChosenPool = Pick<PilotOptions, "nodes" | "counted" | "binding" | "namesGpus" | "hasAmdGpus">;

/**
 * Chooses the resources of a run.
 *
 * @throws {ResourceSpecError} If the node specification cannot be parsed.
 */
export function choosePool({ nodes: spec, gpus, counted, binding = "auto", known }: PoolChoice): ChosenPool {
  const nodes = known ?? chooseNodes(spec, gpus);
  let areAmd: boolean | undefined;
  return {
    nodes,
    ...(counted === undefined ? {} : { counted }),
    binding: chooseBinding(binding, nodes, usableCpus()),
    namesGpus: known === undefined ? isGiven(spec) && namesGpus(spec) : known.some(({ gpuIds }) => gpuIds.length > 0),
    hasAmdGpus: () => areAmd ??= hasAmdDriver(new DenoGpuHost()),
  };
}

/**
 * Checks the counts of an option: of counted resources, or of tasks of groups.
 *
 * @param option The name of the option.
 * @param counts What was given.
 * @param least The smallest count.
 * @throws {TypeError} If a name or a number is none.
 * @throws {RangeError} If a number is out of range.
 */
export function checkCounts(option: string, counts: Readonly<Record<string, unknown>>, least: number): void {
  for (const [name, count] of Object.entries(counts)) {
    if (!isCountedName(name)) {
      throw new TypeError(`Option "${option}" has the name ${JSON.stringify(name)}: it must be ${countedNameForm}`);
    }
    if (!Number.isInteger(count)) {
      throw new TypeError(`Option "${option}.${name}" must be a whole number, got ${nameValue(count)}`);
    }
    if ((count as number) < least || (count as number) > countedMax) {
      throw new RangeError(`Option "${option}.${name}" must be from ${least} to ${countedMax}, got ${count}`);
    }
  }
}

function isGiven(spec: string | undefined): spec is string {
  return spec !== undefined && spec !== "";
}
