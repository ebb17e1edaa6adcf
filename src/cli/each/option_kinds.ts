/**
 * What the tables of options of `qcgpj each` are written with.
 *
 * @module
 */

import type { OptionKind, OptionSpec } from "../../service/arguments.ts";

/** An option that takes no value. */
export const flag: OptionKind = { kind: "flag" };
/** An option that takes a text. */
export const text: OptionKind = { kind: "text" };
/** An option that may be given several times, each with a text. */
export const texts: OptionKind = { kind: "texts" };
/** An option that takes a number of something. */
export const count: OptionKind = { kind: "integer", min: 1, max: 1_000_000 };

type More = Omit<OptionSpec, "name" | "value" | "help">;

/** A row of a table. */
export function option(name: string, value: OptionKind, help: string, more: More = {}): OptionSpec {
  return { name, value, help, ...more };
}
/** An option that takes a length of time. */
export const time: OptionKind = { kind: "time" };
/** An option that takes a number of bytes, at least one. */
export const size: OptionKind = { kind: "size", min: 1, max: Number.MAX_SAFE_INTEGER };
