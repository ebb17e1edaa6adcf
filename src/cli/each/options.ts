/**
 * What the options of `qcgpj each` mean.
 *
 * @module
 */

import { hasRawBytes } from "../../base/byte_text.ts";
import type { ParsedArguments } from "../../service/arguments.ts";
import { type DashboardChoice, readDashboard } from "../../service/dashboard_options.ts";
import { UsageError } from "../../service/usage.ts";
import { type InputOptions, parseInputOptions } from "./input_options.ts";
import { type Halt, parseHalt } from "./option_values.ts";
import { type OutputOptions, parseOutputOptions } from "./output_options.ts";

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
  readonly throttle: ThrottleOptions;
  readonly nice?: number;
  /** A variable that gets the slot, counted from 0. */
  readonly slotVariable?: string;
  readonly wd: string;
  /** Directory of the records. */
  readonly runDirectory?: string;
  /** Which of the tasks that an earlier run has ended run again; absent when there is to be no earlier run. */
  readonly resume?: "unfinished" | "failed";
  /** Whether the earlier run is gone on with although something of its records is lost. */
  readonly acceptLoss: boolean;
  readonly dryRun: boolean;
  /** The file for its numbers. */
  readonly metricsFile?: string;
  /** Present if a dashboard is wanted. */
  readonly dashboard?: DashboardChoice;
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

/** What the next task waits for, beside a free core. */
export interface ThrottleOptions {
  /** Milliseconds since the task before. */
  readonly delayMs?: number;
  /** How many processes may run, as it was written. */
  readonly load?: string;
  /** Bytes of memory that must be free. */
  readonly memoryFree?: number;
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
  const output = parseOutputOptions(options);
  if (output.printing !== "whole" && options.has("run")) {
    throw new UsageError(
      "A resume could not tell what was printed while a task ran; leave out --run, or --line-buffer and --ungroup",
      {
        option: "--run",
      },
    );
  }
  const halt = parseHalt(textOf(options, "halt") ?? "never");
  const timeoutMs = options.get("timeout") as number | undefined;
  const dashboard = readDashboard(options);
  const metricsFile = options.get("metrics-file") as string | undefined;
  const nice = options.get("nice") as number | undefined;
  const slotVariable = textOf(options, "process-slot-var");
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
    output,
    ...(halt === undefined ? {} : { halt }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    throttle: parseThrottle(options),
    ...(dashboard === undefined ? {} : { dashboard }),
    ...(metricsFile === undefined ? {} : { metricsFile }),
    ...(nice === undefined ? {} : { nice }),
    ...(slotVariable === undefined ? {} : { slotVariable }),
  };
}

function parseThrottle(options: Options): ThrottleOptions {
  const delayMs = options.get("delay") as number | undefined;
  const load = textOf(options, "load");
  const memoryFree = options.get("memfree") as number | undefined;
  return {
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(load === undefined ? {} : { load }),
    ...(memoryFree === undefined ? {} : { memoryFree }),
  };
}

type Options = ParsedArguments["options"];

/** Options that are no paths, so that they may hold any bytes. */
const anyBytes: readonly string[] = [...Object.keys(spellings), "eof", "tagstring"];

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
