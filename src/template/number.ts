/**
 * Reads one number.
 *
 * @module
 */

import { numberOf, type WrittenNumber } from "../base/written_number.ts";
import type { Scanner } from "./scanner.ts";
import type { ConstantNode } from "./syntax.ts";

/** Everything that may be meant as one number; what is wrong with it is found afterwards. */
const numberLike = /[+-]?(?:[eE][+-]|[0-9A-Za-z_.])*/y;
const decimal = /^(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const based = /^0(?:[xX][0-9A-Fa-f]+|[oO][0-7]+|[bB][01]+)$/;
/** An underscore may stand between digits, and after the letter of the base, as in Python. */
const groupedDigits = /(?<=[0-9A-Fa-fxXoObB])_(?=[0-9A-Fa-f])/g;

/** Passes over the number that starts at the current offset. Its digits are kept where JavaScript would change them. */
export function scanNumber(scanner: Scanner): ConstantNode {
  const start = scanner.offset;
  const written = scanner.match(numberLike)![0];
  const shown = written.length > 30 ? `${written.slice(0, 30)}…` : written;
  const digits = written.replace(/^[+-]/, "").replace(groupedDigits, "");
  const isBased = based.test(digits);
  if (!isBased && !decimal.test(digits)) {
    scanner.fail(`"${shown}" is not a number: write it in decimal, such as -5, 0.25 or 1e5`, start);
  }
  const value = numberOf(`${written.startsWith("-") ? "-" : ""}${isBased ? BigInt(digits) : complete(digits)}`);
  if (!isFinite(value)) scanner.fail(`the number ${shown} is too large`, start);
  return { kind: "constant", value };
}

/** Writes `.5` and `5.` as JSON has them: `0.5` and `5.0`. */
function complete(digits: string): string {
  return digits.replace(/^\./, "0.").replace(/\.(?![0-9])/, ".0");
}

function isFinite(value: number | WrittenNumber): boolean {
  return Number.isFinite(typeof value === "number" ? value : Number(value.rawJSON));
}
