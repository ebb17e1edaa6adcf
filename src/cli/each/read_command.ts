/**
 * Reads the command of a sweep: by our own rules of words, or as the text of a shell.
 *
 * @module
 */

import { type CommandWords, fillCommandWords, type InputValues, type TaskPlace } from "../../job/command_words.ts";
import { type CommandRules, parseCommandWords } from "../../job/command_words.ts";
import { PlaceholderProblem } from "../../job/placeholders.ts";
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

/** Says as a fault of the caller what is wrong with a command; other errors are left as they are. */
export function explainCommand(error: unknown, text: string): unknown {
  if (error instanceof SplitProblem) {
    const place = `${JSON.stringify(text)}, character ${error.offset + 1}`;
    return new UsageError(`Cannot split the command: ${error.message} (${place})`, { cause: error });
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
