/**
 * The types by which the compiler knows the placeholders of a template: a forgotten or a misspelt parameter does not
 * compile.
 *
 * @module
 */

/**
 * What a parameter may be: anything that JSON can hold. Numbers must be finite.
 *
 * @example A list with a number in it
 * ```ts
 * import type { ParameterValue } from "@qcg/pilotjob";
 *
 * const args: ParameterValue = ["-n", 3];
 * ```
 */
export type ParameterValue =
  | string
  | number
  | boolean
  | null
  | readonly ParameterValue[]
  | { readonly [key: string]: ParameterValue };

/**
 * What a template returns: its text, or its text and the values of the placeholders that may be left out.
 *
 * @example The return type of one's own template
 * ```ts
 * import type { TemplateSource } from "@qcg/pilotjob";
 *
 * function sleeping(): TemplateSource {
 *   return ["{'name': '$name', 'execution': {'exec': 'sleep', 'args': ['$seconds']}}", { seconds: 1 }];
 * }
 * sleeping();
 * ```
 */
export type TemplateSource = string | readonly [text: string, defaults: Readonly<Record<string, unknown>>];

/**
 * Any template: a function without arguments that returns a {@linkcode TemplateSource}. The compiler knows nothing of
 * the placeholders of a plain one and lets every parameter pass; {@linkcode Template} is the one that it checks.
 *
 * @example The shortest template
 * ```ts
 * import type { AnyTemplate } from "@qcg/pilotjob";
 *
 * const today: AnyTemplate = () => "{'name': 'today', 'execution': {'exec': 'date'}}";
 * ```
 */
export type AnyTemplate = () => TemplateSource;

/**
 * A template whose placeholders the compiler knows: those of `Required` need a parameter, those of `Optional` have a
 * default. {@linkcode defineTemplate} makes one.
 *
 * @example Naming the type of an exported template
 * ```ts
 * import { defineTemplate, type Template } from "@qcg/pilotjob";
 *
 * export const echo: Template<"name", "text"> = defineTemplate(
 *   "{'name': '$name', 'execution': {'exec': 'echo', 'args': ['$text']}}",
 *   { text: "hello" },
 * );
 * ```
 */
export interface Template<Required extends string = never, Optional extends string = never, Value = string> {
  /** Returns the text and the defaults. */
  (): readonly [text: string, defaults: Readonly<Record<string, ParameterValue>>];
  /** The names of the placeholders without a default, in the order of the text. */
  readonly required: readonly Required[];
  /** The names of the placeholders with a default, in the order of the text. */
  readonly optional: readonly Optional[];
  /** Turns what a task of the template writes into a value, which `future.value()` gives. */
  readonly output?: (text: string) => Value;
}

/**
 * What `future.value()` gives of a job of a template: what its parser makes of the output, else the text.
 *
 * @example The type of a parsed output
 * ```ts
 * import { defineTemplate, type TemplateValue } from "@qcg/pilotjob";
 *
 * const counting = defineTemplate("{'name': '$name', 'execution': {'exec': 'nproc'}}", { output: Number });
 * const cores: TemplateValue<typeof counting> = 8;
 * ```
 */
export type TemplateValue<T extends AnyTemplate> = T extends { readonly output?: (text: string) => infer Value } ? Value
  : string;

/**
 * The parameters of a template, as one object: every required name, any of the optional ones and no other name. Of a
 * plain template it is any object.
 *
 * @example Parameters that are made elsewhere
 * ```ts
 * import { BasicTemplate, type TemplateParameters } from "@qcg/pilotjob";
 *
 * const parameters: TemplateParameters<typeof BasicTemplate.template> = { name: "tj", exec: "date" };
 * ```
 */
export type TemplateParameters<T extends AnyTemplate> = T extends Template<infer Required, infer Optional, unknown>
  ? { readonly [Name in Required]: ParameterValue } & { readonly [Name in Optional]?: ParameterValue }
  : Readonly<Record<string, unknown>>;

/**
 * One of several parameter objects, of which any may be left out: a part of {@linkcode TemplateParameters}, or nothing.
 *
 * @example What several jobs share
 * ```ts
 * import { BasicTemplate, type PartialParameters } from "@qcg/pilotjob";
 *
 * const shared: PartialParameters<typeof BasicTemplate.template> = { exec: "date" };
 * ```
 */
export type PartialParameters<T extends AnyTemplate> = Partial<TemplateParameters<T>> | null | undefined;

/**
 * What follows the template in a call of `submit()` with one parameter object: that object, which may be absent if the
 * template requires nothing. A plain template takes any number of any objects.
 *
 * @example A function with the arguments of `submit()`
 * ```ts
 * import { type AnyTemplate, BasicTemplate, type SubmitParameters } from "@qcg/pilotjob";
 *
 * function count<T extends AnyTemplate>(_template: T, ...parameters: SubmitParameters<T>): number {
 *   return parameters.length;
 * }
 * count(BasicTemplate.template, { name: "tj", exec: "date" });
 * ```
 */
export type SubmitParameters<T extends AnyTemplate> = T extends Template<infer Required, infer _Optional, unknown>
  ? [Required] extends [never] ? [parameters?: TemplateParameters<T> | null | undefined]
  : [parameters: TemplateParameters<T>]
  : (Readonly<Record<string, unknown>> | null | undefined)[];

/**
 * Two or more parameter objects, as a bound for the type parameter that {@linkcode SeveralParameters} looks at.
 *
 * @example A pair
 * ```ts
 * import { BasicTemplate, type ParameterObjects } from "@qcg/pilotjob";
 *
 * const both: ParameterObjects<typeof BasicTemplate.template> = [{ name: "tj" }, { exec: "date" }];
 * ```
 */
export type ParameterObjects<T extends AnyTemplate> = readonly [
  PartialParameters<T>,
  PartialParameters<T>,
  ...PartialParameters<T>[],
];

/**
 * What several parameter objects must be besides what they are: each required name must be in at least one of them, and
 * no other name in any.
 *
 * @example A function that takes two or more objects, as `submit()` does
 * ```ts
 * import { type AnyTemplate, BasicTemplate, type ParameterObjects, type SeveralParameters } from "@qcg/pilotjob";
 *
 * function count<T extends AnyTemplate, const P extends ParameterObjects<T>>(
 *   _template: T,
 *   ...parameters: P & SeveralParameters<T, P>
 * ): number {
 *   return parameters.length;
 * }
 * count(BasicTemplate.template, { name: "tj" }, { exec: "date" });
 * ```
 */
export type SeveralParameters<T extends AnyTemplate, P extends readonly unknown[]> = T extends
  Template<infer Required, infer Optional, unknown> ? {
    readonly [Index in keyof P]: CheckedParameters<P[Index], Required | Optional, Exclude<Required, GivenNames<P>>>;
  }
  : P;

/**
 * One parameter object with a sentence in place of the type of every name that is no placeholder, and with the names
 * that no object gives.
 *
 * @example A misspelt name
 * ```ts
 * import type { CheckedParameters } from "@qcg/pilotjob";
 *
 * const checked: CheckedParameters<{ agrs: string }, "args", never> = { agrs: "agrs is no placeholder of this template" };
 * ```
 */
export type CheckedParameters<P, Known extends string, Missing extends string> = P extends object ?
    & {
      readonly [Name in keyof P]: Name extends Known ? ParameterValue
        : `${Name & string} is no placeholder of this template`;
    }
    & { readonly [Name in Missing]: ParameterValue }
  : P;

/**
 * The names that at least one of several parameter objects certainly gives.
 *
 * @example Two objects, one of them with a name that may be absent
 * ```ts
 * import type { GivenNames } from "@qcg/pilotjob";
 *
 * const given: GivenNames<[{ name: string }, { exec: string; args?: string[] }]>[] = ["name", "exec"];
 * ```
 */
export type GivenNames<P extends readonly unknown[]> = {
  [Index in keyof P]: P[Index] extends object
    ? { [Name in keyof P[Index]]-?: Record<never, never> extends Pick<P[Index], Name> ? never : Name }[keyof P[Index]]
    : never;
}[number];
