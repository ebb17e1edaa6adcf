/**
 * Stands in for `@std/assert` where its registry cannot be reached: the assertions that this project's tests use.
 *
 * @module
 */
export { AssertionError } from "./assertion_error.ts";
export { equal } from "./equal.ts";
export * from "./throws.ts";
export * from "./values.ts";
