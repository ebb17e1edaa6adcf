/**
 * `qcgpj each`: one command for each input, as users of GNU parallel and xargs expect it.
 *
 * @module
 */

import { type CommandWords, fillCommandWords, type InputValues, parseCommandWords } from "../../job/command_words.ts";
import { SplitProblem, splitWords } from "../../job/split_words.ts";
import { commandText } from "../../report/command_text.ts";
import { parseArguments } from "../../service/arguments.ts";
import { eachOptionTable, parseEachOptions } from "../../service/each_options.ts";
import { splitSources } from "../../service/input_sources.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";
import { readInputs } from "./inputs.ts";
import { EachSession } from "./each_session.ts";
import { formatCommandHelp, helpOption } from "../help.ts";

/** `qcgpj each`. */
export const eachCommand: Command = {
  name: "each",
  summary: "runs a command for each input, as GNU parallel and xargs do",
  usage: "[OPTION …] COMMAND [ARGUMENT …] [::: VALUE …]",
  details: [
    "A command that is one word is split by the rules of quotes and backslashes, once; several words are taken as they " +
    "are. No shell reads it: for pipes and redirections use a script, or sh -c with {} as an argument behind it. The " +
    "values are put in afterwards and never looked at again, whatever is in them.",
    "In the command {} or ${it} stands for the value, {.} for the value without its extension, {/} without its " +
    "directory, {//} for its directory, {/.} for the name without both, {#} for the number of the input; {1}, {2.} and " +
    "so on for one of several sources. Without any of them the value becomes the last argument.",
    "Inputs are what stands behind :::, the lines of files behind ::::, the lines of --arg-file, or else the lines of " +
    "standard input. Several sources are combined, each value with each; :::+ and ::::+ tie a source to the one before.",
    "The output of a task is printed in one piece when it has ended. Options stand before the command.",
    "Exit code: 0 all tasks succeeded, 1 some did not, 2 wrong usage or unusable inputs; 130 and so on when a signal " +
    "ended it.",
  ],
  examples: [
    {
      line: "qcgpj each 'convert ${it} {.}.png' ::: *.tif",
      does: "Converts pictures, as many at once as there are cores.",
    },
    { line: "find . -name '*.gz' -print0 | qcgpj each -0 gunzip", does: "Takes any file name, whatever is in it." },
    { line: "seq 100 | qcgpj each -k --tag ./simulate --seed {}", does: "Prints outputs in the order of the seeds." },
    {
      line: "qcgpj each --run sweep --resume --retries 3 ./fit {1} {2} ::: a b ::: 1 2 3",
      does: "Runs six fits; the same line goes on with them after a crash.",
    },
    {
      line: `qcgpj each sh -c 'grep -c x "$1" | sort > "$1.sum"' sh {} ::: *.log`,
      does: "Uses a shell, and gives it the value as an argument.",
    },
  ],
  options: eachOptionTable,
  looksForHelp: true,
  run: runEach,
};

async function runEach(args: readonly string[], terminal: Terminal): Promise<number> {
  const { before, sources } = splitSources(args);
  const given = parseArguments([...eachOptionTable, helpOption], before, { stopsAtWord: true });
  if (given.options.has(helpOption.name)) {
    terminal.out(formatCommandHelp(eachCommand, terminal.columns()));
    return 0;
  }
  const options = parseEachOptions(given);
  const words = readCommand(given.rest);
  const command = parseCommandWords(words, options.valueWord);
  const { argFile, separator } = options;
  const sourceCount = sources.length + (argFile !== undefined || sources.length === 0 ? 1 : 0);
  if (command.sourcesMin > sourceCount) {
    const has = sourceCount === 1 ? "is one source" : `are ${sourceCount} sources`;
    throw new UsageError(`The command has {${command.sourcesMin}}, but there ${has} of inputs`);
  }
  if (terminal.isTyped && argFile === undefined && sources.length === 0) {
    terminal.err("qcgpj each: reading inputs from the terminal, one a line, up to Ctrl-D; or give them behind :::\n");
  }
  const inputs = readInputs({ sources, argFile, separator, input: terminal.input });
  if (options.dryRun) return await printCommands(command, inputs, terminal);
  return await new EachSession({ words, command, options, inputs, terminal }).run();
}

/** The words of the command: one word is split, several are taken as they are. */
function readCommand(rest: readonly string[]): readonly string[] {
  const [first, ...more] = rest;
  if (first === undefined) {
    throw new UsageError("The command is missing; write for example qcgpj each gzip ::: *.txt");
  }
  if (more.length > 0) return rest;
  try {
    return splitWords(first);
  } catch (error) {
    if (!(error instanceof SplitProblem)) throw error;
    const place = `${JSON.stringify(first)}, character ${error.offset + 1}`;
    throw new UsageError(`Cannot split the command: ${error.message} (${place})`, { cause: error });
  }
}

async function printCommands(
  command: CommandWords,
  inputs: AsyncIterable<InputValues>,
  terminal: Terminal,
): Promise<number> {
  let number = 0;
  for await (const input of inputs) terminal.out(`${commandText(fillCommandWords(command, input, ++number))}\n`);
  return 0;
}
