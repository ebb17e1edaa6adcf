/**
 * `qcgpj each`: one command for each input, as users of GNU parallel and xargs expect it.
 *
 * @module
 */

import { isInSlurm } from "../../api/choose_resources.ts";
import { defaultPath } from "../../deno/host/search_path.ts";
import { startKeeperAhead } from "../../deno/local/launch.ts";
import { Programs } from "../../deno/local/launch_prepare.ts";
import { parseArguments } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";
import { formatCommandHelp, helpOption } from "../help.ts";
import { EachSession } from "./each_session.ts";
import { foreignOptions } from "./foreign_options.ts";
import { openTaskInputs, sourcesOf, type TaskInputs } from "./task_inputs.ts";
import { splitSources } from "./input_sources.ts";
import { eachOptionTable } from "./option_table.ts";
import { parseEachOptions } from "./options.ts";
import { commandLine, explainCommand, operatorWarning } from "./read_command.ts";

/** `qcgpj each`. */
export const eachCommand: Command = {
  name: "each",
  summary: "runs a command for each input, as GNU parallel and xargs do",
  usage: "[OPTION …] COMMAND [ARGUMENT …] [::: VALUE …]",
  details: [
    "A command that is one word is split by the rules of quotes and backslashes, once; several words are taken as they " +
    "are. No shell reads it, unless --shell lets one do so: then pipes, redirections and variables work, and values are " +
    "quoted for the shell wherever they stand. Values are never run nor split, whatever is in them.",
    "In the command {} or ${it} stands for the value, {.} for the value without its extension, {/} without its " +
    "directory, {//} for its directory, {/.} for the name without both; {..}, {/..}, {+.}, {+/} and their kind as in " +
    "GNU parallel; {1}, {2.}, {-1} and so on for one of several sources. {#} is the number of the task, {%} the slot " +
    "that it runs in, {##} how many tasks there are. Without any of them the value becomes the last argument.",
    "Inputs are what stands behind :::, the lines of files behind ::::, the lines of --arg-file, or else the lines of " +
    "standard input. Several sources are combined, each value with each; :::+ and ::::+ tie a source to the one before. " +
    "Without a command each input is one.",
    "The output of a task is printed in one piece when it has ended. Options stand before the command.",
    "Exit code: 0 all tasks succeeded, 1 some did not, 2 wrong usage or unusable inputs; 130 and so on when a signal " +
    "ended it; 75 the allocation of Slurm is about to end, and --resume goes on in another one.",
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
      line: "qcgpj each --shell 'grep x {} | sort > {.}.out' ::: *.log",
      does: "Lets a shell read the command; the values are quoted for it.",
    },
  ],
  options: eachOptionTable,
  looksForHelp: true,
  takesBytes: true,
  run: runEach,
};

async function runEach(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = parseArguments([...eachOptionTable, helpOption], args, { stopsAtWord: true, instead: foreignOptions });
  if (given.options.has(helpOption.name)) {
    terminal.out(formatCommandHelp(eachCommand, terminal.columns()));
    return 0;
  }
  const options = parseEachOptions(given);
  const { before: words, sources } = splitSources(given.rest, options.inputs.separators);
  const isAsked = options.inputs.argFiles.length + sources.length === 0 && terminal.isTyped;
  if (words.length === 0 && (isAsked || options.inputs.pipe !== undefined)) {
    throw new UsageError("The command is missing; write for example qcgpj each gzip ::: *.txt");
  }
  if (options.inputs.pipe !== undefined && sources.length > 0) {
    throw new UsageError("--pipe reads the standard input, and ::: gives inputs; leave out one", { option: "--pipe" });
  }
  if (isAsked) {
    terminal.err("qcgpj each: reading inputs from the terminal, one a line, up to Ctrl-D; or give them behind :::\n");
  }
  if (!options.dryRun && !isInSlurm()) startKeeperAhead();
  const shell = options.command.usesShell ? chooseShell() : undefined;
  const all = sourcesOf(options.inputs, sources);
  await using inputs = await openTaskInputs({ words, shell, options, sources: all, input: terminal.input });
  const warning = shell === undefined && words.length > 1 ? operatorWarning(words) : undefined;
  if (warning !== undefined) terminal.err(`qcgpj each: ${warning}\n`);
  if (options.dryRun) return await printCommands(inputs, terminal);
  return await new EachSession({ words, inputs, options, terminal }).run();
}

/** Chooses the shell that reads commands: bash, as it knows the functions that a script has exported, or else `sh`. */
function chooseShell(): string {
  return new Programs().find("bash", Deno.env.get("PATH") ?? defaultPath) === undefined ? "sh" : "bash";
}

async function printCommands({ command, texts, values, total }: TaskInputs, terminal: Terminal): Promise<number> {
  let number = 0;
  for await (const input of values) {
    const place = { number: ++number, ...(total === undefined ? {} : { total }) };
    try {
      terminal.out(commandLine(command, texts, input, place));
    } catch (error) {
      throw explainCommand(error, input.join(" "), command.isInput ? number : undefined);
    }
  }
  return 0;
}
