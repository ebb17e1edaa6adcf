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
 * @returns The value; of equal keys the last one wins, and keys such as `__proto__` are plain own properties.
 * @throws {TemplateError} If the text is not exactly one literal; it has the line and the column in `text`.
 */
export function parseLiteral(text: string): ParameterValue {
  return fillNode(parseValue(text, "literal"), noPlaceholders);
}

function refuse(): never {
  throw new InvariantError("a placeholder in a literal");
}
