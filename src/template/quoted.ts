/**
 * Reads quoted texts: the escapes of JSON and of Python, raw texts, three quotes, texts that stand side by side, and the
 * placeholders between the quotes.
 *
 * @module
 */

import { scanPlaceholder } from "./placeholder.ts";
import type { Scanner } from "./scanner.ts";
import type { ConstantNode, Placeholder, TextNode } from "./syntax.ts";

/** What one letter after a backslash stands for; an escaped line end joins the lines. */
const shortEscapes: ReadonlyMap<string, string> = new Map([
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["/", "/"],
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\n", ""],
]);

/** How many hexadecimal digits follow `\x`, `\u` and `\U`. */
const hexDigits: ReadonlyMap<string, number> = new Map([["x", 2], ["u", 4], ["U", 8]]);

/** What may stand before a quote: `r` for a raw text, `u` for nothing special; `b` and `f` are refused. */
const opening = /([A-Za-z]{0,2})('''|"""|'|")/y;

/** How one quoted text is written. */
interface Quoting {
  /** Where it begins. */
  readonly start: number;
  /** What closes it: one quote, or three. */
  readonly quote: string;
  /** Whether backslashes are plain letters. */
  readonly isRaw: boolean;
}

/** Says whether a quoted text comes next. */
export function startsQuoted(scanner: Scanner): boolean {
  opening.lastIndex = scanner.offset;
  return opening.test(scanner.text);
}

/** Passes over the quoted text that comes next, and over those that follow it directly: Python joins them. */
export function scanQuoted(scanner: Scanner): ConstantNode | TextNode {
  const parts: (string | Placeholder)[] = [];
  let end: number;
  do {
    scanParts(scanner, readOpening(scanner), parts);
    end = scanner.offset;
    scanner.skipSpace();
  } while (startsQuoted(scanner));
  scanner.offset = end;
  if (parts.some((part) => typeof part !== "string")) return { kind: "text", parts };
  return { kind: "constant", value: parts.join("") };
}

function readOpening(scanner: Scanner): Quoting {
  const start = scanner.offset;
  const [, prefix, quote] = scanner.match(opening)!;
  const kind = prefix!.toLowerCase();
  if (kind === "" || kind === "u" || kind === "r") return { start, quote: quote!, isRaw: kind === "r" };
  const name = kind.includes("f") ? "f-strings" : kind.includes("b") ? "bytes" : `texts with "${prefix}" in front`;
  return scanner.fail(`${name} are not part of the language: write a plain text`, start);
}

/** Reads up to the closing quote. */
function scanParts(scanner: Scanner, quoting: Quoting, parts: (string | Placeholder)[]): void {
  const { quote, isRaw } = quoting;
  let plain = "";
  while (!scanner.accept(quote)) {
    plain += scanner.match(/[^'"\\$\r\n]*/y)![0];
    const letter = scanner.peek();
    if (scanner.text.startsWith(quote, scanner.offset)) continue;
    if (letter === "") failUnclosed(scanner, quoting);
    else if (letter === "\n" || letter === "\r") {
      if (quote.length === 1) failUnclosed(scanner, quoting);
      scanner.match(/\r\n?|\n/y);
      plain += "\n";
    } else if (letter === "\\") plain += isRaw ? scanner.match(/\\[\\'"]?/y)![0] : scanEscape(scanner);
    else if (letter === "$" && scanner.subject === "template") {
      if (scanner.accept("$$")) plain += "$";
      else {
        if (plain !== "") parts.push(plain);
        plain = "";
        parts.push(scanPlaceholder(scanner));
      }
    } else {
      plain += letter;
      scanner.offset++;
    }
  }
  if (plain !== "") parts.push(plain);
}

function failUnclosed(scanner: Scanner, { quote, start }: Quoting): never {
  const isAtEnd = scanner.peek() === "";
  const { line, column } = scanner.positionOf(start);
  const advice = isAtEnd ? "" : '; write "\\n" for a line end inside quotes, or use three quotes';
  scanner.fail(
    `${isAtEnd ? "the text ends" : "the line ends"} before the closing ${quote} of the text that starts at line ` +
      `${line}, column ${column}${advice}`,
  );
}

/** Passes over a backslash and what it escapes. An unknown escape keeps its backslash, as in Python. */
function scanEscape(scanner: Scanner): string {
  const start = scanner.offset++;
  const letter = scanner.peek();
  const short = shortEscapes.get(letter);
  if (short !== undefined) {
    scanner.offset++;
    return short;
  }
  if (scanner.accept("\r\n") || scanner.accept("\r")) return "";
  const octal = scanner.match(/[0-7]{1,3}/y);
  if (octal !== null) return String.fromCharCode(parseInt(octal[0], 8));
  const digits = hexDigits.get(letter);
  if (digits === undefined) return "\\";
  scanner.offset++;
  const hex = scanner.match(/[0-9A-Fa-f]{1,8}/y)?.[0].slice(0, digits) ?? "";
  scanner.offset = start + 2 + hex.length;
  if (hex.length < digits) scanner.fail(`\\${letter} needs ${digits} hexadecimal digits`, start);
  const codePoint = parseInt(hex, 16);
  if (codePoint > 0x10ffff) scanner.fail(`\\${letter}${hex} is beyond the last Unicode character, 10ffff`, start);
  return String.fromCodePoint(codePoint);
}
