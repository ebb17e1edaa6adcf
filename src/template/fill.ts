/**
 * Puts values into a parsed tree. Nothing that is put in is read as template text again.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { TemplateError } from "../errors.ts";
import { setOwn } from "./parameter_value.ts";
import type { Placeholder, TemplateNode, TextNode } from "./syntax.ts";
import type { ParameterValue } from "./types.ts";

/** Gives the value of a placeholder: as text inside quotes, as any value outside them. */
export interface ValueReader {
  /** The text that goes into quotes. */
  quoted(placeholder: Placeholder): string;
  /** The value that stands on its own. */
  bare(placeholder: Placeholder): ParameterValue;
}

/** Builds the value of a tree; every call builds a new one. */
export function fillNode(node: TemplateNode, reader: ValueReader): ParameterValue {
  switch (node.kind) {
    case "constant":
      return node.value as ParameterValue;
    case "text":
      return fillText(node, reader);
    case "bare":
      return reader.bare(node.placeholder);
    case "array":
      return node.items.map((item) => fillNode(item, reader));
    case "object": {
      const filled: Record<string, ParameterValue> = {};
      for (const { key, value } of node.entries) {
        const name = key.kind === "text" ? fillText(key, reader) : key.value;
        invariant(typeof name === "string", "a key that is not a text");
        if (Object.hasOwn(filled, name)) {
          throw new TemplateError(
            `The key ${JSON.stringify(name)} stands twice in one object, now that it is filled in`,
          );
        }
        setOwn(filled, name, fillNode(value, reader));
      }
      return filled;
    }
    default:
      return node satisfies never;
  }
}

function fillText(node: TextNode, reader: ValueReader): string {
  let text = "";
  for (const part of node.parts) text += typeof part === "string" ? part : reader.quoted(part);
  return text;
}
