/**
 * A command with placeholders for an input: taken apart once, filled in for each task.
 *
 * @module
 */

import {
  findPlaceholders,
  type Part,
  PlaceholderProblem,
  type PlaceholderRules,
  refusePerl,
  type ValuePart,
} from "./placeholders.ts";
import { findShellProgram, isShell } from "./shell_program.ts";
import type { ShellPlace } from "./shell_reader.ts";
import { findShellPlaces, quoteAt } from "./shell_text.ts";
import { splitWords } from "./split_words.ts";
import { partOfValue } from "./value_forms.ts";

/** How a command is read. */
export interface CommandRules extends PlaceholderRules {
  /** The shell that reads the command line; absent when its words are taken as they are. */
  readonly shell?: string;
  /** Whether a word with `{}` in it is repeated for each of several values, as `-X` of xargs does. */
  readonly repeatsWords?: boolean;
  /** Whether the values follow as the last arguments where there is no placeholder; so they do when absent. */
  readonly appends?: boolean;
}

/** A command whose placeholders have been found. */
export interface CommandWords {
  /** The parts of each word; with a shell, the one text that it reads. */
  readonly words: readonly (readonly Part[])[];
  /** What reads the text, and where in it the placeholders stand. */
  readonly shell?: { readonly program: string; readonly places: readonly ShellPlace[] };
  readonly repeatsWords: boolean;
  /** The largest number of a source that a placeholder names; 0 when none does. */
  readonly sourcesMin: number;
  /** Whether a placeholder stands for the slot. */
  readonly hasSlot: boolean;
  /** Whether a placeholder needs the number of all tasks. */
  readonly hasTotal: boolean;
  /** Whether the input is the command itself, to be split or given to the shell; absent when it is not. */
  readonly isInput?: true;
}

/** One input: a value from each source. */
export type InputValues = readonly string[];

/** Where a task stands among the others. */
export interface TaskPlace {
  /** The 1-based number of the task. */
  readonly number: number;
  /** The 1-based slot that it runs in. */
  readonly slot?: number;
  /** How many slots there are. */
  readonly slots?: number;
  /** How many tasks there are. */
  readonly total?: number;
}

const everyValue: ValuePart = { kind: "value", form: "", spelt: "{}" };

/**
 * Finds the placeholders in the words of a command.
 *
 * @param words The program and its arguments.
 * @param rules How they are read.
 * @returns The parts. Without any placeholder the value follows as the last argument.
 * @throws {PlaceholderProblem} If a placeholder cannot be filled in, or stands where a shell would run the value.
 * @throws {ShellTextProblem} If the value could not be quoted for the shell where a placeholder stands.
 */
export function parseCommandWords(words: readonly string[], rules: CommandRules = {}): CommandWords {
  const { shell, repeatsWords = false, appends = true } = rules;
  const texts = shell === undefined ? words : [words.join(" ").replace(/\n+$/, "")];
  refusePerl(words.join(" ")); // A command in one text was split at its spaces.
  let found = texts.map((text) => findPlaceholders(text, rules));
  if (appends && found.flat().every((part) => part.kind === "text")) {
    // What is not whole must not swallow the value.
    if (shell !== undefined) findShellPlaces([{ text: texts[0]! }]);
    found = shell === undefined ? [...found, [everyValue]] : [[...found[0]!, { kind: "text", text: " " }, everyValue]];
  }
  if (shell === undefined) refuseProgramText(found);
  const parts = found.flat();
  return {
    words: found,
    ...(shell === undefined ? {} : { shell: { program: shell, places: findShellPlaces(parts.map(pieceOf)) } }),
    repeatsWords,
    sourcesMin: Math.max(0, ...parts.map((part) => part.kind === "value" ? Math.abs(part.source ?? 0) : 0)),
    hasSlot: parts.some(({ kind }) => kind === "slot"),
    hasTotal: parts.some((part) => part.kind === "total" || (part.kind === "number" && part.isPadded)),
  };
}

/**
 * The command of a sweep whose inputs are commands.
 *
 * @param shell The shell that reads them; they are split as {@linkcode splitWords} does when absent.
 */
export function commandFromInput(shell?: string): CommandWords {
  return {
    words: [[everyValue]],
    ...(shell === undefined ? {} : { shell: { program: shell, places: [] } }),
    repeatsWords: false,
    sourcesMin: 0,
    hasSlot: false,
    hasTotal: false,
    isInput: true,
  };
}

function pieceOf(part: Part): { readonly text: string } | { readonly placeholder: string } {
  return part.kind === "text" ? part : { placeholder: part.spelt };
}

/** A value within the program text of a shell would be run, whatever is in it. The whole text may be a value. */
function refuseProgramText(words: readonly (readonly Part[])[]): void {
  const texts = words.map((parts) => parts.map((part) => part.kind === "text" ? part.text : part.spelt).join(""));
  const program = findShellProgram(texts);
  if (program === undefined) return;
  const { shell, from, takesAll } = program;
  const read = takesAll ? words.slice(from) : words.slice(from, from + 1).filter((parts) => parts.length > 1);
  const placeholder = read.flat().find((part) => part.kind !== "text");
  if (placeholder === undefined) return;
  const { spelt } = placeholder;
  const advice = takesAll
    ? `send the values as input instead, for example --shell 'printf "%s\\0" ${spelt} | ${shell} HOST xargs -0 COMMAND'`
    : isShell(shell)
    ? `give the value as an argument, ${shell} -c 'echo "$1"' ${shell} ${spelt}, or let it be quoted, --shell 'echo ${spelt}'`
    : `run a shell instead that gets the value as an argument, sh -c 'echo "$1"' sh ${spelt}`;
  throw new PlaceholderProblem(
    `${spelt} stands in a program that ${shell} reads, which would run what is in the value; ${advice}`,
  );
}

/**
 * Fills an input in. A word that is nothing but `{}` becomes one word for each source; within other text the values
 * of several sources are joined by blanks.
 *
 * @param command The command.
 * @param input The values.
 * @param place Where the task stands.
 * @returns The argument vector. Values are put in as they are, or quoted for the shell, and never looked at again.
 * @throws {ShellTextProblem} If the shell would take a number only, and the value is none.
 * @throws {SplitProblem} If an input is the command, and cannot be split.
 */
export function fillCommandWords(command: CommandWords, input: InputValues, place: TaskPlace): string[] {
  const { shell } = command;
  if (command.isInput) {
    return shell === undefined ? splitWords(input.join(" ")) : [shell.program, "-c", input.join(" ")];
  }
  if (shell !== undefined) return [shell.program, "-c", fillShellText(command, input, place)];
  const filled: string[] = [];
  for (const parts of command.words) {
    const only = parts.length === 1 ? parts[0]! : undefined;
    if (only?.kind === "value" && only.source === undefined) {
      for (const value of input) filled.push(partOfValue(value, only.form));
    } else if (
      command.repeatsWords && input.length > 0 &&
      parts.some((part) => part.kind === "value" && part.source === undefined)
    ) {
      for (const value of input) {
        filled.push(parts.map((part) => fillPart(part, input, place, [value]).join("")).join(""));
      }
    } else {
      filled.push(fillText(parts, input, place));
    }
  }
  return filled;
}

/**
 * Fills the placeholders of one text in.
 *
 * @param parts The text.
 * @param input The values; several that stand in one place are joined by blanks.
 * @param place Where the task stands.
 */
export function fillText(parts: readonly Part[], input: InputValues, place: TaskPlace): string {
  return parts.map((part) => fillPart(part, input, place).join(" ")).join("");
}

/** The text that the shell of a command reads for an input. */
function fillShellText(command: CommandWords, input: InputValues, place: TaskPlace): string {
  let at = 0;
  return command.words[0]!.map((part) => {
    if (part.kind === "text") return part.text;
    const where = command.shell!.places[at++]!;
    return fillPart(part, input, place).map((value) => quoteAt(where, value)).join(" ");
  }).join("");
}

/** What a part becomes: one text, or one for each value. */
function fillPart(part: Part, input: InputValues, place: TaskPlace, every: InputValues = input): readonly string[] {
  switch (part.kind) {
    case "text":
      return [part.text];
    case "number":
      return [padded(place.number, part.isPadded ? place.total : 0)];
    case "slot":
      return [padded(place.slot ?? 1, part.isPadded ? place.slots : 0)];
    case "total":
      return [`${place.total ?? 0}`];
    case "value":
      if (part.source === undefined) return every.map((value) => partOfValue(value, part.form));
      return [partOfValue(input.at(part.source > 0 ? part.source - 1 : part.source) ?? "", part.form)];
    default:
      return part satisfies never;
  }
}

function padded(number: number, largest: number = 0): string {
  return `${number}`.padStart(`${largest}`.length, "0");
}
