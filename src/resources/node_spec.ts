/**
 * The node specification: the text that names virtual nodes and counts their cores, such as `n1:2,n2:3`.
 *
 * @module
 */

import { ResourceSpecError } from "../errors.ts";
import type { Node } from "./node.ts";

/** The most cores of one node. */
export const nodeCoresMax: number = 65_536;
/** The most nodes of a specification. */
export const specNodesMax: number = 100_000;
/** The most cores of a specification in all: their lists stay within some 128 MiB. */
export const specCoresMax: number = 2 ** 24;

const form = 'a node specification is a list of "cores" or "name:cores", such as "4", "4,2,2" or "n1:2,n2:3"';

/** One item of the text. */
interface Item {
  /** The name it gives, if it gives one. */
  readonly name: string | undefined;
  readonly cores: number;
}

/**
 * Reads a node specification: items `[name:]cores`, separated by commas. The count is what follows the last colon.
 *
 * Nodes without a name are called `n` and their position, counted from 0 over all items; if an item claims that name,
 * the next free one is taken (QCG-PilotJob then has two nodes of one name). Blanks around names and counts are ignored.
 *
 * @param text The specification, not empty.
 * @returns The nodes in the order of the text, with cores `"0"`, `"1"`, …, and unique names.
 * @throws {ResourceSpecError} If an item has no count from 1 to {@linkcode nodeCoresMax}, a name is empty, given twice or
 * holds a character that node lists cannot show, or there are more than {@linkcode specNodesMax} nodes or
 * {@linkcode specCoresMax} cores.
 *
 * @example Named and unnamed nodes
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseNodeSpec("big:8,2").map((node) => [node.name, node.coreIds.length]), [["big", 8], ["n1", 2]]);
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
    return { name, coreIds: ids, gpuIds: [], memoryMiB: 0 };
  });
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

function parseItem(text: string, start: number, end: number): Item {
  const colon = text.slice(start, end).lastIndexOf(":");
  const countStart = start + colon + 1;
  const digits = text.slice(countStart, end).trim();
  if (digits === "") fail(text, countStart, "lacks a count of cores; it must not be less than 1");
  if (!/^[0-9]+$/.test(digits)) {
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
