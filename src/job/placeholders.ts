/**
 * The placeholders of a command, as users of GNU parallel and xargs write them.
 *
 * | placeholder | what it becomes |
 * | --- | --- |
 * | `{}`, `${it}`, `${itval}` | the value, or the values of all sources |
 * | `{.}`, `{/}`, `{//}`, `{+.}` … | a part of it: see `value_forms.ts` |
 * | `{2}`, `{2.}`, `{-1}`, `{-1/}` … | the same of one source, counted from the first or from the last |
 * | `{name}`, `{name.}` … | the same of the source whose header is `name` |
 * | `{#}`, `{0#}` | the number of the task; with zeros before it, so that all are as wide |
 * | `{%}`, `{0%}` | the slot that the task runs in, from 1; the same |
 * | `{##}` | how many tasks there are |
 *
 * @module
 */

import { type ValueForm, valueFormPattern } from "./value_forms.ts";

/** A part of a text that has placeholders. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number" | "slot"; readonly isPadded: boolean; readonly spelt: string }
  | { readonly kind: "total"; readonly spelt: string }
  | ValuePart;

/** The value of one source, or of all when `source` is absent. A negative source counts from the last. */
export interface ValuePart {
  readonly kind: "value";
  readonly source?: number;
  readonly form: ValueForm;
  /** How it was written. */
  readonly spelt: string;
}

/** How placeholders are written. */
export interface PlaceholderRules {
  /** Other spellings, each with the placeholder that it stands for; that one is plain text then. */
  readonly aliases?: ReadonlyMap<string, string>;
  /** Names of the sources, in their order. */
  readonly names?: readonly string[];
}

/** A placeholder that cannot be filled in. */
export class PlaceholderProblem extends Error {
  /** The name of the class. */
  override readonly name = "PlaceholderProblem";
}

/**
 * Finds the placeholders in a text.
 *
 * @param text A word, or a whole command line.
 * @param rules How they are written.
 * @returns Its parts, at least one.
 * @throws {PlaceholderProblem} If there is a `{= … =}`, which only GNU parallel can fill in.
 */
export function findPlaceholders(text: string, { aliases, names = [] }: PlaceholderRules = {}): Part[] {
  refusePerl(text);
  const parts: Part[] = [];
  let copied = 0;
  for (const match of text.matchAll(patternOf([...aliases?.keys() ?? []], names))) {
    const spelt = match[0];
    const meant = aliases?.get(spelt) ?? spelt;
    // What has another spelling is plain text in its own.
    if (meant === spelt && [...aliases?.values() ?? []].includes(spelt)) continue;
    if (match.index > copied) parts.push({ kind: "text", text: text.slice(copied, match.index) });
    parts.push(partOf(meant, spelt, names));
    copied = match.index + spelt.length;
  }
  if (copied < text.length || parts.length === 0) parts.push({ kind: "text", text: text.slice(copied) });
  return parts;
}

/**
 * Refuses what only GNU parallel can fill in.
 *
 * @param text A word, or the words of a command with a space between two.
 * @throws {PlaceholderProblem} If there is a `{= … =}`.
 */
export function refusePerl(text: string): void {
  const perl = /\{-?[0-9]*=.*?=\}/s.exec(text);
  if (perl === null) return;
  throw new PlaceholderProblem(
    `${perl[0]} is a program in Perl, which is not read here; use {.}, {/} and their kind, or let a shell change ` +
      `the value, for example --shell 'v={}; echo "\${v%.*}"'`,
  );
}

function patternOf(aliases: readonly string[], names: readonly string[]): RegExp {
  const longestFirst = (texts: readonly string[]) => texts.toSorted((a, b) => b.length - a.length).map(literally);
  const source = ["-?[1-9][0-9]*", ...longestFirst(names)].join("|");
  return new RegExp(
    [
      ...longestFirst(aliases),
      "\\$\\{it(?:val)?\\}",
      "\\{##\\}",
      "\\{0?[#%]\\}",
      `\\{(?:${source})?(?:${valueFormPattern})?\\}`,
    ].join("|"),
    "g",
  );
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function partOf(meant: string, spelt: string, names: readonly string[]): Part {
  if (meant.startsWith("$")) return { kind: "value", form: "", spelt };
  const inside = meant.slice(1, -1);
  switch (inside) {
    case "#":
    case "0#":
      return { kind: "number", isPadded: inside.length > 1, spelt };
    case "%":
    case "0%":
      return { kind: "slot", isPadded: inside.length > 1, spelt };
    case "##":
      return { kind: "total", spelt };
    default: {
      const form = new RegExp(`(?:${valueFormPattern})$`).exec(inside)?.[0] ?? "";
      const named = names.indexOf(inside);
      // A name may end like a form, as in a header "x.".
      if (named >= 0) return { kind: "value", source: named + 1, form: "", spelt };
      const word = inside.slice(0, inside.length - form.length);
      const source = names.includes(word) ? names.indexOf(word) + 1 : Number(word);
      return { kind: "value", ...(word === "" ? {} : { source }), form: form as ValueForm, spelt };
    }
  }
}
