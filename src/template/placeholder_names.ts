/**
 * The names of the placeholders in a text, found by the compiler.
 *
 * @module
 */

/** The letters of a text, as a union. */
type Letters<Text extends string, Found extends string = never> = Text extends `${infer Letter}${infer Rest}`
  ? Letters<Rest, Found | Letter>
  : Found;

/** The letters of a name; `$` followed by none of them is left to the run time, which refuses it with its place. */
type NameLetter = Letters<"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_">;

/** Splits the name off the front of a text. */
type SplitName<Text extends string, Name extends string = ""> = Text extends `${infer Letter}${infer Rest}`
  ? Letter extends NameLetter ? SplitName<Rest, `${Name}${Letter}`> : [Name, Text]
  : [Name, Text];

/**
 * The names of the placeholders in a literal text, `string` for a text that the compiler does not know. It jumps from
 * dollar to dollar, so that only the number of placeholders is limited (about 900), not the length of the text.
 *
 * @example The names in a short text
 * ```ts
 * import type { PlaceholderNames } from "@qcg/pilotjob";
 *
 * const names: PlaceholderNames<"$name costs $$5 at ${shop}">[] = ["name", "shop"];
 * ```
 */
export type PlaceholderNames<Text extends string, Found extends string = never> = string extends Text ? string
  : Text extends `${string}$${infer After}` ? After extends `$${infer Rest}` ? PlaceholderNames<Rest, Found>
    : After extends `{${infer Name}}${infer Rest}` ? PlaceholderNames<Rest, Found | Name>
    : SplitName<After> extends [infer Name extends string, infer Rest extends string]
      ? PlaceholderNames<Rest, Name extends "" ? Found : Found | Name>
    : never
  : Found;
