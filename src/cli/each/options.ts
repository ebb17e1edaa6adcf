/**
 * What the options of `qcgpj each` mean.
 *
 * @module
 */

import { hasRawBytes } from "../../base/byte_text.ts";
import type { ParsedArguments } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import { type Halt, parseHalt, parseTimeout } from "./option_values.ts";

/** What was asked for. */
export interface EachOptions {
  /** How many tasks at once, as it was written. */
  readonly jobs?: string;
  /** Cores for each task. */
  readonly cores: number;
  /** Whether tasks are bound to their cores. */
  readonly binding: "cores" | "none";
  /** Node specification. */
  readonly nodes?: string;
  /** Absent: never. */
  readonly halt?: Halt;
  /** Attempts in all. */
  readonly attempts: number;
  readonly timeoutMs?: number;
  readonly wd: string;
  /** Directory of the records. */
  readonly runDirectory?: string;
  /** Which of the tasks that an earlier run has ended run again; absent when there is to be no earlier run. */
  readonly resume?: "unfinished" | "failed";
  /** Whether the earlier run is gone on with although something of its records is lost. */
  readonly acceptLoss: boolean;
  readonly dryRun: boolean;
  readonly command: CommandOptions;
  readonly inputs: InputOptions;
  readonly output: OutputOptions;
}

/** How the command is read. */
export interface CommandOptions {
  /** Whether a shell reads it. */
  readonly usesShell: boolean;
  /** Other spellings of placeholders. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** How inputs are read. */
export interface InputOptions {
  /** Files with inputs. */
  readonly argFiles: readonly string[];
  /** What ends an input. */
  readonly separator: string;
}

/** What becomes of the outputs. */
export interface OutputOptions {
  readonly keepOrder: boolean;
  readonly tag: boolean;
  /** Whether it is shown how far the sweep is. */
  readonly showsProgress: boolean;
  readonly jobLog?: string;
}

/** Options that give another spelling to a placeholder. */
const spellings: Readonly<Record<string, string>> = {
  "replace": "{}",
  "extensionreplace": "{.}",
  "basenamereplace": "{/}",
  "dirnamereplace": "{//}",
  "basenameextensionreplace": "{/.}",
  "seqreplace": "{#}",
  "slotreplace": "{%}",
};

/**
 * Reads the options.
 *
 * @param given What was on the command line.
 * @throws {UsageError} If a value is wrong, or two options contradict one another.
 */
export function parseEachOptions({ options }: ParsedArguments): EachOptions {
  refuseBytes(options);
  const number = (name: string) => (options.get(name) as number | undefined) ?? 1;
  const halt = parseHalt(textOf(options, "halt") ?? "never");
  const timeoutMs = parseTimeout(textOf(options, "timeout"));
  return {
    ...parseWidth(options),
    ...parseRecords(options),
    cores: number("cores"),
    binding: (textOf(options, "binding") ?? "none") as EachOptions["binding"],
    attempts: number("retries"),
    wd: textOf(options, "wd") ?? ".",
    dryRun: options.has("dry-run"),
    command: parseCommandOptions(options),
    inputs: parseInputOptions(options),
    output: parseOutputOptions(options),
    ...(halt === undefined ? {} : { halt }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

type Options = ParsedArguments["options"];

/** Options that are no paths, so that they may hold any bytes. */
const anyBytes: readonly string[] = Object.keys(spellings);

/** A file cannot be opened by a name that is no UTF-8, and another name would be another file. */
function refuseBytes(options: Options): void {
  for (const [name, value] of options) {
    const raw = [value].flat().find((text) => typeof text === "string" && hasRawBytes(text));
    if (raw === undefined || anyBytes.includes(name)) continue;
    throw new UsageError(`Option --${name} has bytes that are no UTF-8: ${JSON.stringify(raw)}; choose another name`, {
      option: `--${name}`,
    });
  }
}

function textOf(options: Options, name: string): string | undefined {
  return options.get(name) as string | undefined;
}

function textsOf(options: Options, name: string): readonly string[] {
  return (options.get(name) as readonly string[] | undefined) ?? [];
}

function parseWidth(options: Options): Pick<EachOptions, "jobs" | "nodes"> {
  const jobs = textOf(options, "jobs") ?? textOf(options, "max-procs");
  const nodes = textOf(options, "nodes");
  if (jobs !== undefined && nodes !== undefined) {
    throw new UsageError("--jobs and --nodes both say how many tasks run at once; leave out one of them", {
      option: "--jobs",
    });
  }
  return { ...(jobs === undefined ? {} : { jobs }), ...(nodes === undefined ? {} : { nodes }) };
}

function parseRecords(options: Options): Pick<EachOptions, "runDirectory" | "resume" | "acceptLoss"> {
  const runDirectory = textOf(options, "run");
  const resume = options.has("resume-failed") ? "failed" : options.has("resume") ? "unfinished" : undefined;
  if (resume !== undefined && runDirectory === undefined) {
    const option = resume === "failed" ? "--resume-failed" : "--resume";
    throw new UsageError(`${option} needs the directory of the run; write --run DIR, from the first run on`, {
      option,
    });
  }
  const acceptLoss = options.has("accept-loss");
  if (acceptLoss && resume === undefined) {
    throw new UsageError("--accept-loss needs the run that has lost something; add --resume", {
      option: "--accept-loss",
    });
  }
  return {
    acceptLoss,
    ...(runDirectory === undefined ? {} : { runDirectory }),
    ...(resume === undefined ? {} : { resume }),
  };
}

function parseCommandOptions(options: Options): CommandOptions {
  const usesShell = options.has("shell");
  if (usesShell && options.has("quote")) {
    throw new UsageError("--quote says that no shell reads the command, and --shell that one does; leave out one", {
      option: "--quote",
    });
  }
  const aliases = new Map<string, string>();
  for (const [name, placeholder] of Object.entries(spellings)) {
    const spelling = textOf(options, name);
    if (spelling !== undefined && spelling !== placeholder) aliases.set(spelling, placeholder);
  }
  return { usesShell, aliases };
}

function parseInputOptions(options: Options): InputOptions {
  return { argFiles: textsOf(options, "arg-file"), separator: options.has("null") ? "\0" : "\n" };
}

function parseOutputOptions(options: Options): OutputOptions {
  const jobLog = textOf(options, "joblog");
  return {
    keepOrder: options.has("keep-order"),
    tag: options.has("tag"),
    showsProgress: options.has("progress"),
    ...(jobLog === undefined ? {} : { jobLog }),
  };
}
