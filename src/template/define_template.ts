/**
 * Templates whose parameters the compiler checks.
 *
 * @module
 */

import { didYouMean } from "../base/near_miss.ts";
import { TemplateError } from "../errors.ts";
import { copyValue, setOwn, UnusableValue } from "./parameter_value.ts";
import type { PlaceholderNames } from "./placeholder_names.ts";
import { compileTemplate } from "./template.ts";
import type { ParameterValue, Template } from "./types.ts";

/**
 * Makes a template out of a text and the values of the placeholders that may be left out. The names are inferred from
 * the literal text, so that a forgotten or misspelt parameter does not compile; the text is parsed at once, so that a
 * malformed one fails here and not at the first submit.
 *
 * @param text JSON, or the Python form with single quotes, with placeholders `$name` and `${name}`.
 * @param defaults Values for some of the placeholders. They are copied.
 * @returns The template, to be given to `submit()`.
 * @throws {TemplateError} If the text is malformed, or a default is not usable or belongs to no placeholder.
 *
 * @example A template with a default
 * ```ts
 * import { defineTemplate } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * const sleeping = defineTemplate(
 *   "{'name': '${name}', 'execution': {'exec': 'sleep', 'args': ['${seconds}']}}",
 *   { seconds: 1 },
 * );
 * assertEquals(sleeping.required, ["name"]);
 * assertEquals(sleeping.optional, ["seconds"]);
 * ```
 */
export function defineTemplate<const Text extends string, Name extends PlaceholderNames<Text> = never>(
  text: Text,
  defaults?: { readonly [N in Name]: ParameterValue },
): Template<Exclude<PlaceholderNames<Text>, Name>, Name> {
  const { placeholders } = compileTemplate(text);
  const copied = copyDefaults(defaults ?? {}, placeholders);
  const hasDefault = (name: string): name is Name => Object.hasOwn(copied, name);
  const isRequired = (name: string): name is Exclude<PlaceholderNames<Text>, Name> => !hasDefault(name);
  const source = Object.freeze([text, copied] as const);
  return Object.freeze(Object.assign(() => source, {
    required: Object.freeze(placeholders.filter(isRequired)),
    optional: Object.freeze(placeholders.filter(hasDefault)),
  }));
}

function copyDefaults(
  defaults: Readonly<Record<string, ParameterValue>>,
  placeholders: readonly string[],
): Readonly<Record<string, ParameterValue>> {
  const copied: Record<string, ParameterValue> = {};
  for (const [name, value] of Object.entries(defaults)) {
    if (!placeholders.includes(name)) {
      throw new TemplateError(
        `The default "${name}" belongs to no placeholder of the template${didYouMean(name, placeholders)}`,
        { placeholder: name },
      );
    }
    try {
      setOwn(copied, name, copyValue(value));
    } catch (thrown) {
      if (!(thrown instanceof UnusableValue)) throw thrown;
      throw new TemplateError(`The default of placeholder "${name}" ${thrown.problem}`, { placeholder: name });
    }
  }
  return Object.freeze(copied);
}
