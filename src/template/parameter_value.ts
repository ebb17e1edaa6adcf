/**
 * What becomes of a parameter's value: a copy of it outside quotes, a text inside them.
 *
 * @module
 */

import { isWrittenNumber, numberOf } from "../base/written_number.ts";
import { depthMax } from "./parse_value.ts";
import type { ParameterValue } from "./types.ts";

/** A value that JSON cannot hold; {@linkcode fillTemplate} turns it into an error that names the placeholder. */
export class UnusableValue {
  /** What is wrong, as the end of a sentence that starts with the placeholder. */
  readonly problem: string;

  /** Says that what stands at `path` within the value is `what`. */
  constructor(path: string, what: string) {
    this.problem = path === "" ? `has a value that is ${what}` : `has a value whose ${path} is ${what}`;
  }
}

/** Copies a value, so that a later change of it changes no job. Throws {@linkcode UnusableValue}. */
export function copyValue(value: unknown): ParameterValue {
  return copyAt(value, "", []);
}

/**
 * Writes a value as it stands inside quotes: a text as it is, a number in decimal, `True`, `False` and `None` as
 * QCG-PilotJob spelt them, lists and objects as JSON. Throws {@linkcode UnusableValue}.
 */
export function quotedText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "bigint") return String(value);
  const copy = copyValue(value);
  if (copy === null) return "None";
  if (typeof copy === "boolean") return copy ? "True" : "False";
  return typeof copy === "object" ? JSON.stringify(copy) : String(copy);
}

/**
 * Sets an own property of any name. Plain assignment of `__proto__` changes the prototype instead, where that accessor
 * exists: Deno removes it, `--unstable-unsafe-proto` brings it back.
 */
export function setOwn(target: Record<string, ParameterValue>, key: string, value: ParameterValue): void {
  if (key !== "__proto__") target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function copyAt(value: unknown, path: string, around: readonly object[]): ParameterValue {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw new UnusableValue(path, `${value}, which is not a finite number`);
      return value;
    case "bigint":
      return numberOf(String(value)) as ParameterValue;
    case "object":
      if (isWrittenNumber(value)) return value as unknown as ParameterValue;
      return value === null ? null : copyObject(value, path, around);
    default:
      throw new UnusableValue(path, value === undefined ? "undefined" : `a ${typeof value}`);
  }
}

function copyObject(value: object, path: string, around: readonly object[]): ParameterValue {
  if (around.includes(value)) throw new UnusableValue(path, "cyclic: it contains itself");
  if (around.length === depthMax) throw new UnusableValue(path, `nested deeper than ${depthMax} levels`);
  const inner = [...around, value];
  if (Array.isArray(value)) {
    const items: ParameterValue[] = [];
    // By index and not by map(), which would pass over the holes of a sparse array.
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      items.push(typeof item === "string" ? item : copyAt(item, `${path}[${index}]`, inner));
    }
    return items;
  }
  if (!isPlain(value)) {
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    const what = tag === "Object" ? "an instance of a class" : `a ${tag}`;
    throw new UnusableValue(path, `${what}; give a text, number, list or plain object`);
  }
  const copy: Record<string, ParameterValue> = {};
  for (const [key, item] of Object.entries(value)) {
    setOwn(copy, key, copyAt(item, `${path}[${JSON.stringify(key)}]`, inner));
  }
  return copy;
}

/** Says whether an object is a literal or without prototype; also one of another realm, as `node:vm` makes. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
