/**
 * The names of the placeholders in a text, found by the compiler.
 *
 * @module
 */

/**
 * The names of the placeholders in a literal text, `string` for a text that the compiler does not know. It jumps from
 * dollar to dollar, so that the length of the text is not limited. The placeholders are: up to 900 as `${name}`, or some
 * 150 as `$name`, which is read letter by letter. Give a text with more of them the type `string`. A dollar that starts no
 * placeholder is left to the run time, which says where it stands.
 *
 * @example The names in a short text
 * ```ts
 * import type { PlaceholderNames } from "@qcg/pilotjob";
 *
 * const names: PlaceholderNames<"$name costs $$5 at ${shop}">[] = ["name", "shop"];
 * ```
 */
// One type with a state instead of two that call each other: whatever a public type refers to must be public as well.
// `Name` is null between placeholders, and what was read so far of a name without braces.
// deno-fmt-ignore
export type PlaceholderNames<
  Text extends string,
  Found extends string = never,
  Name extends string | null = null,
> = string extends Text ? string
  : Name extends string
    ? Text extends `${infer Letter}${infer Rest}`
      ? Lowercase<Letter> extends
        | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "_"
        | "a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i" | "j" | "k" | "l" | "m"
        | "n" | "o" | "p" | "q" | "r" | "s" | "t" | "u" | "v" | "w" | "x" | "y" | "z"
        ? PlaceholderNames<Rest, Found, `${Name}${Letter}`>
      : PlaceholderNames<Text, Name extends "" ? Found : Found | Name>
    : Name extends "" ? Found : Found | Name
  : Text extends `${string}$${infer After}`
    ? After extends `$${infer Rest}` ? PlaceholderNames<Rest, Found>
    : After extends `{${infer Braced}}${infer Rest}` ? PlaceholderNames<Rest, Found | Braced>
    : PlaceholderNames<After, Found, "">
  : Found;
