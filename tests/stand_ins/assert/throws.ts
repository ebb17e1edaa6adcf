/**
 * Assertions about functions that throw and promises that reject.
 *
 * @module
 */
import { refuse } from "./assertion_error.ts";

/** A class of errors, abstract or not. */
// deno-lint-ignore no-explicit-any -- A parameter list that every constructor fits cannot be written otherwise.
export type ErrorConstructorOf<E extends Error> = abstract new (...args: any[]) => E;

/** Asserts that `fn` throws anything. Returns what was thrown. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Asserts that `fn` throws an error of a class, with a text in its message. Returns the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorConstructorOf<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  classOrMessage?: ErrorConstructorOf<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const expected = expectation(classOrMessage, msgIncludes, msg);
  try {
    fn();
  } catch (error) {
    return checkError(error, expected);
  }
  refuse("Expected function to throw", expected.msg);
}

/** Asserts that `fn` returns a promise that rejects with anything. Resolves to the reason. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Asserts that `fn` returns a promise that rejects with an error of a class. Resolves to the error. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorConstructorOf<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  classOrMessage?: ErrorConstructorOf<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const expected = expectation(classOrMessage, msgIncludes, msg);
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch {
    refuse("Function throws when expected to reject", expected.msg);
  }
  if (typeof promise?.then !== "function") refuse("Function did not return a promise", expected.msg);
  try {
    await promise;
  } catch (error) {
    return checkError(error, expected);
  }
  refuse("Expected function to reject", expected.msg);
}

interface Expectation {
  readonly errorClass: ErrorConstructorOf<Error> | undefined;
  readonly msgIncludes: string | undefined;
  readonly msg: string | undefined;
}

function expectation(
  classOrMessage: ErrorConstructorOf<Error> | string | undefined,
  msgIncludes: string | undefined,
  msg: string | undefined,
): Expectation {
  if (typeof classOrMessage === "string") return { errorClass: undefined, msgIncludes: undefined, msg: classOrMessage };
  return { errorClass: classOrMessage, msgIncludes, msg };
}

/** Without a class anything may be thrown; with one it must be an error. */
function checkError(error: unknown, { errorClass, msgIncludes, msg }: Expectation): unknown {
  if (errorClass === undefined) return error;
  if (!(error instanceof Error)) refuse("A non-Error object was thrown or rejected", msg);
  const isInstance: boolean = error instanceof errorClass;
  if (!isInstance) {
    refuse(`Expected error to be instance of "${errorClass.name}", but was "${error.constructor.name}"`, msg);
  }
  if (msgIncludes !== undefined && !error.message.includes(msgIncludes)) {
    refuse(`Expected error message to include ${JSON.stringify(msgIncludes)}, but got "${error.message}"`, msg);
  }
  return error;
}
