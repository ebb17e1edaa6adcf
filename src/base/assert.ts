/**
 * Assertions for programmer errors. A broken invariant is a bug in this package: it is never caught and never
 * shown as if the user had done something wrong.
 *
 * @module
 */

import { AssertionError } from "@std/assert/assertion-error";

/** Says that this package is broken: a failed assertion of ours. Not exported to users and never caught. */
export class InvariantError extends AssertionError {
  /** The name of the class. */
  override readonly name = "InvariantError";
}

/**
 * Asserts what must be true if this package has no bug.
 *
 * @param condition What must hold.
 * @param message What is wrong if it does not. Where tasks come by in great numbers, a function that makes it: a text
 * with a number in it costs more than most checks.
 * @throws {InvariantError} If it does not hold.
 */
export function invariant(condition: unknown, message: string | (() => string)): asserts condition {
  if (!condition) throw new InvariantError(typeof message === "string" ? message : message());
}

/**
 * Asserts that a value is there, and returns it.
 *
 * @param value The value.
 * @param what What it is, for the message.
 * @throws {InvariantError} If it is `undefined` or `null`.
 */
export function present<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new InvariantError(`Missing: ${what}`);
  return value;
}
