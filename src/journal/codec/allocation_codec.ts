/**
 * Allocations in a few bytes: nodes by their index in the header, cores as runs of numbers.
 *
 * @module
 */

import { invariant } from "../../base/assert.ts";
import type { NamedAllocation } from "../../resources/node.ts";
import { type ByteReader, type ByteWriter, MalformedRecord } from "./bytes.ts";
import type { Basis } from "./header.ts";

/** Core ids beyond are written as text. */
const coreIdMax = 2 ** 31;

/**
 * Writes an allocation.
 *
 * @param basis Where to look up names of nodes; without it they are written out.
 * @returns Whether it could be written: not if there is more in it than this format knows.
 */
export function writeAllocation(out: ByteWriter, allocation: NamedAllocation, basis: Basis | undefined): boolean {
  if (Object.keys(allocation).length !== 1) return false;
  out.varint(allocation.nodes.length);
  for (const node of allocation.nodes) {
    if (Object.keys(node).length !== 3) return false;
    const { name, cores, gpus } = node;
    const index = basis?.indexes.get(name);
    if (index === undefined && !name.isWellFormed()) return false;
    out.varint((index === undefined ? 0 : index + 1) * 2 + (gpus.length > 0 ? 1 : 0));
    if (index === undefined) out.text(name);
    if (!writeIds(out, cores) || (gpus.length > 0 && !writeIds(out, gpus))) return false;
  }
  return true;
}

/** Reads an allocation. */
export function readAllocation(from: ByteReader, basis: Basis | undefined): NamedAllocation {
  const nodes: NamedAllocation["nodes"][number][] = [];
  for (let left = from.varint(); left > 0; left--) {
    const reference = from.varint();
    const name = reference < 2 ? from.text() : basis?.names[(reference >>> 1) - 1];
    if (name === undefined) throw new MalformedRecord("it refers to a node that no header names");
    const cores = readIds(from);
    nodes.push({ name, cores, gpus: reference % 2 === 1 ? readIds(from) : [] });
  }
  return { nodes };
}

/** Numbers go as runs, `(distance from the run before, length - 1)`; if one id is no number, all go as texts. */
function writeIds(out: ByteWriter, ids: readonly string[]): boolean {
  const runs = findRuns(ids);
  if (runs === undefined) {
    if (!ids.every((id) => id.isWellFormed())) return false;
    out.varint(ids.length * 2 + 1);
    for (const id of ids) out.text(id);
    return true;
  }
  out.varint(runs.length);
  let [end, count] = [0, 0];
  for (let i = 0; i < runs.length; i += 2) {
    out.signed(runs[i]! - end);
    out.varint(runs[i + 1]! - 1);
    end = runs[i]! + runs[i + 1]!;
    count += runs[i + 1]!;
  }
  invariant(count === ids.length, "Each core is in one run");
  return true;
}

/** The runs as start, length, start, length. */
function findRuns(ids: readonly string[]): readonly number[] | undefined {
  const runs: number[] = [];
  let next = -1;
  for (const id of ids) {
    const number = Number(id);
    if (!(number >= 0 && number < coreIdMax) || String(number) !== id || !Number.isInteger(number)) return undefined;
    if (number === next) runs[runs.length - 1]!++;
    else runs.push(number, 1);
    next = number + 1;
  }
  return runs;
}

function readIds(from: ByteReader): string[] {
  const size = from.varint();
  const ids: string[] = [];
  if (size % 2 === 1) {
    for (let left = (size - 1) / 2; left > 0; left--) ids.push(from.text());
    return ids;
  }
  let end = 0;
  for (let left = size / 2; left > 0; left--) {
    const start = end + from.signed();
    end = start + from.varint() + 1;
    if (start < 0 || end > coreIdMax || end - start > runLengthMax) throw new MalformedRecord("a core in it cannot be");
    for (let id = start; id < end; id++) ids.push(String(id));
  }
  return ids;
}

/** No node has so many cores; a longer run is nonsense that would fill the memory. */
const runLengthMax = 2 ** 20;
