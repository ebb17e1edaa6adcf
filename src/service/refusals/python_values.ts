/**
 * JSON values as Python sees them: the names of their types, what counts as true, and what cannot be compared. Some of
 * QCG-PilotJob's refusals are what Python itself says of such a value.
 *
 * @module
 */

import { isWrittenNumber } from "../../base/written_number.ts";

/** What a Python expression comes to, or what is said when it cannot be computed. */
export type Compared = { readonly holds: boolean } | { readonly refusal: string };

/** The name of a value's type. */
export function typeName(value: unknown): string {
  switch (typeof value) {
    case "string":
      return "str";
    case "boolean":
      return "bool";
    case "number":
      return Number.isInteger(value) ? "int" : "float";
    default:
      if (isWrittenNumber(value)) return /[.eE]/.test(value.rawJSON) ? "float" : "int";
      if (Array.isArray(value)) return "list";
      return value === null || value === undefined ? "NoneType" : "dict";
  }
}

/** Whether a value is a dictionary. */
export function isDict(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeName(value) === "dict";
}

/** Whether a value counts as an integer; `true` does. */
export function isInt(value: unknown): boolean {
  return ["int", "bool"].includes(typeName(value));
}

/** Whether a value counts as true: empty texts, lists and dictionaries do not. */
export function isTruthy(value: unknown): boolean {
  if (isWrittenNumber(value)) return Number(value.rawJSON) !== 0;
  if (Array.isArray(value)) return value.length > 0;
  return isDict(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** Whether a key of a dictionary is there and not `None`. */
export function hasValue(dict: object, key: string): boolean {
  return keyValue(dict, key) !== undefined;
}

/** The value of a key; `undefined` for one that is absent or `None`. */
export function keyValue(dict: object, key: string): unknown {
  return Object.hasOwn(dict, key) ? (dict as Readonly<Record<string, unknown>>)[key] ?? undefined : undefined;
}

/** A number's value; `true` is 1. */
export function numberValue(value: unknown): number {
  return Number(isWrittenNumber(value) ? value.rawJSON : value);
}

/** Compares two values as Python does. */
export function compare(left: unknown, operator: "<" | ">" | ">=", right: unknown): Compared {
  const holds = (a: number | string, b: number | string) =>
    operator === "<" ? a < b : operator === ">" ? a > b : a >= b;
  if (typeof left === "string" && typeof right === "string") return { holds: holds(left, right) };
  if (isNumeric(left) && isNumeric(right)) return { holds: holds(numberValue(left), numberValue(right)) };
  const types = `'${typeName(left)}' and '${typeName(right)}'`;
  return { refusal: `'${operator}' not supported between instances of ${types}` };
}

/** What is said of the first key of a dictionary that a constructor does not know; `undefined` if it knows all. */
export function unexpectedKey(className: string, dict: object, known: readonly string[]): string | undefined {
  const key = Object.keys(dict).find((name) => !known.includes(name));
  return key === undefined ? undefined : `${className}.__init__() got an unexpected keyword argument '${key}'`;
}

/** What is said of a value that is no text where one is needed. */
export function notText(value: unknown): string {
  return `expected string or bytes-like object, got '${typeName(value)}'`;
}

/** What `int()` says of a text; `undefined` if it is a number. */
export function notInt(text: string): string | undefined {
  return /^\s*[+-]?\d+(?:_\d+)*\s*$/.test(text) ? undefined : `invalid literal for int() with base 10: '${text}'`;
}

function isNumeric(value: unknown): boolean {
  return ["int", "float", "bool"].includes(typeName(value));
}
