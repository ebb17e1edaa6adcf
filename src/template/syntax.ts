/**
 * The tree that a template text is parsed into. Placeholders are nodes of it, so that a value can be put in without
 * ever becoming part of the text.
 *
 * @module
 */

import type { WrittenNumber } from "../base/written_number.ts";
import type { Position } from "./scanner.ts";

/** A `$name` or `${name}`, and where it stands in the template text. */
export interface Placeholder extends Position {
  /** The name without dollar and braces. */
  readonly name: string;
}

/** A value that holds no placeholder: a quoted text, a number, a truth value or null. */
export interface ConstantNode {
  readonly kind: "constant";
  readonly value: string | number | WrittenNumber | boolean | null;
}

/** A quoted text with at least one placeholder in it. */
export interface TextNode {
  readonly kind: "text";
  readonly parts: readonly (string | Placeholder)[];
}

/** A placeholder that stands for a whole value, outside quotes. */
export interface BareNode {
  readonly kind: "bare";
  readonly placeholder: Placeholder;
}

/** A list, or a Python tuple. */
export interface ArrayNode {
  readonly kind: "array";
  readonly items: readonly TemplateNode[];
}

/** An object, or a Python dictionary. No key stands twice, until placeholders in keys are filled. */
export interface ObjectNode {
  readonly kind: "object";
  readonly entries: readonly ObjectEntry[];
}

/** One key of an object, always quoted, with its value. */
export interface ObjectEntry {
  readonly key: TextNode | ConstantNode;
  readonly value: TemplateNode;
}

/** Any part of a parsed template. */
export type TemplateNode = ConstantNode | TextNode | BareNode | ArrayNode | ObjectNode;
