/**
 * The first look at what a user submitted: a frozen copy of plain JSON, its variables replaced. Everything after it
 * reads the copy, so that no getter, prototype or later change of the user's object can play a part.
 *
 * @module
 */

import { isByteText } from "../base/byte_text.ts";
import { isWrittenNumber, type WrittenNumber } from "../base/written_number.ts";
import { JobDescriptionError } from "../errors.ts";

/** What stands for no value, where one may be left out: the same as leaving it out. */
export type Absent = null | undefined;

/** What is passed on as text. What is no text is written as one: `1.5`, `true`, `null`. */
export type Scalar = null | boolean | number | string;

/** A JSON value. A number that JavaScript would write in another way is kept as it was written. */
export type Json = Scalar | WrittenNumber | readonly Json[] | JsonObject;

/** A JSON object. Read it by `Object.hasOwn` or entries only: `__proto__` may be one of its own keys. */
export interface JsonObject {
  /** The value of each own key. */
  readonly [key: string]: Json;
}

/** The deepest nesting that a description may have; real ones have about six levels. */
export const jsonDepthMax: number = 64;

/** Where something is in a job description. */
export interface Spot {
  /** The job, when it has a name. */
  readonly jobName: string | undefined;
  /** The path: `execution.args[2]`; empty for the whole job. */
  readonly path: string;
}

/**
 * Makes the error for what is wrong at a spot.
 *
 * @param spot Where.
 * @param problem What is wrong and what would be right, as the rest of a sentence that starts with the path.
 * @param isMissing Whether something is missing there; else what stands there is wrong.
 */
export function problemAt({ jobName, path }: Spot, problem: string, isMissing = false): JobDescriptionError {
  const job = jobName === undefined ? "Job without a name" : `Job ${JSON.stringify(jobName)}`;
  const message = `${job}: ${path === "" ? "the description" : path} ${problem}`;
  return new JobDescriptionError(message, { jobName, path, problem, isMissing });
}

/**
 * Throws {@linkcode problemAt}.
 *
 * @throws {JobDescriptionError} Always.
 */
export function refuse(spot: Spot, problem: string, isMissing = false): never {
  throw problemAt(spot, problem, isMissing);
}

/** Appends a key to a path: `execution.env.HOME`, `execution.env["my var"]`. */
export function keyPath(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(cut(key))}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** Names a value in a sentence: `the number 5`, `the text "abc"`, `an array`. */
export function nameValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `the text ${JSON.stringify(cut(value))}`;
    case "number":
      return `the number ${value}`;
    case "undefined":
    case "boolean":
      return String(value);
    case "object":
      if (isWrittenNumber(value)) return `the number ${cut(value.rawJSON)}`;
      return value === null ? "null" : Array.isArray(value) ? "an array" : nameObject(value);
    default:
      return `a ${typeof value}`;
  }
}

/** Says `an object` of a plain one, else which class it has: a Map or a Date holds nothing that JSON could say. */
function nameObject(value: object): string {
  const tag = Object.prototype.toString.call(value).slice("[object ".length, -1);
  return tag === "Object" ? "an object" : `an object of class ${tag}`;
}

/** Shortens a text that goes into an error message. */
function cut(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/**
 * Copies a JSON value.
 *
 * @param value The value. A key whose value is `undefined` counts as absent.
 * @param spot Where it stands.
 * @param replace Is called with every string, keys too, and its path, and returns what stands in the copy.
 * @returns The deep-frozen copy.
 * @throws {JobDescriptionError} If something in it is not JSON, a string cannot be passed to a program, two keys of an
 * object become one, or the nesting is deeper than {@linkcode jsonDepthMax}.
 */
export function copyJson(value: unknown, spot: Spot, replace: (text: string, path: string) => string): Json {
  return copy(value, spot.path, 0);

  function copy(value: unknown, path: string, depth: number): Json {
    if (typeof value === "string") return copyText(value, path);
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (typeof value === "boolean" || value === null || isWrittenNumber(value)) return value;
    if (depth >= jsonDepthMax) refuse({ ...spot, path }, `is nested deeper than ${jsonDepthMax} levels`);
    if (Array.isArray(value)) return copyArray(value, path, depth);
    if (typeof value === "object" && nameObject(value) === "an object") return copyObject(value, path, depth);
    refuse({ ...spot, path }, `must be a JSON value, not ${nameValue(value)}`);
  }

  function copyText(text: string, path: string): string {
    const copied = replace(text, path);
    if (copied.includes("\0")) refuse({ ...spot, path }, "contains a NUL character, which no program can be given");
    // Bytes that are no UTF-8 are written as Python writes them: they go back to bytes when the task is launched.
    if (!isByteText(copied)) refuse({ ...spot, path }, "contains half a surrogate pair, which is not Unicode text");
    return copied;
  }

  function copyArray(array: readonly unknown[], path: string, depth: number): Json {
    const copied: Json[] = [];
    for (let i = 0; i < array.length; i++) copied.push(copy(array[i], `${path}[${i}]`, depth + 1));
    return Object.freeze(copied);
  }

  function copyObject(object: object, path: string, depth: number): Json {
    const entries = new Map<string, Json>();
    for (const [rawKey, entry] of Object.entries(object)) {
      if (entry === undefined) continue;
      const entryPath = keyPath(path, rawKey);
      const key = copyText(rawKey, entryPath);
      if (entries.has(key)) refuse({ ...spot, path: entryPath }, `becomes a second key ${JSON.stringify(cut(key))}`);
      entries.set(key, copy(entry, entryPath, depth + 1));
    }
    // `fromEntries` defines keys instead of assigning them: a key `__proto__` stays an ordinary key.
    return Object.freeze(Object.fromEntries(entries));
  }
}
