/**
 * Stands in for `@std/cli` where its registry cannot be reached: what this project uses of it.
 *
 * @module
 */
export { type Args, parseArgs, type ParseOptions } from "./parse_args.ts";
export { unicodeWidth } from "./unicode_width.ts";
