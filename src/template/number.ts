/**
 * Reads one number.
 *
 * @module
 */

import type { Scanner } from "./scanner.ts";
import type { ConstantNode } from "./syntax.ts";

/** Everything that somebody may have meant as one number; what is wrong with it is found afterwards. */
const numberLike = /[+-]?(?:[eE][+-]|[0-9A-Za-z_.])*/y;
const numberForm = /^[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

/** Passes over the number that starts at the current offset, refusing what a JavaScript number cannot hold. */
export function scanNumber(scanner: Scanner): ConstantNode {
  const start = scanner.offset;
  const written = scanner.match(numberLike)![0];
  const shown = written.length > 30 ? `${written.slice(0, 30)}…` : written;
  if (!numberForm.test(written)) {
    scanner.fail(`"${shown}" is not a number: write it in decimal, such as -5, 0.25 or 1e5`, start);
  }
  const value = Number(written);
  if (!Number.isFinite(value)) scanner.fail(`the number ${shown} is too large`, start);
  if (/^[+-]?[0-9]+$/.test(written) && !keepsInteger(written.replace("+", ""), value)) {
    scanner.fail(`the integer ${shown} is too large to be kept exactly: put it in quotes`, start);
  }
  return { kind: "constant", value };
}

/** Says whether `value` is the written integer, exactly or as JavaScript itself prints it. */
function keepsInteger(written: string, value: number): boolean {
  return Number.isSafeInteger(value) || BigInt(written) === BigInt(value) || String(value) === written;
}
