/**
 * Stands in for `@std/path` where its registry cannot be reached: what this project uses of it, on POSIX paths.
 *
 * @module
 */
export { basename, dirname } from "./parts.ts";
export { extname, isAbsolute, join, normalize, relative, resolve } from "./join.ts";
