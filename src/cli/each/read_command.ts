/**
 * Reads the command of a sweep: by our own rules of words, or as the text of a shell.
 *
 * @module
 */

import {
  type CommandRules,
  type CommandWords,
  fillCommandWords,
  fillText,
  type InputValues,
  parseCommandWords,
  type TaskPlace,
} from "../../job/command_words.ts";
import { findPlaceholders, type Part, PlaceholderProblem, type PlaceholderRules } from "../../job/placeholders.ts";
import { ShellTextProblem } from "../../job/shell_reader.ts";
import { SplitProblem, splitWords } from "../../job/split_words.ts";
import { commandText } from "../../report/command_text.ts";
import { UsageError } from "../../service/usage.ts";

/**
 * Takes the words of the command line apart. A command that is one word is split, unless a shell is to read it; several
 * words are taken as they are.
 *
 * @param words The words that were given, at least one.
 * @param rules How they are read.
 * @throws {UsageError} If the command cannot be split, or a placeholder stands where it must not.
 */
export function readCommand(words: readonly string[], rules: CommandRules): CommandWords {
  const [first = "", ...more] = words;
  try {
    return parseCommandWords(rules.shell === undefined && more.length === 0 ? splitWords(first) : words, rules);
  } catch (error) {
    throw explainCommand(error, first);
  }
}

/** Words that have a meaning only where a shell reads them. */
const shellOperators: ReadonlySet<string> = new Set(["<", ">", ">>", "2>", "2>&1", "&>", "|", "||", "&&"]);

const separatorOption = /^(?:-\w*[dFst]|--\S+)$/;

/** Programs that have such words of their own. */
const operatorPrograms: ReadonlySet<string> = new Set([
  ...["expr", "test", "[", "find", "tr", "jq", "grep", "egrep", "fgrep", "zgrep", "rg", "sed", "echo", "printf"],
]);

/**
 * Says of a command of several words which of them will probably not do what was meant, as no shell reads it; `undefined`
 * where none is. What stands behind an option that takes a separator, as in `cut -d '|'`, is its value.
 */
export function operatorWarning(words: readonly string[]): string | undefined {
  if (operatorPrograms.has(words[0]?.split("/").at(-1) ?? "")) return undefined;
  const found = words.find((word, i) => i > 0 && shellOperators.has(word) && !separatorOption.test(words[i - 1]!));
  if (found === undefined) return undefined;
  return `The word "${found}" goes to ${words[0]} as it is, as no shell reads the command; add --shell if one should`;
}

/**
 * Says as a fault of the caller what is wrong with a command; other errors are left as they are.
 *
 * @param input The number of the input that is the command, where one is.
 */
export function explainCommand(error: unknown, text: string, input?: number): unknown {
  if (error instanceof SplitProblem) {
    const place = `${JSON.stringify(text)}, character ${error.offset + 1}`;
    const what = input === undefined ? "the command" : `input ${input} as a command`;
    const hint = `; or add --shell, and a shell reads the ${input === undefined ? "command" : "inputs"}`;
    return new UsageError(`Cannot split ${what}: ${error.message} (${place})${hint}`, { cause: error });
  }
  if (error instanceof PlaceholderProblem || error instanceof ShellTextProblem) {
    return new UsageError(`Cannot use the command: ${error.message}`, { cause: error });
  }
  return error;
}

/** The command for an input as a user would type it. */
export function showCommand(command: CommandWords, input: InputValues, place: TaskPlace): string {
  const filled = fillCommandWords(command, input, place);
  return command.shell === undefined ? commandText(filled) : filled.at(-1)!;
}

/** Texts beside the command that have placeholders. */
export interface SweepTexts {
  /** What lines of output begin with; absent for nothing. */
  readonly tag?: readonly Part[];
  /** Whether one of them has the slot in it. */
  readonly hasSlot: boolean;
  /** Whether one of them needs the number of all tasks. */
  readonly hasTotal: boolean;
}

/**
 * Finds the placeholders of texts beside the command.
 *
 * @throws {UsageError} If one cannot be filled in.
 */
export function readTexts(tag: string | undefined, results: string | undefined, rules: PlaceholderRules): SweepTexts {
  try {
    // The whole value is {} also where the command has another word for it.
    const parts = tag === undefined ? undefined : findPlaceholders(tag, tag === "{}" ? {} : rules);
    const all = [...parts ?? [], ...(results === undefined ? [] : findPlaceholders(results, rules))];
    return {
      ...(parts === undefined ? {} : { tag: parts }),
      hasSlot: all.some(({ kind }) => kind === "slot"),
      hasTotal: all.some((part) => part.kind === "total" || (part.kind === "number" && part.isPadded)),
    };
  } catch (error) {
    throw explainCommand(error, tag ?? "");
  }
}

/** What the lines of a task's output begin with. */
export function tagOf({ tag }: SweepTexts, input: InputValues, place: TaskPlace): string | undefined {
  return tag === undefined ? undefined : fillText(tag, input, place);
}

/** The line that shows the command for an input among outputs; it begins as these do. */
export function commandLine(command: CommandWords, texts: SweepTexts, input: InputValues, place: TaskPlace): string {
  const tag = tagOf(texts, input, place);
  return `${tag === undefined ? "" : `${tag}\t`}${showCommand(command, input, place)}\n`;
}
