/**
 * The options of `qcgpj run`: those of the service that make sense here, and a few of its own.
 *
 * @module
 */

import { formatWallTime } from "../../base/duration.ts";
import { rerunChoice } from "../../api/resumed_run.ts";
import type { Durability } from "../../journal/durability.ts";
import type { RerunChoice } from "../../runtime/reruns.ts";
import { inSection, type OptionSpec, parseArguments } from "../../service/arguments.ts";
import { serviceOptionTable } from "../../service/option_table.ts";
import { readServiceOptions } from "../../service/options.ts";
import { tellUnwritten } from "../../service/record_options.ts";
import { UsageError } from "../../service/usage.ts";
import { fromOption } from "../request_file.ts";
import { failuresForm, type HaltRule, isFailures } from "../../runtime/halt.ts";
import { learnOption } from "../learn.ts";
import { type CommonOptions, graceMsDefault } from "../settings.ts";

/** The options of the service that make no sense for a run. */
const ownNames: readonly string[] = [
  ...["help", "file", "file-path", "show-progress", "governor", "parent", "slurm-partition-nodes"],
  "wrapper-rt-stats",
];

/** The options that a run shares with the service. */
const shared = serviceOptionTable.filter(({ name }) => !ownNames.includes(name));

const durabilities: readonly Durability[] = ["memory", "process", "power"];

/** All options of `qcgpj run`, in the order of help. */
export const runOptionTable: readonly OptionSpec[] = [
  ...inSection("Requests", [fromOption]),
  ...shared,
  ...inSection("What starts first", [learnOption, {
    name: "halt",
    value: { kind: "text" },
    placeholder: "WHEN",
    default: "never",
    help: "starts nothing more once tasks have failed: soon,fail=N, or soon,fail=5% of all; now,fail=N stops what runs",
  }]),
  ...inSection("Tasks", [
    {
      name: "grace",
      value: { kind: "time", takesZero: true },
      placeholder: "TIME",
      default: formatWallTime(graceMsDefault),
      help: "time between SIGTERM and SIGKILL when a task is stopped",
    },
    {
      name: "no-login",
      value: { kind: "flag" },
      help: "runs scripts in a shell that does not read your profile, where the job does not say otherwise",
    },
  ]),
  ...inSection("Records", [
    {
      name: "failed",
      value: { kind: "flag" },
      help: "with --resume: what failed runs again, and what was omitted by it",
    },
    {
      name: "only",
      value: { kind: "texts" },
      placeholder: "NAME",
      help: "with --resume: this job or iteration runs again, with --failed only if it failed; may be repeated",
    },
    {
      name: "durability",
      value: { kind: "choice", choices: durabilities },
      placeholder: "WORD",
      default: "process",
      help: "what the records survive: memory keeps none, process the end of this program, power the loss of power",
    },
  ]),
  ...inSection("What is shown", [
    {
      name: "quiet",
      short: "q",
      value: { kind: "flag" },
      help: "shows no progress, and a summary only if something failed",
    },
    {
      name: "events",
      value: { kind: "flag" },
      help: "with -: also writes a line of JSON for all that happens to jobs and iterations",
    },
  ]),
];

/** What a run was asked to be. */
export interface RunOptions {
  /** What it shares with the service. */
  readonly common: CommonOptions;
  /** The request file; `-` is the standard input; absent when only a run is resumed, or with the network alone. */
  readonly file: string | undefined;
  /** What the file is written in, if not as requests. */
  readonly from: string | undefined;
  /** Which tasks of the resumed run are to run again although they have ended. */
  readonly rerun: RerunChoice | undefined;
  /** What the records survive. */
  readonly durability: Durability;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  /** Whether scripts get a login shell. */
  readonly login: boolean;
  /** When the run halts because of failures. */
  readonly haltOn: HaltRule | undefined;
  /** Which run teaches how long tasks take. */
  readonly learn: string | undefined;
  /** Whether nothing is said when all goes well. */
  readonly isQuiet: boolean;
  /** Whether ends are told on the standard output. */
  readonly tellsEvents: boolean;
}

/**
 * Reads the command line of `qcgpj run`.
 *
 * @throws {UsageError} If something in it is wrong.
 */
export function parseRunOptions(args: readonly string[]): RunOptions {
  const { options, rest } = parseArguments(runOptionTable, args);
  const shared = readServiceOptions(options);
  const [file, ...more] = rest;
  if (more.length > 0) throw new UsageError(`There can be only one request file, and here are ${rest.join(" and ")}`);
  if (file === undefined && shared.resume === undefined && shared.network === undefined) {
    throw new UsageError("The request file is missing; give FILE, - for the standard input, --net, or --resume DIR");
  }
  for (const name of ["failed", "only"]) {
    if (!options.has(name) || shared.resume !== undefined) continue;
    throw new UsageError(`Option --${name} says what of an earlier run runs again; add --resume DIR`, {
      option: `--${name}`,
    });
  }
  const from = options.get("from") as string | undefined;
  if (from !== undefined && (file === undefined || file === "-")) {
    throw new UsageError("Option --from says what FILE is written in; give the path of a file", { option: "--from" });
  }
  const only = options.get("only") as readonly string[] | undefined;
  const rerun = rerunChoice({
    ...(options.has("failed") ? { rerun: "failed" } : {}),
    ...(only === undefined ? {} : { only }),
  });
  const durability = (options.get("durability") ?? "process") as Durability;
  if (durability === "memory" && shared.resume !== undefined) {
    throw new UsageError("Option --durability memory keeps no records, so it cannot be used with --resume", {
      option: "--durability",
    });
  }
  const tellsEvents = options.has("events");
  if (tellsEvents && file !== "-") {
    throw new UsageError("Option --events needs the file -, as only then somebody reads the standard output", {
      option: "--events",
    });
  }
  const common = { ...shared, unsupported: [...shared.unsupported, ...tellUnwritten(options, durability)] };
  return {
    ...{ common, file, from, rerun, durability, tellsEvents },
    graceMs: (options.get("grace") as number | undefined) ?? graceMsDefault,
    login: !options.has("no-login"),
    haltOn: parseHaltRule((options.get("halt") as string | undefined) ?? "never"),
    learn: options.get("learn") as string | undefined,
    isQuiet: options.has("quiet"),
  };
}

function parseHaltRule(text: string): HaltRule | undefined {
  if (text === "never") return undefined;
  const [, how, digits, percent] = /^(soon|now),fail=([0-9.]+)(%?)$/.exec(text) ?? [];
  const failures = percent === "%" ? `${digits}%` : Number(digits);
  if (how !== undefined && isFailures(failures)) return { failures, how: how as "soon" | "now" };
  throw new UsageError(
    `Option --halt must be never, soon,fail=N or now,fail=N, where N is ${failuresForm}, not ${JSON.stringify(text)}`,
    { option: "--halt" },
  );
}
