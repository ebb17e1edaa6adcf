/**
 * Slurm's lists of nodes, such as `n[1-3,007-010],m2,r[1-2]c[0-3]`.
 *
 * @module
 */

import { refuse } from "./spec_error.ts";

/** The most nodes of a list. */
export const listedNodesMax: number = 100_000;

/** More digits than these no host has in its name, and a number holds them exactly. */
const digitsMax = 15;
const noun = "Node list";

/** A part of an item: a text, or numbers as they are written. */
type Piece = string | readonly Run[];

/** Numbers from one to another, with leading zeros up to a width. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

/**
 * Reads a list of nodes. Numbers keep their leading zeros; with several brackets in a name the last one runs fastest.
 *
 * @returns The names, in the order of the list.
 * @throws {ResourceSpecError} If the text is no list, names a node twice, or more than {@linkcode listedNodesMax}.
 *
 * @example Ranges and leading zeros
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseNodeList("n[1-2,09-10],m2"), ["n1", "n2", "n09", "n10", "m2"]);
 * ```
 */
export function parseNodeList(text: string): string[] {
  const names: string[] = [];
  const seen = new Set<string>();
  for (let at = 0; at <= text.length;) {
    const item = readItem(text, at);
    if (names.length + countNames(item.pieces) > listedNodesMax) {
      refuse(noun, text, at, `has more than ${listedNodesMax} nodes`);
    }
    for (const name of expand(item.pieces)) {
      if (seen.has(name)) refuse(noun, text, at, `names the node ${JSON.stringify(name)} twice`);
      seen.add(name);
      names.push(name);
    }
    at = item.end + 1;
  }
  return names;
}

/**
 * Writes nodes as a list, in their order; neighbours that differ in their last number only are joined.
 *
 * @example What was written is read as the same
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatNodeList(["n1", "n2", "n4", "m"]), "n[1-2,4],m");
 * ```
 */
export function formatNodeList(names: readonly string[]): string {
  const items: { readonly prefix: string; readonly runs: Run[]; readonly suffix: string }[] = [];
  for (const name of names) {
    const { prefix, digits, suffix } = splitName(name);
    const last = items.at(-1);
    const isLike = last !== undefined && digits !== "" && last.runs.length > 0 && last.prefix === prefix &&
      last.suffix === suffix;
    const run = digits === "" ? undefined : { from: Number(digits), to: Number(digits), width: digits.length };
    if (!isLike) items.push({ prefix, runs: run === undefined ? [] : [run], suffix });
    else if (!lengthen(last.runs, run!)) last.runs.push(run!);
  }
  return items.map(({ prefix, runs, suffix }) => prefix + formatRuns(runs) + suffix).join(",");
}

/** Reads from `start` up to the comma after the item, or the end. */
function readItem(text: string, start: number): { readonly pieces: readonly Piece[]; readonly end: number } {
  const pieces: Piece[] = [];
  let at = start;
  while (at < text.length && text[at] !== ",") {
    if (text[at] === "[") {
      const close = text.indexOf("]", at);
      if (close < 0) refuse(noun, text, at, "has a bracket that is not closed");
      pieces.push(readRuns(text, at + 1, close));
      at = close + 1;
    } else {
      const [plain = ""] = /^[^,[\]\s]+/.exec(text.slice(at, at + 1024)) ?? [];
      if (plain === "") refuse(noun, text, at, `has ${JSON.stringify(text[at])} in the name of a node`);
      pieces.push(plain);
      at += plain.length;
    }
  }
  if (at === start) refuse(noun, text, at, "lacks the name of a node");
  return { pieces, end: at };
}

function readRuns(text: string, start: number, end: number): readonly Run[] {
  const runs: Run[] = [];
  let at = start;
  for (const part of text.slice(start, end).split(",")) {
    const [, low, high = low] = /^([0-9]+)(?:-([0-9]+))?$/.exec(part) ?? [];
    if (low === undefined || high === undefined || high.length > digitsMax) {
      refuse(noun, text, at, `has ${JSON.stringify(part.slice(0, 40))} in brackets instead of a number or a range`);
    }
    const run = { from: Number(low), to: Number(high), width: low.length };
    if (run.to < run.from) refuse(noun, text, at, `has the range ${part}, which ends before it begins`);
    runs.push(run);
    at += part.length + 1;
  }
  return runs;
}

function countNames(pieces: readonly Piece[]): number {
  const lengthOf = (runs: readonly Run[]) => runs.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  return pieces.reduce((product, piece) => product * (typeof piece === "string" ? 1 : lengthOf(piece)), 1);
}

function* expand([piece, ...others]: readonly Piece[]): Generator<string> {
  if (piece === undefined) return yield "";
  for (const beginning of typeof piece === "string" ? [piece] : numbersOf(piece)) {
    for (const rest of expand(others)) yield beginning + rest;
  }
}

function* numbersOf(runs: readonly Run[]): Generator<string> {
  for (const { from, to, width } of runs) {
    for (let number = from; number <= to; number++) yield String(number).padStart(width, "0");
  }
}

/** The last number of a name, and what stands around it. */
function splitName(name: string): { readonly prefix: string; readonly digits: string; readonly suffix: string } {
  const [, prefix = "", digits = "", suffix = ""] = /^(.*?)([0-9]{1,15})([^0-9]*)$/.exec(name) ?? [];
  return digits === "" ? { prefix: name, digits, suffix } : { prefix, digits, suffix };
}

/** Adds a number to the last run, if it is the next one, written alike. */
function lengthen(runs: Run[], { from, width }: Run): boolean {
  const last = runs.at(-1)!;
  const isPadded = String(last.from).length < last.width;
  const isWrittenAlike = width === last.width || (!isPadded && width === String(from).length && width > last.width);
  if (from !== last.to + 1 || !isWrittenAlike) return false;
  runs[runs.length - 1] = { ...last, to: from };
  return true;
}

function formatRuns(runs: readonly Run[]): string {
  const [first] = runs;
  if (first === undefined) return "";
  const write = (number: number, width: number) => String(number).padStart(width, "0");
  if (runs.length === 1 && first.from === first.to) return write(first.from, first.width);
  const parts = runs.map(({ from, to, width }) =>
    from === to ? write(from, width) : `${write(from, width)}-${write(to, width)}`
  );
  return `[${parts.join(",")}]`;
}
