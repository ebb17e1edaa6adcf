/**
 * The error of a failed assertion.
 *
 * @module
 */

/** Says that an assertion failed. */
export class AssertionError extends Error {
  override readonly name: string = "AssertionError";
}

/** Throws an {@linkcode AssertionError}; a message of the caller's goes behind a colon. */
export function refuse(sentence: string, message?: string, detail = ""): never {
  throw new AssertionError(message ? `${sentence}: ${message}${detail}` : `${sentence}.${detail}`);
}
