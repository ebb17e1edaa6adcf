/**
 * Reads one quoted text: the escapes of JSON and of Python, and the placeholders between its quotes.
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

/** Passes over the quoted text that starts at the current quote, single or double. */
export function scanQuoted(scanner: Scanner): ConstantNode | TextNode {
  const start = scanner.offset;
  const quote = scanner.peek();
  if (scanner.text.startsWith(quote.repeat(3), start)) scanner.fail("triple quotes are not part of the language");
  scanner.offset++;
  const parts: (string | Placeholder)[] = [];
  let plain = "";
  while (!scanner.accept(quote)) {
    plain += scanner.match(/[^'"\\$\r\n]*/y)![0];
    const letter = scanner.peek();
    if (letter === "" || letter === "\n" || letter === "\r") failUnclosed(scanner, quote, start);
    else if (letter === "\\") plain += scanEscape(scanner);
    else if (letter === "$" && scanner.subject === "template") {
      if (scanner.accept("$$")) plain += "$";
      else {
        if (plain !== "") parts.push(plain);
        plain = "";
        parts.push(scanPlaceholder(scanner));
      }
    } else if (letter !== quote) {
      plain += letter;
      scanner.offset++;
    }
  }
  if (parts.length === 0) return { kind: "constant", value: plain };
  if (plain !== "") parts.push(plain);
  return { kind: "text", parts };
}

function failUnclosed(scanner: Scanner, quote: string, start: number): never {
  const what = scanner.peek() === "" ? "the text ends" : "the line ends";
  const { line, column } = scanner.positionOf(start);
  const escape = scanner.peek() === "" ? "" : '; write "\\n" for a line end inside quotes';
  scanner.fail(
    `${what} before the closing ${quote} of the text that starts at line ${line}, column ${column}${escape}`,
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
