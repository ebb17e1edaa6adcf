/**
 * Which run a command looks at, and what it reads of it: what the commands that look at runs have in common.
 *
 * @module
 */

import { findRun, type ReadRun, readRun } from "../../deno/files/runs/run_reader.ts";
import { taskCount } from "../../job/description.ts";
import type { ViewedTask } from "../../report/look/run_view.ts";
import { type OptionSpec, parseArguments, type ParsedArguments } from "../../service/arguments.ts";
import { findTarget } from "../../service/target.ts";
import { UsageError } from "../../service/usage.ts";
import type { Terminal } from "../command.ts";

/** Names the run. */
export const runOption: OptionSpec = {
  name: "run",
  short: "C",
  value: { kind: "text" },
  placeholder: "DIR",
  default: ".",
  help: "the run: its folder, a folder with runs (then the newest), or its id",
};

/** Chooses JSON. */
export const jsonOption: OptionSpec = {
  name: "json",
  value: { kind: "flag" },
  help: "writes JSON, for programs",
};

/** What the help of each command says about how a run is named. */
export const namingText: string =
  "The run is named by -C DIR: a run's folder, a folder that holds runs, of which the newest is " +
  "meant, or an id of a run in the current directory. Nothing is changed, and it does not matter whether the run " +
  "lives, has ended, or was broken off; what is damaged in its records is left out and told.";

/** What the help of a command that only looks says about its exit code. */
export const lookExitText: string = "Exit code: 0 it was shown, 2 wrong usage, or there is no such run or task.";

/** Arguments that were read, and the run that they name. */
export interface TargetRun {
  readonly options: ParsedArguments["options"];
  /** The words that do not name the run. */
  readonly names: readonly string[];
  /** The folder of the run. */
  readonly folder: string;
}

/**
 * Reads arguments and finds the run.
 *
 * @param table The options of the command, with {@linkcode runOption}.
 * @param args The arguments.
 * @param takes Whether the words name tasks, or the one word that there may be names the run.
 */
export function parseTarget(
  table: readonly OptionSpec[],
  args: readonly string[],
  takes: "tasks" | "directory",
): TargetRun {
  const { options, rest } = parseArguments(table, args);
  const given = options.get("run") as string | undefined;
  if (takes === "tasks") return { options, names: rest, folder: findRun(given ?? ".") };
  return { options, names: [], folder: findRun(oneDirectory(given, rest) ?? ".") };
}

/** The directory that was named, as an option or as the only word; `undefined` when none was. */
export function oneDirectory(option: string | undefined, words: readonly string[]): string | undefined {
  if (words.length > 1) throw new UsageError(`There can be only one DIR, and here are ${words.join(" and ")}`);
  if (option !== undefined && words.length > 0) {
    throw new UsageError(`The run is named twice, by -C ${option} and by ${words[0]}`, { option: "-C" });
  }
  return option ?? words[0];
}

/** The tasks that names stand for, in the order of the names; each once. */
export function findTasks({ view }: ReadRun, names: readonly string[]): ViewedTask[] {
  const found = new Map<number, ViewedTask>();
  for (const name of names) {
    const { job, offset } = findTarget(view, name);
    const offsets = offset === undefined ? Array.from({ length: taskCount(job.description) }, (_, i) => i) : [offset];
    for (const one of offsets) found.set(job.firstTask + one, { job, offset: one });
  }
  return [...found.values()];
}

/** Reads the run of a target. */
export function readTarget({ folder }: TargetRun): ReadRun {
  return readRun(folder);
}

/** Paints text for the standard output, where a person sees it and wants colours. */
export function outputPainter({ hasColour }: Terminal): (text: string, code: number) => string {
  const paints = hasColour && Deno.stdout.isTerminal();
  return (text, code) => paints ? `\x1b[${code}m${text}\x1b[0m` : text;
}
