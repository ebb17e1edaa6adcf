/**
 * A command with placeholders for an input, as users of GNU parallel and xargs write it.
 *
 * | placeholder | the input `dir/photo.tif`, the third one |
 * | --- | --- |
 * | `{}`, `${it}`, `${itval}` | `dir/photo.tif` |
 * | `{.}` | `dir/photo`: without extension |
 * | `{/}` | `photo.tif`: without directory |
 * | `{//}` | `dir`: the directory |
 * | `{/.}` | `photo`: without both |
 * | `{#}` | `3`: the number of the input |
 * | `{1}`, `{2.}`, … | the value of one source, when there are several |
 *
 * @module
 */

/** How much of a value is wanted. */
type Form = "" | "." | "/" | "//" | "/.";

/** A part of a word of the command. */
type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number" }
  /** The value of one source, or of all when `source` is absent. */
  | { readonly kind: "value"; readonly source?: number; readonly form: Form };

/** A command whose placeholders have been found. */
export interface CommandWords {
  /** The parts of each word. */
  readonly words: readonly (readonly Part[])[];
  /** The largest number of a source that a placeholder names; 0 when none does. */
  readonly sourcesMin: number;
}

/** One input: a value from each source. */
export type InputValues = readonly string[];

/**
 * Finds the placeholders in the words of a command.
 *
 * @param words The program and its arguments.
 * @param valueWord What is written instead of `{}`, if something is.
 * @returns The parts. Without any placeholder the value follows as the last argument.
 */
export function parseCommandWords(words: readonly string[], valueWord: string = "{}"): CommandWords {
  const own = valueWord.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const placeholder = new RegExp(`\\$\\{it(?:val)?\\}|${own}|\\{(#)\\}|\\{([1-9][0-9]*)?(\\.|//?|/\\.)?\\}`, "g");
  const found = words.map((word) => splitWord(word, placeholder, valueWord));
  const parts = found.flat();
  const hasPlaceholder = parts.some((part) => part.kind !== "text");
  const sourcesMin = Math.max(0, ...parts.map((part) => part.kind === "value" ? part.source ?? 0 : 0));
  return { words: hasPlaceholder ? found : [...found, [{ kind: "value", form: "" }]], sourcesMin };
}

function splitWord(word: string, placeholder: RegExp, valueWord: string): Part[] {
  const parts: Part[] = [];
  let copied = 0;
  for (const match of word.matchAll(placeholder)) {
    // With a word of its own for the value, plain braces are plain text.
    if (match[0] === "{}" && valueWord !== "{}") continue;
    if (match.index > copied) parts.push({ kind: "text", text: word.slice(copied, match.index) });
    parts.push(partOf(match));
    copied = match.index + match[0].length;
  }
  if (copied < word.length || parts.length === 0) parts.push({ kind: "text", text: word.slice(copied) });
  return parts;
}

function partOf([, number, source, form = ""]: RegExpExecArray | RegExpMatchArray): Part {
  if (number !== undefined) return { kind: "number" };
  const one = source === undefined ? {} : { source: Number(source) };
  return { kind: "value", ...one, form: form as Form };
}

/**
 * Fills an input in. A word that is nothing but `{}` becomes one word for each source; within other text the values
 * of several sources are joined by blanks.
 *
 * @param command The command.
 * @param input The values.
 * @param number The 1-based number of the input.
 * @returns The argument vector. Values are put in as they are, and never looked at again.
 */
export function fillCommandWords(command: CommandWords, input: InputValues, number: number): string[] {
  const filled: string[] = [];
  for (const parts of command.words) {
    const only = parts.length === 1 ? parts[0]! : undefined;
    if (only?.kind === "value" && only.source === undefined) {
      for (const value of input) filled.push(shorten(value, only.form));
    } else {
      filled.push(parts.map((part) => fillPart(part, input, number)).join(""));
    }
  }
  return filled;
}

function fillPart(part: Part, input: InputValues, number: number): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "number":
      return `${number}`;
    case "value": {
      if (part.source !== undefined) return shorten(input[part.source - 1] ?? "", part.form);
      return input.map((value) => shorten(value, part.form)).join(" ");
    }
    default:
      return part satisfies never;
  }
}

function shorten(value: string, form: Form): string {
  switch (form) {
    case "":
      return value;
    case ".":
      return withoutExtension(value);
    case "/":
      return value.slice(value.lastIndexOf("/") + 1);
    case "/.":
      return withoutExtension(value.slice(value.lastIndexOf("/") + 1));
    case "//":
      return directory(value);
    default:
      return form satisfies never;
  }
}

function withoutExtension(value: string): string {
  const dot = value.lastIndexOf(".");
  return dot < 0 || value.includes("/", dot) ? value : value.slice(0, dot);
}

/** The directory as `dirname` prints it. */
function directory(value: string): string {
  const trimmed = value.replace(/\/+$/, "");
  if (trimmed === "") return value.startsWith("/") ? "/" : ".";
  const slash = trimmed.lastIndexOf("/");
  return slash < 0 ? "." : trimmed.slice(0, slash).replace(/\/+$/, "") || "/";
}
