/**
 * Assertions for programmer errors. A broken invariant is a bug in this package: it is never caught and never
 * shown as if the user had done something wrong.
 *
 * @module
 */

/** Says that this package is broken. Not exported to users and never caught. */
export class InvariantError extends Error {
  /** The name of the class. */
  override readonly name = "InvariantError";
}

/** Asserts what must be true if this package has no bug. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Asserts that a value is there, and returns it. */
export function present<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new InvariantError(`Missing: ${what}`);
  return value;
}
