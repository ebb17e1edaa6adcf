/**
 * Literals: JSON and the Python form, without placeholders. A string parameter in a bare place is one.
 *
 * @module
 */

import { InvariantError } from "../base/assert.ts";
import { fillNode, type ValueReader } from "./fill.ts";
import { parseValue } from "./parse_value.ts";
import type { ParameterValue } from "./types.ts";

const noPlaceholders: ValueReader = { quoted: refuse, bare: refuse };

/**
 * Parses a literal such as `["-v", 1]` or `{'a': (True, None)}`. Dollars have no meaning in it.
 *
 * @param text One value, with any space around it.
 * @returns The value; keys such as `__proto__` are plain own properties. Numbers that JavaScript would write in another
 * way (`1.0`, `18446744073709551615`) are kept as they were written.
 * @throws {TemplateError} If the text is not exactly one literal, or an object has a key twice; it has the line and the
 * column in `text`.
 */
export function parseLiteral(text: string): ParameterValue {
  return fillNode(parseValue(text, "literal"), noPlaceholders);
}

function refuse(): never {
  throw new InvariantError("a placeholder in a literal");
}
