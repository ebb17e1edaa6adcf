/**
 * Stands in for `@std/cli` where its registry cannot be reached: what this project uses of it.
 *
 * @module
 */
export { parseArgs } from "./parse_args.ts";
export type { Args, ParseOptions } from "./types.ts";
