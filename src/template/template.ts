/**
 * Template texts: parsed once, filled for every submit.
 *
 * @module
 */

import { nearMiss } from "../base/near_miss.ts";
import { TemplateError } from "../errors.ts";
import { fillNode } from "./fill.ts";
import { parseLiteral } from "./literal.ts";
import { copyValue, quotedText, UnusableValue } from "./parameter_value.ts";
import { parseValue } from "./parse_value.ts";
import type { Placeholder, TemplateNode } from "./syntax.ts";
import type { ParameterValue } from "./types.ts";

/** A template text that was parsed. */
export interface ParsedTemplate {
  /** The tree with its placeholders. */
  readonly root: TemplateNode;
  /** The names of the placeholders, each once, in the order of the text. */
  readonly placeholders: readonly string[];
}

/** Values for placeholders; an absent object counts as an empty one. */
export type Parameters = Readonly<Record<string, unknown>> | null | undefined;

/** How many parsed texts {@linkcode compileTemplate} keeps; the oldest goes first. */
const compiledMax = 256;
/** Longer texts are parsed each time, so that what is kept stays within some tens of megabytes. */
const compiledLengthMax = 65_536;
const compiled = new Map<string, ParsedTemplate>();

/**
 * Parses a template text: JSON or the Python form, with the placeholders `$name` and `${name}` and with `$$` for a
 * dollar inside quotes, and `$name` or `${name}` in place of a whole value outside them.
 *
 * @param text The template text.
 * @returns The parsed template.
 * @throws {TemplateError} If the text is malformed or has a bare dollar; it has the line and the column.
 */
export function parseTemplate(text: string): ParsedTemplate {
  const root = parseValue(text, "template");
  return { root, placeholders: [...collectNames(root, new Set())] };
}

/**
 * Parses a template text, or remembers what it was parsed into: a million submits of one template parse it once.
 *
 * @param text The template text.
 * @returns The parsed template.
 * @throws {TemplateError} If the text is malformed, as {@linkcode parseTemplate}.
 */
export function compileTemplate(text: string): ParsedTemplate {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const parsed = parseTemplate(text);
  if (text.length > compiledLengthMax) return parsed;
  if (compiled.size === compiledMax) compiled.delete(compiled.keys().next().value!);
  compiled.set(text, parsed);
  return parsed;
}

/**
 * Fills the placeholders of a parsed template. The last object that has a name as its own property gives the value.
 * Names that the template does not use are ignored, as QCG-PilotJob did.
 *
 * @param template The parsed template.
 * @param parameters The values: defaults first, later objects win.
 * @returns A new plain value.
 * @throws {TemplateError} If a placeholder has no value, or one that cannot stand where it stands.
 */
export function fillTemplate(template: ParsedTemplate, ...parameters: readonly Parameters[]): ParameterValue {
  return fillNode(template.root, {
    quoted: (placeholder) => usable(placeholder, quotedText, findValue(template, placeholder, parameters)),
    bare: (placeholder) => {
      const value = findValue(template, placeholder, parameters);
      return typeof value === "string" ? readLiteral(placeholder, value) : usable(placeholder, copyValue, value);
    },
  });
}

function collectNames(node: TemplateNode, names: Set<string>): Set<string> {
  switch (node.kind) {
    case "constant":
      return names;
    case "text":
      for (const part of node.parts) if (typeof part !== "string") names.add(part.name);
      return names;
    case "bare":
      return names.add(node.placeholder.name);
    case "array":
      for (const item of node.items) collectNames(item, names);
      return names;
    case "object":
      for (const { key, value } of node.entries) collectNames(value, collectNames(key, names));
      return names;
    default:
      return node satisfies never;
  }
}

function findValue(template: ParsedTemplate, placeholder: Placeholder, parameters: readonly Parameters[]): unknown {
  for (let index = parameters.length - 1; index >= 0; index--) {
    const given = parameters[index];
    if (given !== null && given !== undefined && Object.hasOwn(given, placeholder.name)) return given[placeholder.name];
  }
  const unused = new Set(parameters.flatMap((given) => Object.keys(given ?? {})));
  for (const name of template.placeholders) unused.delete(name);
  throw failing(placeholder, `has no value${didYouMeanGiven(placeholder.name, unused)}`);
}

function didYouMeanGiven(name: string, unused: ReadonlySet<string>): string {
  const near = nearMiss(name, unused);
  return near === undefined ? ": give it as a parameter, or as a default of the template" : `; is "${near}" misspelt?`;
}

function readLiteral(placeholder: Placeholder, text: string): ParameterValue {
  try {
    return parseLiteral(text);
  } catch (cause) {
    if (!(cause instanceof TemplateError)) throw cause;
    const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
    const problem = isFragment(text)
      ? `stands for one value, and ${shown} are several: let it stand for the whole list, as 'args': \${${placeholder.name}}, ` +
        `and give all of the list as one value, such as ["a", "b"]`
      : `stands outside quotes, where a text is read as a literal, and ${shown} is none: ${cause.message}. ` +
        `Give a list, an object or a number, or put quotes around the placeholder`;
    throw failing(placeholder, problem, cause);
  }
}

/** Whether a text is what stands between the brackets of a list or an object. */
function isFragment(text: string): boolean {
  return [`[${text}]`, `{${text}}`].some((whole) => {
    try {
      parseLiteral(whole);
      return text.trim() !== "";
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return false;
    }
  });
}

function usable<T>(placeholder: Placeholder, read: (value: unknown) => T, value: unknown): T {
  try {
    return read(value);
  } catch (thrown) {
    throw thrown instanceof UnusableValue ? failing(placeholder, thrown.problem) : thrown;
  }
}

function failing({ name, line, column }: Placeholder, problem: string, cause?: TemplateError): TemplateError {
  const where = { placeholder: name, line, column };
  const message = `Placeholder "${name}" at line ${line}, column ${column} of the template ${problem}`;
  return new TemplateError(message, cause === undefined ? where : { ...where, cause });
}
