/**
 * The node specification: the text that names virtual nodes, counts their cores and names their GPUs, such as
 * `n1:2,n2:3:gpu=2`.
 *
 * @module
 */

import { didYouMean } from "../base/near_miss.ts";
import { ResourceSpecError } from "../errors.ts";
import type { Node } from "./node.ts";

/** The most cores of one node. */
export const nodeCoresMax: number = 65_536;
/** The most nodes of a specification. */
export const specNodesMax: number = 100_000;
/** The most cores of a specification in all: their lists stay within some 128 MiB. */
export const specCoresMax: number = 2 ** 24;
/** The most GPUs of one node. */
export const nodeGpusMax: number = 1024;

const form = 'a node specification is a list of "cores" or "name:cores", such as "4", "4,2,2" or "n1:2,n2:3", ' +
  'each with ":gpu=2" or ":gpu=0|2" where it has GPUs';

/** One item of the text. */
interface Item {
  /** The name it gives, if it gives one. */
  readonly name: string | undefined;
  readonly cores: number;
  readonly gpuIds: readonly string[];
}

/**
 * Reads a node specification: items `[name:]cores[:gpu=GPUS]`, separated by commas. The count of cores is what follows
 * the last colon before `gpu`.
 *
 * GPUs are a count, `gpu=2` for those with the ids 0 and 1, or ids with a bar after or between them: `gpu=0|2`, `gpu=3|`,
 * `gpu=GPU-8932f937`.
 *
 * Nodes without a name are called `n` and their position, counted from 0 over all items; if an item claims that name,
 * the next free one is taken (QCG-PilotJob then has two nodes of one name). Blanks around names and counts are ignored.
 *
 * @param text The specification, not empty.
 * @returns The nodes in the order of the text, with cores `"0"`, `"1"`, …, and unique names.
 * @throws {ResourceSpecError} If an item has no count from 1 to {@linkcode nodeCoresMax}, a name is empty, given twice or
 * holds a character that node lists cannot show, GPUs are no count or list of ids, or there are more than
 * {@linkcode specNodesMax} nodes, {@linkcode specCoresMax} cores or {@linkcode nodeGpusMax} GPUs of a node.
 *
 * @example Named and unnamed nodes
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseNodeSpec("big:8,2").map((node) => [node.name, node.coreIds.length]), [["big", 8], ["n1", 2]]);
 * ```
 *
 * @example GPUs
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseNodeSpec("a:8:gpu=2,b:8:gpu=1|3,c:8").map((node) => node.gpuIds), [["0", "1"], ["1", "3"], []]);
 * ```
 */
export function parseNodeSpec(text: string): Node[] {
  const items = parseItems(text);
  const taken = new Set(items.map((item) => item.name));
  const coreIds = new Map<number, readonly string[]>();
  let free = 0;
  return items.map((item, position) => {
    let { name } = item;
    if (name === undefined) {
      // Names below `free` were found taken before; looking at them again would cost the square of the nodes.
      for (free = Math.max(free, position); taken.has(`n${free}`);) free++;
      name = `n${free++}`;
    }
    // Nodes of one size share one list, so that 100,000 nodes stay small.
    let ids = coreIds.get(item.cores);
    if (ids === undefined) coreIds.set(item.cores, ids = Array.from({ length: item.cores }, (_, i) => String(i)));
    return { name, coreIds: ids, gpuIds: item.gpuIds, memoryMiB: 0 };
  });
}

/** Says whether a node specification, which can be parsed, says what GPUs there are, even if that is none. */
export function namesGpus(text: string): boolean {
  return text.split(",").some((item) => splitGpus(item) !== undefined);
}

/**
 * Writes nodes as a node specification: their names, how many cores they have, and their GPUs.
 *
 * @example What was written is read as the same
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatNodeSpec(parseNodeSpec("8,b:2:gpu=0|1,c:2:gpu=3|")), "n0:8,b:2:gpu=2,c:2:gpu=3|");
 * ```
 */
export function formatNodeSpec(nodes: readonly Node[]): string {
  return nodes.map(({ name, coreIds, gpuIds }) =>
    `${name}:${coreIds.length}${gpuIds.length === 0 ? "" : `:gpu=${formatGpus(gpuIds)}`}`
  ).join(",");
}

function formatGpus(ids: readonly string[]): string {
  if (ids.every((id, index) => id === String(index))) return String(ids.length);
  return ids.length === 1 && isDigits(ids[0]!) ? `${ids[0]}|` : ids.join("|");
}

function parseItems(text: string): readonly Item[] {
  const items: Item[] = [];
  const names = new Map<string, number>();
  let coresInAll = 0;
  for (let offset = 0; offset <= text.length;) {
    const comma = text.indexOf(",", offset);
    const end = comma < 0 ? text.length : comma;
    if (items.length === specNodesMax) {
      fail(text, offset, `has more than ${specNodesMax} nodes`);
    }
    const item = parseItem(text, offset, end);
    const position = item.name === undefined ? undefined : names.get(item.name);
    if (position !== undefined) {
      fail(text, offset, `gives the name "${item.name}" to nodes ${position} and ${items.length}`);
    }
    if (item.name !== undefined) names.set(item.name, items.length);
    coresInAll += item.cores;
    if (coresInAll > specCoresMax) fail(text, offset, `has more than ${specCoresMax} cores in all`);
    items.push(item);
    offset = end + 1;
  }
  return items;
}

/** Where the GPUs of an item begin: the last colon, if an equals sign is behind it. */
function splitGpus(item: string): number | undefined {
  const colon = item.lastIndexOf(":");
  return item.includes("=", colon + 1) ? colon + 1 : undefined;
}

function parseItem(text: string, start: number, end: number): Item {
  const gpusAt = splitGpus(text.slice(start, end));
  if (gpusAt === undefined) return { ...parseCores(text, start, end), gpuIds: [] };
  const gpuIds = parseGpus(text, start + gpusAt, end);
  return { ...parseCores(text, start, Math.max(start, start + gpusAt - 1)), gpuIds };
}

/** Reads `gpu=2`, `gpu=0|2` or `gpu=GPU-8932f937`. */
function parseGpus(text: string, start: number, end: number): readonly string[] {
  const equals = text.indexOf("=", start);
  const key = text.slice(start, equals).trim();
  if (key !== "gpu") fail(text, start, `has the unknown key ${JSON.stringify(cut(key))}${didYouMean(key, ["gpu"])}`);
  const value = text.slice(equals + 1, end).trim();
  if (value === "") fail(text, equals + 1, "lacks the count or the ids of the GPUs");
  if (isDigits(value)) {
    const count = Number(value);
    if (count > nodeGpusMax) {
      fail(text, equals + 1, `has ${cut(value)} GPUs for a node; at most ${nodeGpusMax} are allowed`);
    }
    return Array.from({ length: count }, (_, id) => String(id));
  }
  const ids = value.split("|").map((id) => id.trim());
  // A bar behind the last id tells the one id 3 from three GPUs.
  if (ids.at(-1) === "") ids.pop();
  if (ids.length > nodeGpusMax) fail(text, equals + 1, `has more than ${nodeGpusMax} GPUs for a node`);
  ids.forEach((id, index) => {
    if (!/^[A-Za-z0-9._/-]+$/.test(id)) {
      fail(text, equals + 1, `has ${JSON.stringify(cut(id))} instead of the id of a GPU`);
    }
    if (ids.indexOf(id) < index) fail(text, equals + 1, `names the GPU ${JSON.stringify(cut(id))} twice`);
  });
  return ids;
}

function isDigits(text: string): boolean {
  return /^[0-9]+$/.test(text);
}

function parseCores(text: string, start: number, end: number): Omit<Item, "gpuIds"> {
  const colon = text.slice(start, end).lastIndexOf(":");
  const countStart = start + colon + 1;
  const digits = text.slice(countStart, end).trim();
  if (digits === "") fail(text, countStart, "lacks a count of cores; it must not be less than 1");
  if (!isDigits(digits)) {
    fail(text, countStart, `has ${JSON.stringify(cut(digits))} instead of a count of cores`);
  }
  const cores = Number(digits);
  if (cores < 1) fail(text, countStart, "has 0 cores; number of cores for a node must not be less than 1");
  if (cores > nodeCoresMax) {
    fail(text, countStart, `has ${cut(digits)} cores for a node; at most ${nodeCoresMax} are allowed`);
  }
  if (colon < 0) return { name: undefined, cores };
  const name = text.slice(start, start + colon).trim();
  if (name === "") fail(text, start, "has a colon without a name before it");
  // deno-lint-ignore no-control-regex -- control characters are exactly what is looked for
  const bad = /[\s[\]\u0000-\u001f\u007f]/.exec(name)?.[0];
  if (bad !== undefined) {
    fail(
      text,
      start,
      `has ${JSON.stringify(bad)} in the name ${JSON.stringify(cut(name))}, which node lists cannot show`,
    );
  }
  return { name, cores };
}

function cut(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}

function fail(text: string, offset: number, problem: string): never {
  const subject = `Node specification ${JSON.stringify(cut(text))}`;
  throw new ResourceSpecError(`${subject}, at offset ${offset}: ${problem}; ${form}`, text, offset);
}
