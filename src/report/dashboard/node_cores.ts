/**
 * The cores of all nodes in few words, as the header of a journal tells them, so that its readers also know the cores
 * that no task has had yet.
 *
 * @module
 */

import type { Json } from "../../job/json.ts";
import type { NodeCores } from "./dashboard_model.ts";

/** Writes the ids of the cores: of neighbours that have the same, once with their number. */
export function writeCoreIds(nodes: readonly { readonly coreIds: readonly string[] }[]): Json {
  const runs: [count: number, ids: string][] = [];
  for (const { coreIds } of nodes) {
    const ids = rangesOf(coreIds);
    const last = runs.at(-1);
    if (last?.[1] === ids) last[0]++;
    else runs.push([1, ids]);
  }
  return runs;
}

/** Reads what {@linkcode writeCoreIds} has written. What is not of that form, or of an earlier version, gives no cores. */
export function readCoreIds(names: readonly string[], value: Json | undefined): NodeCores[] {
  const nodes: NodeCores[] = [];
  for (const run of Array.isArray(value) ? value : []) {
    const [count, ids] = Array.isArray(run) ? run : [];
    if (typeof count !== "number" || typeof ids !== "string") break;
    const cores = coresOf(ids);
    for (let left = count; left > 0 && nodes.length < names.length; left--) {
      nodes.push({ name: names[nodes.length]!, cores });
    }
  }
  return [...nodes, ...names.slice(nodes.length).map((name) => ({ name, cores: [] }))];
}

/** `0-3,8`: ids that follow each other as numbers are a range. */
function rangesOf(ids: readonly string[]): string {
  const parts: string[] = [];
  for (let from = 0; from < ids.length;) {
    let to = from;
    while (to + 1 < ids.length && isNumber(ids[to]!) && ids[to + 1] === String(Number(ids[to]) + 1)) to++;
    parts.push(to === from ? ids[from]! : `${ids[from]}-${ids[to]}`);
    from = to + 1;
  }
  return parts.join(",");
}

function coresOf(text: string): string[] {
  return text.split(",").filter((part) => part !== "").flatMap((part) => {
    const [, from, to] = /^(\d+)-(\d+)$/.exec(part) ?? [];
    if (from === undefined || to === undefined) return [part];
    return Array.from(
      { length: Math.max(0, Number(to) - Number(from) + 1) },
      (_, index) => String(Number(from) + index),
    );
  });
}

function isNumber(id: string): boolean {
  return /^(0|[1-9]\d*)$/.test(id);
}
