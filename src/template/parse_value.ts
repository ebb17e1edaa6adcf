/**
 * The grammar of the value language, shared by template texts and by literals: JSON, and the Python form with single
 * and triple quotes, raw and joined texts, `True`, `False`, `None`, trailing commas, tuples, comments, and numbers such
 * as `0x10` and `1_000`.
 *
 * @module
 */

import { didYouMean } from "../base/near_miss.ts";
import { scanNumber } from "./number.ts";
import { scanPlaceholder } from "./placeholder.ts";
import { scanQuoted, startsQuoted } from "./quoted.ts";
import { Scanner } from "./scanner.ts";
import type { ArrayNode, ObjectEntry, ObjectNode, TemplateNode } from "./syntax.ts";

/** How deep lists and objects may be nested; deeper ones are an error instead of a stack overflow. */
export const depthMax = 200;

const words: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["null", null],
  ["None", null],
]);

/** Parses a whole text, which must be one value. */
export function parseValue(text: string, subject: "template" | "literal"): TemplateNode {
  const scanner = new Scanner(text, subject);
  scanner.accept("\uFEFF");
  scanner.skipSpace();
  const node = scanValue(scanner, 0);
  scanner.skipSpace();
  if (scanner.peek() === "") return node;
  const isKey = scanner.peek() === ":" && (node.kind === "constant" || node.kind === "text");
  const hint = isKey ? "; the braces { } around the whole text are missing" : "";
  return scanner.fail(`expected the end of the text, found ${scanner.found()}${hint}`);
}

function scanValue(scanner: Scanner, depth: number): TemplateNode {
  const letter = scanner.peek();
  if (startsQuoted(scanner)) return scanQuoted(scanner);
  if (letter === "{") return scanObject(scanner, deeper(scanner, depth));
  if (letter === "[") return scanArray(scanner, deeper(scanner, depth));
  if (letter === "(") return scanTuple(scanner, deeper(scanner, depth));
  if (letter === "$" && scanner.subject === "template") {
    if (scanner.text[scanner.offset + 1] === "$") scanner.fail('"$$" stands for a dollar, which may only be in quotes');
    return { kind: "bare", placeholder: scanPlaceholder(scanner) };
  }
  if (/[0-9.+-]/.test(letter)) return scanNumber(scanner);
  return scanWord(scanner);
}

function scanWord(scanner: Scanner): TemplateNode {
  const start = scanner.offset;
  const word = scanner.match(/[A-Za-z_][A-Za-z0-9_]*/y)?.[0];
  if (word === undefined) scanner.fail(`expected a value, found ${scanner.found()}`);
  const value = words.get(word);
  if (value !== undefined) return { kind: "constant", value };
  const shown = word.length > 30 ? `${word.slice(0, 30)}…` : word;
  const near = word.length > 30 ? "" : didYouMean(word, words.keys());
  scanner.fail(`expected a value, found the word "${shown}"${near}; a text needs quotes`, start);
}

function scanArray(scanner: Scanner, depth: number): ArrayNode {
  scanner.offset++;
  return { kind: "array", items: scanItems(scanner, "]", depth).items };
}

/** Reads `(1, 2)` and `(1,)` as lists; `(1)` is the value itself, as in Python. */
function scanTuple(scanner: Scanner, depth: number): TemplateNode {
  scanner.offset++;
  const { items, commas } = scanItems(scanner, ")", depth);
  return items.length === 1 && commas === 0 ? items[0]! : { kind: "array", items };
}

function scanItems(scanner: Scanner, close: string, depth: number): { items: TemplateNode[]; commas: number } {
  const items: TemplateNode[] = [];
  let commas = 0;
  for (;;) {
    scanner.skipSpace();
    if (scanner.accept(close)) return { items, commas };
    items.push(scanValue(scanner, depth));
    scanner.skipSpace();
    if (scanner.accept(",")) commas++;
    else if (scanner.accept(close)) return { items, commas };
    else scanner.fail(`expected "," or "${close}", found ${scanner.found()}`);
  }
}

function scanObject(scanner: Scanner, depth: number): ObjectNode {
  scanner.offset++;
  const entries: ObjectEntry[] = [];
  const offsets = new Map<unknown, number>();
  for (;;) {
    scanner.skipSpace();
    if (scanner.accept("}")) return { kind: "object", entries };
    const start = scanner.offset;
    const entry = scanEntry(scanner, depth);
    if (entry.key.kind === "constant") refuseSecond(scanner, entry.key.value, start, offsets);
    entries.push(entry);
    scanner.skipSpace();
    if (scanner.accept(",")) continue;
    if (scanner.accept("}")) return { kind: "object", entries };
    scanner.fail(`expected "," or "}", found ${scanner.found()}`);
  }
}

function refuseSecond(scanner: Scanner, key: unknown, offset: number, offsets: Map<unknown, number>): void {
  const first = offsets.get(key);
  offsets.set(key, offset);
  if (first === undefined) return;
  const { line, column } = scanner.positionOf(first);
  scanner.fail(
    `the key ${JSON.stringify(key)} stands twice in one object, first at line ${line}, column ${column}`,
    offset,
  );
}

function scanEntry(scanner: Scanner, depth: number): ObjectEntry {
  if (!startsQuoted(scanner)) scanner.fail(`expected a key in quotes, found ${scanner.found()}`);
  const key = scanQuoted(scanner);
  scanner.skipSpace();
  if (!scanner.accept(":")) scanner.fail(`expected ":" after the key, found ${scanner.found()}`);
  scanner.skipSpace();
  return { key, value: scanValue(scanner, depth) };
}

function deeper(scanner: Scanner, depth: number): number {
  if (depth === depthMax) scanner.fail(`nested deeper than ${depthMax} levels`);
  return depth + 1;
}
