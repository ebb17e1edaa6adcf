/**
 * The version of this package.
 *
 * @module
 */

/** The version of this package; a test keeps it equal to the one in `deno.json`. */
export const version: string = "0.1.0";
