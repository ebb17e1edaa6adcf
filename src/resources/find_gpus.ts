/**
 * Finding the GPUs of a machine: what its variables, its tools and its device files say, in this order. The decision
 * alone; the caller has the host.
 *
 * @module
 */

import type { Node } from "./node.ts";

/**
 * How GPUs of this machine are found: by variables and tools (`auto`), by device files too (`devices`: an integrated
 * graphics chip counts then), or not at all.
 */
export type GpuSource = "auto" | "devices" | "none";

/** The ways to find GPUs. */
export const gpuSources: readonly GpuSource[] = ["auto", "devices", "none"];

/** What is asked of the machine. A question that may not be asked has no answer. */
export interface GpuHost {
  /** The value of a variable; `undefined` when it is not set. */
  readonly variable: (name: string) => string | undefined;
  /** What a program prints; `undefined` when there is none, or it fails. */
  readonly output: (program: string, args: readonly string[]) => string | undefined;
  /** The names in a folder; none when there is no such folder. */
  readonly names: (folder: string) => readonly string[];
}

/**
 * Finds the GPUs.
 *
 * @param host The machine.
 * @param source Where to look.
 * @returns Their ids, as the variables for visible devices take them.
 */
export function findGpus(host: GpuHost, source: GpuSource): readonly string[] {
  if (source === "none") return [];
  const isAmd = hasAmdDriver(host);
  return fromVariables(host, isAmd) ?? fromTools(host, isAmd) ?? (source === "devices" ? fromDevices(host) : []);
}

/** Says whether the machine's GPUs are AMD's: their programs read the variables for visible GPUs in another way. */
export function hasAmdDriver(host: GpuHost): boolean {
  const names = host.names("/dev");
  return names.includes("kfd") && !names.some((name) => nvidiaDevice.test(name));
}

const nvidiaDevice = /^nvidia[0-9]+$/;
const renderDevice = /^renderD[0-9]+$/;

/** The GPUs that this process may see are those that tasks can get, even if that is none. */
function fromVariables(host: GpuHost, isAmd: boolean): readonly string[] | undefined {
  const names = ["CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"];
  for (const name of isAmd ? names.toReversed() : names) {
    const value = host.variable(name);
    if (value !== undefined) return visibleDevices(value);
  }
  return undefined;
}

/** The devices of a list: what stands behind one that cannot be is not seen, as the drivers have it. */
function visibleDevices(value: string): readonly string[] {
  const ids: string[] = [];
  for (const id of value.split(",").map((id) => id.trim())) {
    if (!/^([0-9]+|(GPU|MIG)-[A-Za-z0-9/-]+)$/.test(id) || ids.includes(id)) break;
    ids.push(id);
  }
  return ids;
}

function fromTools(host: GpuHost, isAmd: boolean): readonly string[] | undefined {
  const nvidia = () => nvidiaIds(host.output("nvidia-smi", ["-L"]));
  const amd = () => amdIds(host.output("rocm-smi", ["--showid"]));
  for (const ask of isAmd ? [amd, nvidia] : [nvidia, amd]) {
    const ids = ask();
    if (ids.length > 0) return ids;
  }
  return undefined;
}

/**
 * Reads `GPU 0: NVIDIA A100 (UUID: GPU-…)`. A GPU that is divided is followed by `  MIG 1g.5gb Device 0: (UUID: MIG-…)`
 * for each part, and only its parts can be used; as one list does not mix numbers and names, all are named then.
 */
function nvidiaIds(text: string | undefined): readonly string[] {
  const gpus: { readonly index: string; readonly uuid: string; readonly parts: string[] }[] = [];
  for (const line of text?.split("\n") ?? []) {
    const uuid = /\(UUID: ([A-Za-z0-9/-]+)\)/.exec(line)?.[1];
    const index = /^GPU ([0-9]+):/.exec(line)?.[1];
    if (index !== undefined) gpus.push({ index, uuid: uuid ?? index, parts: [] });
    else if (uuid?.startsWith("MIG-")) gpus.at(-1)?.parts.push(uuid);
  }
  if (gpus.every(({ parts }) => parts.length === 0)) return gpus.map(({ index }) => index);
  return gpus.flatMap(({ uuid, parts }) => parts.length === 0 ? [uuid] : parts);
}

/** Reads `GPU[0]  : Device Name: …`; there are several lines for each GPU. */
function amdIds(text: string | undefined): readonly string[] {
  return [...new Set([...(text ?? "").matchAll(/^GPU\[([0-9]+)\]/gm)].map((match) => match[1]!))];
}

/** Drivers count the devices that they see from 0, whatever the numbers in the files' names. */
function fromDevices(host: GpuHost): readonly string[] {
  const nvidia = host.names("/dev").filter((name) => nvidiaDevice.test(name));
  const devices = nvidia.length > 0 ? nvidia : host.names("/dev/dri").filter((name) => renderDevice.test(name));
  return devices.map((_, index) => String(index));
}

/**
 * Gives nodes on one machine its GPUs, which are looked for when the first node is asked about its own: that may take a
 * second, and most runs never need it.
 *
 * @param nodes The nodes, without GPUs.
 * @param find Looks for the ids of the machine's GPUs; called once at most.
 */
export function withFoundGpus(nodes: readonly Node[], find: () => readonly string[]): readonly Node[] {
  let shares: readonly (readonly string[])[] | undefined;
  return nodes.map(({ name, coreIds, memoryMiB }, index) => ({
    name,
    coreIds,
    get gpuIds() {
      return (shares ??= shareGpus(nodes, find()))[index]!;
    },
    memoryMiB,
  }));
}

/**
 * Divides the GPUs of one machine among its virtual nodes, in proportion to their cores: each goes to one node whole.
 *
 * @returns The ids for each node.
 *
 * @example Three GPUs for two nodes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseNodeSpec } from "./node_spec.ts";
 *
 * assertEquals(shareGpus(parseNodeSpec("4,4"), ["0", "1", "2"]), [["0", "1"], ["2"]]);
 * ```
 */
export function shareGpus(nodes: readonly Node[], ids: readonly string[]): readonly (readonly string[])[] {
  const cores = nodes.reduce((sum, node) => sum + node.coreIds.length, 0);
  let before = 0;
  return nodes.map(({ coreIds }) => {
    const from = Math.ceil(ids.length * before / cores);
    before += coreIds.length;
    return ids.slice(from, Math.ceil(ids.length * before / cores));
  });
}
