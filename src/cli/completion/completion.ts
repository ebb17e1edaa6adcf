/**
 * `qcgpj completion`: a script that lets a shell complete our command lines.
 *
 * @module
 */

import { didYouMean } from "../../base/near_miss.ts";
import { parseArguments } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";
import { expectNoMore } from "../only_argument.ts";
import { bashCompletion, fishCompletion, zshCompletion } from "./scripts.ts";

const shells: ReadonlyMap<string, (commands: readonly Command[]) => string> = new Map([
  ["bash", bashCompletion],
  ["zsh", zshCompletion],
  ["fish", fishCompletion],
]);

/**
 * Makes `qcgpj completion`.
 *
 * @param commands Gives all commands, this one included.
 */
export function completionCommand(commands: () => readonly Command[]): Command {
  return {
    name: "completion",
    summary: "prints what lets a shell complete the command line",
    usage: "bash|zsh|fish",
    details: [
      "Commands, options, their values and files are completed. Put the line of your shell into its start file.",
      "Exit code: 0 it was printed, 2 wrong usage.",
    ],
    examples: [
      { line: "source <(qcgpj completion bash)", does: "In ~/.bashrc." },
      { line: "source <(qcgpj completion zsh)", does: "In ~/.zshrc, behind compinit." },
      { line: "qcgpj completion fish | source", does: "In ~/.config/fish/config.fish." },
    ],
    options: [],
    run: (args, terminal) => Promise.resolve(runCompletion(args, commands(), terminal)),
  };
}

function runCompletion(args: readonly string[], commands: readonly Command[], terminal: Terminal): number {
  const [shell, ...more] = parseArguments([], args).rest;
  const names = [...shells.keys()];
  const script = shells.get(shell ?? "");
  if (shell === undefined) throw new UsageError(`The shell is missing; write one of ${names.join(", ")}`);
  if (script === undefined) {
    const known = names.join(", ");
    throw new UsageError(`There is no completion for "${shell}"${didYouMean(shell, names)}; there is one for ${known}`);
  }
  expectNoMore(more, shell);
  terminal.out(script(commands));
  return 0;
}
