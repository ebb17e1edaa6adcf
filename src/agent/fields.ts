/**
 * Reads the elements of a message, each with its type: nothing that comes from outside is believed.
 *
 * @module
 */

import { excerptOf, ProtocolError } from "./protocol_error.ts";

/** Throws unless `condition` holds. */
export function require(condition: boolean, what: string, value: unknown): asserts condition {
  if (!condition) throw new ProtocolError(`${what}, got ${excerptOf(JSON.stringify(value) ?? "nothing")}`);
}

/** A whole number from 0 on that a double holds exactly. */
export function readCount(value: unknown, what: string): number {
  require(Number.isSafeInteger(value) && (value as number) >= 0, `${what} must be a whole number from 0 on`, value);
  return value as number;
}

/** A number from 0 on. */
export function readAmount(value: unknown, what: string): number {
  require(typeof value === "number" && value >= 0 && value < Infinity, `${what} must be a number from 0 on`, value);
  return value;
}

/** A text. */
export function readText(value: unknown, what: string): string {
  require(typeof value === "string", `${what} must be a text`, value);
  return value;
}

/** One of a few texts. */
export function readChoice<T extends string>(value: unknown, choices: readonly T[], what: string): T {
  require(choices.includes(value as T), `${what} must be one of ${choices.join(", ")}`, value);
  return value as T;
}

/** An object with members. */
export function readMembers(value: unknown, what: string): Readonly<Record<string, unknown>> {
  require(typeof value === "object" && value !== null && !Array.isArray(value), `${what} must be an object`, value);
  return value as Record<string, unknown>;
}

/** An object whose members are texts. */
export function readTexts(value: unknown, what: string): Readonly<Record<string, string>> {
  const members = readMembers(value, what);
  for (const name in members) readText(members[name], `${name} of ${what}`);
  return members as Record<string, string>;
}

/** An array, each of whose elements `read` accepts. */
export function readList<T>(value: unknown, read: (value: unknown, what: string) => T, what: string): readonly T[] {
  require(Array.isArray(value), `${what} must be an array`, value);
  for (const element of value) read(element, `an element of ${what}`);
  return value as T[];
}

/** Reads a member that may be absent. */
export function readOptional<T>(
  value: unknown,
  read: (value: unknown, what: string) => T,
  what: string,
): T | undefined {
  return value === undefined ? undefined : read(value, what);
}
