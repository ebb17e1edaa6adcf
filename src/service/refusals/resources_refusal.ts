/**
 * What QCG-PilotJob says of the resources that a job asks for, check by check in its order.
 *
 * @module
 */

import { compare, isDict, isInt, keyValue, notText, numberValue, typeName, unexpectedKey } from "./python_values.ts";

/** What there is: the cores of each node, the reserved one too. */
export type NodeCores = readonly number[];

/** Says what is wrong with the form of `resources`; `undefined` if nothing is. */
export function findResourcesRefusal(resources: object): string | undefined {
  const unknown = unexpectedKey("JobResources", resources, ["numCores", "numNodes", "wt", "nodeCrs"]);
  if (unknown !== undefined) return unknown;
  const [cores, nodes] = [keyValue(resources, "numCores"), keyValue(resources, "numNodes")];
  if (cores === undefined && nodes === undefined) return "No resources defined";
  const { wt, nodeCrs } = { wt: keyValue(resources, "wt"), nodeCrs: keyValue(resources, "nodeCrs") };
  return (cores === undefined ? undefined : sizeRefusal(cores, "cores")) ??
    (nodes === undefined ? undefined : sizeRefusal(nodes, "nodes")) ??
    (wt === undefined ? undefined : wallTimeRefusal(wt)) ??
    (nodeCrs === undefined ? undefined : consumablesRefusal(nodeCrs));
}

function sizeRefusal(size: unknown, what: "cores" | "nodes"): string | undefined {
  if (isInt(size)) return numberValue(size) < 0 ? "Neative number of resources" : undefined;
  if (!isDict(size)) return `Wrong definition of number of ${what} (${typeName(size)})`;
  const unknown = unexpectedKey("ResourceSize", size, ["exact", "min", "max", "scheduler"]);
  if (unknown !== undefined) return unknown;
  const [exact, min, max] = ["exact", "min", "max"].map((key) => keyValue(size, key));
  if (exact !== undefined && [min, max, keyValue(size, "scheduler")].some((value) => value !== undefined)) {
    return "Exact number of resources defined with min/max/scheduler";
  }
  if (max !== undefined && min !== undefined) {
    const compared = compare(min, ">", max);
    if ("refusal" in compared) return compared.refusal;
    if (compared.holds) return "Maximum number greater than minimal";
  }
  const given = [exact, min, max].filter((value) => value !== undefined);
  if (given.length === 0) return "No resources defined";
  for (const value of given) {
    const compared = compare(value, "<", 0);
    if ("refusal" in compared) return compared.refusal;
    if (compared.holds) return "Neative number of resources";
  }
  return undefined;
}

/** Only the beginning is read, so what matters is whether it comes to more than nothing. */
function wallTimeRefusal(wt: unknown): string | undefined {
  if (typeof wt !== "string") return notText(wt);
  const parts = /^(?:(\d+?)h)?(?:(\d+?)m)?(?:(\d+?)s)?/.exec(wt)!.slice(1);
  return parts.some((part) => Number(part ?? 0) > 0) ? undefined : "Wall time must be greater than 0";
}

function consumablesRefusal(nodeCrs: unknown): string | undefined {
  if (!isDict(nodeCrs)) return `Wrong definition of Consumable Resources ${typeName(nodeCrs)} (must be a dictionary)`;
  const seen = new Set<string>();
  for (const [name, count] of Object.entries(nodeCrs)) {
    const type = name.toUpperCase();
    if (type !== "GPU" && type !== "MEM") return `Unknown consumable resource ${name}`;
    if (seen.has(type)) return `Consumable resource ${name} already defined`;
    if (!isInt(count)) return `Consumable resource ${name} count not a number ${typeName(count)}`;
    if (numberValue(count) < 1) return `Number of consumable resource ${name} must be greater than 0`;
    seen.add(type);
  }
  return undefined;
}

/**
 * Compares what a job asks for at least with what there is. GPUs and memory play no part.
 *
 * @param resources What it asks for; its form is right.
 * @param nodeCores What there is.
 * @returns `fits`, or `lacks`, or what Python says of a size that has only a `max`.
 */
export function compareWithNodes(
  resources: object,
  nodeCores: NodeCores,
): { readonly fits: boolean } | { readonly refusal: string } {
  const [cores, nodes] = ["numCores", "numNodes"].map((key) => atLeast(keyValue(resources, key)));
  if (nodes !== undefined) {
    const tooMany = compare(nodes, ">", nodeCores.length);
    if ("refusal" in tooMany) return tooMany;
    if (tooMany.holds) return { fits: false };
    if (cores !== undefined && nodeCores.length > 0) {
      const suitable = compare(nodeCores[0], ">=", cores);
      if ("refusal" in suitable) return suitable;
      if (nodeCores.filter((count) => count >= numberValue(cores)).length < numberValue(nodes)) return { fits: false };
    }
  }
  const total = nodeCores.reduce((sum, count) => sum + count, 0);
  const needed = cores === null || nodes === null ? null : numberValue(cores ?? 1) * numberValue(nodes ?? 1);
  const tooMany = compare(needed, ">", total);
  return "refusal" in tooMany ? tooMany : { fits: !tooMany.holds };
}

/** The least of a size: its exact number or its minimum; `null` if there is neither, `undefined` without a size. */
function atLeast(size: unknown): unknown {
  if (!isDict(size)) return size;
  return keyValue(size, "exact") ?? keyValue(size, "min") ?? null;
}
