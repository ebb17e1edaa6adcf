/**
 * Stands in for `@std/async` where its registry cannot be reached: what this project uses of it.
 *
 * @module
 */
export * from "./deadline.ts";
export * from "./delay.ts";
