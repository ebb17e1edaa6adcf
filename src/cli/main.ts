#!/usr/bin/env -S deno run -A
/**
 * The command line, `qcgpj`. Data goes to standard output, everything else to standard error. It exits with 0 when all
 * succeeded, 1 when some did not, 2 for wrong usage or a bad file, and 70 for a bug of ours.
 *
 * @example Running it without installing anything
 * ```sh
 * deno run -A jsr:@qcg/pilotjob/cli run jobs.json
 * ```
 *
 * @module
 */

// First of all: a keeper needs nothing of what follows, and need not wait for it.
import "../deno/keeper/obey.ts";
import { hasRawBytes } from "../base/byte_text.ts";
import { didYouMean } from "../base/near_miss.ts";
import { readArguments } from "../deno/host/arguments.ts";
import { neverPrompt } from "../deno/host/never_prompt.ts";
import { dismissAhead } from "../deno/keeper/start_ahead.ts";
import { PilotJobError } from "../errors.ts";
import { UsageError } from "../service/usage.ts";
import { version } from "../version.ts";
import { isOutputClosed } from "./closed_output.ts";
import type { Command, Terminal } from "./command.ts";
import { commandGroups, commands } from "./commands.ts";
import { formatCommandHelp, formatGeneralHelp, programName } from "./help.ts";
import { liveThroughHarmless } from "./interrupts.ts";
import { systemTerminal } from "./terminal.ts";

export type { Command, Terminal } from "./command.ts";
export type { OptionKind, OptionSpec } from "../service/arguments.ts";

/** What the process exits with when the fault is ours. */
const bugExitCode = 70;

/**
 * Runs the command line.
 *
 * @param args The arguments, without the name of the program.
 * @param terminal Where to read and write.
 * @returns The exit code.
 */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  neverPrompt();
  // `qcgpj help run` is `qcgpj run --help`.
  const [word, ...rest] = args[0] === "help" && args[1] !== undefined ? [args[1], "--help"] : args;
  const command = commands.find(({ name }) => name === word);
  try {
    if (command === undefined) return runGeneral(word, terminal);
    if (!command.takesBytes) refuseBytes(rest);
    if (!worksUnheard.includes(command.name)) requireOutput();
    if (!command.looksForHelp && asksForHelp(rest)) {
      terminal.out(formatCommandHelp(command, terminal.columns()));
      return 0;
    }
    return await command.run(rest, terminal);
  } catch (error) {
    return explain(error, command, terminal);
  } finally {
    dismissAhead();
  }
}

function runGeneral(word: string | undefined, terminal: Terminal): number {
  switch (word) {
    case "--help":
    case "-h":
    case "help":
      terminal.out(formatGeneralHelp(commandGroups, terminal.columns()));
      return 0;
    case "version":
    case "--version":
    case "-V":
      terminal.out(`${programName} ${version}\n`);
      return 0;
    case undefined:
      terminal.err(formatGeneralHelp(commandGroups, terminal.columns()));
      return 2;
    default: {
      const what = word.startsWith("-") ? "option" : "command";
      const names = what === "option" ? ["--help", "--version"] : commands.map(({ name }) => name);
      terminal.err(
        `${programName}: There is no ${what} "${word}"${didYouMean(word, names)}; see ${programName} --help\n`,
      );
      return 2;
    }
  }
}

/** Commands that do something, so that they may run though nobody can read what they print. */
const worksUnheard: readonly string[] = ["run", "service"];

/** What is written to a closed output would be lost without an error. */
function requireOutput(): void {
  if (!isOutputClosed()) return;
  throw new UsageError(
    "Standard output is closed, so that all output would be lost; write >/dev/null to throw it away",
  );
}

/** Files cannot be opened by such names here, and another name would be another file. */
function refuseBytes(args: readonly string[]): void {
  const raw = args.find(hasRawBytes);
  if (raw === undefined) return;
  throw new UsageError(`${JSON.stringify(raw)} has bytes that are no UTF-8; give the file another name`);
}

/** Help is wanted wherever it is asked for, but not behind `--`, where arguments belong to another program. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.findIndex((arg) => arg === "--" || arg === ":::");
  return args.slice(0, end < 0 ? args.length : end).some((arg) => arg === "--help" || arg === "-h");
}

/** Says what went wrong. Errors know their exit code; what is no error of ours is our bug. */
function explain(error: unknown, command: Command | undefined, terminal: Terminal): number {
  // A reader that closed our standard output has seen enough, as in `qcgpj --help | head -1`.
  if (error instanceof Deno.errors.BrokenPipe) return 0;
  const called = command === undefined ? programName : `${programName} ${command.name}`;
  if (error instanceof Deno.errors.InvalidData && error.message.includes("is not valid UTF-8")) {
    terminal.err(`${called}: ${error.message}: it cannot be worked with; change to another directory\n`);
    return 2;
  }
  if (isRefusal(error)) {
    terminal.err(`${called}: The system refuses: ${error.message}\n`);
    return 2;
  }
  if (!(error instanceof PilotJobError)) {
    const stack = error instanceof Error ? error.stack ?? String(error) : String(error);
    terminal.err(`${called}: This is a bug of ${programName} ${version}, please report it:\n${stack}\n`);
    return bugExitCode;
  }
  const hint = error.code === "USAGE" ? `; see ${called} --help` : "";
  terminal.err(`${called}: ${error.message}${hint}\n`);
  return 2;
}

/** What the operating system or Deno's permissions do not let us do, and what no code of ours could. */
function isRefusal(error: unknown): error is Error {
  if (error instanceof PilotJobError || !(error instanceof Error)) return false;
  if (error instanceof Deno.errors.NotCapable) return true;
  return "code" in error && ["ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EACCES", "EPERM", "EMFILE", "ENFILE", "EIO"]
    .includes(String(error.code));
}

/** Runs the command line of this process. */
async function runProcess(): Promise<number> {
  liveThroughHarmless();
  const terminal = systemTerminal();
  let args: readonly string[];
  try {
    args = readArguments();
  } catch (error) {
    return explain(error, undefined, terminal);
  }
  return await main(args, terminal);
}

if (import.meta.main) Deno.exit(await runProcess());
