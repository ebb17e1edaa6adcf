/**
 * Looks at the node that this process runs on.
 *
 * @module
 */

import { parseCpus } from "../../launch/binding.ts";
import type { NodeSight } from "../../resources/node_sight.ts";

/** Looks now. Needs every permission; what cannot be read is left out. */
export function lookAtNode(): NodeSight {
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFile("/proc/self/status"))?.[1] ?? "";
  const cpus = parseCpus(list);
  const memoryKiB = /^MemTotal:\s*([0-9]+)/m.exec(readFile("/proc/meminfo"))?.[1] ?? "0";
  const gpus = Deno.env.get("CUDA_VISIBLE_DEVICES") ?? Deno.env.get("ROCR_VISIBLE_DEVICES");
  return {
    cpus,
    siblings: groupSiblings(cpus),
    memoryMiB: Math.floor(Number(memoryKiB) / 1024),
    ...(gpus === undefined ? {} : { gpus: gpus.split(",").filter((id) => id !== "" && id !== "NoDevFiles") }),
  };
}

/** How many CPUs the machine has, whether we may use them or not; 0 when not known. */
export function countOnlineCpus(): number {
  return parseCpus(readFile("/sys/devices/system/cpu/online")).length;
}

/** The CPUs that are threads of one core, core by core; without those that are not ours. */
function groupSiblings(cpus: readonly number[]): number[][] {
  const cores = new Map<string, number[]>();
  for (const cpu of cpus) {
    const list = readFile(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`).trim() || String(cpu);
    const core = cores.get(list);
    if (core === undefined) cores.set(list, [cpu]);
    else core.push(cpu);
  }
  return [...cores.values()];
}

function readFile(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return ""; // Not every kernel and container has it.
  }
}
