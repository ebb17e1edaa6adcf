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
): Template<Exclude<PlaceholderNames<Text>, Name>, Name>;
/**
 * The same with a parser for what the tasks write: `future.value()` gives what it makes of the text. A job that says
 * nothing of its output is captured then.
 *
 * @param text As above.
 * @param options The parser; any function from a text, such as `JSON.parse`, `Number` or that of a schema library.
 * @returns The template.
 * @throws As above; and a `TypeError` if the parser is no function.
 *
 * @example A number
 * ```ts
 * import { defineTemplate, QCGPJExecutor } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * const product = defineTemplate(
 *   "{'name': '${name}', 'execution': {'exec': 'expr', 'args': ['${a}', '*', '${b}']}}",
 *   { output: Number },
 * );
 * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir() });
 * const value: number = await executor.submit(product, { name: "six", a: 2, b: 3 }).value();
 * assertEquals(value, 6);
 * ```
 */
export function defineTemplate<const Text extends string, Value>(
  text: Text,
  options: OutputParser<Value>,
): Template<PlaceholderNames<Text>, never, Value>;
/** The same with defaults and a parser. */
export function defineTemplate<const Text extends string, Name extends PlaceholderNames<Text>, Value>(
  text: Text,
  defaults: { readonly [N in Name]: ParameterValue },
  options: OutputParser<Value>,
): Template<Exclude<PlaceholderNames<Text>, Name>, Name, Value>;
export function defineTemplate(
  text: string,
  second: object = {},
  third?: OutputParser<unknown>,
): Template<string, string, unknown> {
  const { placeholders } = compileTemplate(text);
  const isParser = third === undefined && isOutputParser(second);
  const output = readParser(isParser ? second : third);
  const copied = copyDefaults((isParser ? {} : second) as Readonly<Record<string, ParameterValue>>, placeholders);
  const hasDefault = (name: string) => Object.hasOwn(copied, name);
  const isRequired = (name: string) => !hasDefault(name);
  const source = Object.freeze([text, copied] as const);
  return Object.freeze(Object.assign(() => source, {
    required: Object.freeze(placeholders.filter(isRequired)),
    optional: Object.freeze(placeholders.filter(hasDefault)),
    ...(output === undefined ? {} : { output }),
  }));
}

/** What a template does with what its tasks write. */
export interface OutputParser<Value> {
  /** Turns the text that a task wrote into a value; what it throws is the `cause` of a `TaskOutputError`. */
  readonly output: (text: string) => Value;
}

/** Whether the second argument says what is done with the output: no default is a function. */
function isOutputParser(given: object): given is OutputParser<unknown> {
  return "output" in given && typeof given.output === "function";
}

function readParser<Value>(options: OutputParser<Value> | undefined): ((text: string) => Value) | undefined {
  if (options === undefined) return undefined;
  const { output, ...others } = options;
  if (typeof output !== "function") {
    throw new TypeError("defineTemplate() takes a parser as its last argument, such as { output: JSON.parse }");
  }
  const [other] = Object.keys(others);
  if (other === undefined) return output;
  throw new TypeError(
    `defineTemplate() has no option "${other}" beside "output"; defaults are its second argument, and this its third`,
  );
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
