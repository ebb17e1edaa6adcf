/**
 * The options of the service: what was written on a command line, checked and typed.
 *
 * Unlike in QCG-PilotJob, `--resources`, `--net-pub-port` and `--report-format none` mean what they say, ports must be
 * ports, and the start method of node agents may be written in any case. Options that a later piece of work brings are
 * read and checked, and then named in {@linkcode ServiceOptions.unsupported}.
 *
 * @module
 */

import { didYouMean } from "../base/near_miss.ts";
import type { AskingSignal } from "../core/exit.ts";
import { PilotJobError } from "../errors.ts";
import type { BindingMode } from "../launch/binding.ts";
import type { LogLevel } from "../report/log_lines.ts";
import { jobsReportName } from "../report/run_files.ts";
import { type Counts, parseCounts } from "../resources/counted.ts";
import type { GpuSource } from "../resources/find_gpus.ts";
import { parseNodeSpec } from "../resources/node_spec.ts";
import { type OptionValue, parseArguments, spell } from "./arguments.ts";
import { readDashboard } from "./dashboard_options.ts";
import { defaultRequestFile, environmentSchemas, serviceOptionTable } from "./option_table.ts";
import { idleNetworkOptions, readNetwork, refusePorts } from "./network_options.ts";
import { type OrderOptions, readOrderOptions } from "./order_options.ts";
import type {
  EnvironmentSchemaChoice,
  GovernorOptions,
  ResourceSource,
  ServiceOptions,
  SlurmOptions,
} from "./option_types.ts";
import { UsageError } from "./usage.ts";

/**
 * Reads the command line of `qcg-pm-service`.
 *
 * @param args The arguments. Long names may be cut short, values may be glued with `=`, the last of several equal
 * options counts.
 * @throws {UsageError} If an option is unknown or ambiguous, a value is missing or wrong, or two contradict each other.
 */
export function parseServiceOptions(args: readonly string[]): ServiceOptions {
  return readServiceOptions(parseServiceArguments(args));
}

/**
 * Takes the command line of `qcg-pm-service` apart.
 *
 * @returns The options that were given, by name.
 * @throws {UsageError} If an option is unknown or ambiguous, its value missing or of the wrong kind, or if there is more
 * than options.
 */
export function parseServiceArguments(args: readonly string[]): GivenOptions {
  const { options, rest } = parseArguments(serviceOptionTable, args, { ignoresEmpty: true });
  if (rest.length === 0) return options;
  const problem = `Argument ${JSON.stringify(rest[0])} is not expected; there are only options`;
  throw new UsageError(`${problem}, and --file-path FILE names a request file`, { option: "--file-path" });
}

/**
 * Reads options that were taken apart already, here or by the table of a command that shares some of them.
 *
 * @param options The options that were given; those that the service does not know are left alone.
 * @throws {UsageError} If a value is wrong, or two contradict each other.
 */
export function readServiceOptions(options: GivenOptions): ServiceOptions {
  const given = new Given(options);
  const dashboard = readDashboard(options);
  const parsed = {
    ...readGeneral(given),
    ...readOrderOptions(options),
    ...readLater(given, options),
    ...(dashboard === undefined ? {} : { dashboard }),
    ...given.optional<"metricsFile", string>("metricsFile", "metrics-file"),
    slurmOnly: slurmNames.filter((name) => given.has(name)).map((name) => `--${name}`),
    unsupported: [...listUnsupported(given), ...idleNetworkOptions(options)],
  };
  if (!parsed.help) refuseContradictions(parsed);
  return parsed;
}

/**
 * Requires that there is somewhere for requests to come from.
 *
 * @throws {UsageError} If neither a request file nor the network nor a run to resume is given.
 */
export function requireInterface(options: ServiceOptions): void {
  if (options.requestFile !== undefined || options.resume !== undefined || options.network !== undefined) return;
  throw new UsageError("no interface enabled - finishing: give --file-path FILE, --net, or --resume DIR");
}

/** Options that were given, by name. */
export type GivenOptions = ReadonlyMap<string, OptionValue>;

/** The options that say something about an allocation of Slurm. */
const slurmNames = [
  ...["slurm-limit-nodes-range-begin", "slurm-limit-nodes-range-end", "disable-nl", "nl-init-timeout"],
  ...["nl-ready-threshold", "nl-start-method", "lead", "walltime-signal", "hyperthreads"],
];

type GeneralOptions = Omit<
  ServiceOptions,
  keyof LaterOptions | keyof OrderOptions | "dashboard" | "metricsFile" | "slurmOnly" | "unsupported"
>;
type LaterOptions = Pick<
  ServiceOptions,
  "network" | "publishes" | "governor" | "slurm" | "runTimes" | "processSamples"
>;

function readGeneral(given: Given): GeneralOptions {
  const requestFile = given.value<string>("file-path") ?? (given.has("file") ? defaultRequestFile : undefined);
  return {
    help: given.has("help"),
    ...(requestFile === undefined ? {} : { requestFile }),
    ...given.optional<"wd", string>("wd", "wd"),
    ...given.optional<"tailBytes", number>("tailBytes", "tail-bytes"),
    ...readNodes(given),
    gpus: given.value<GpuSource>("gpus") ?? "auto",
    ...readCounted(given.value("counted")),

    binding: given.value<BindingMode>("binding") ?? "auto",
    resources: given.value<ResourceSource>("resources") ?? "auto",
    environmentSchema: readSchemas(given.value("envschema") ?? ["auto"]),
    systemCore: given.has("system-core"),
    logLevel: given.value<LogLevel>("log") ?? "info",
    reportFormat: given.value<"json" | "text" | "none">("report-format") ?? "json",
    reportFile: given.value("report-file") ?? jobsReportName,
    showProgress: given.has("show-progress"),
    ...readId(given),
    tags: given.value<readonly string[]>("tags") ?? [],
    ...given.optional<"resume", string>("resume", "resume"),
    acceptLoss: given.has("accept-loss"),
  };
}

function readNodes(given: Given): { readonly nodes?: string } {
  const nodes = given.value<string>("nodes");
  if (nodes === undefined) return {};
  try {
    parseNodeSpec(nodes);
  } catch (error) {
    if (!(error instanceof PilotJobError)) throw error;
    throw new UsageError(`Option --nodes is wrong: ${error.message}`, { option: "--nodes", cause: error });
  }
  return { nodes };
}

/**
 * Reads how many there are of counted resources.
 *
 * @param items What was given, one text for each resource.
 * @throws {UsageError} If one of them is wrong.
 */
export function readCounted(items: readonly string[] | undefined): { readonly counted?: Counts } {
  if (items === undefined) return {};
  const counted = parseCounts(items);
  if (typeof counted === "object") return { counted };
  throw new UsageError(`Option --counted ${counted}`, { option: "--counted" });
}

/** The id is part of the auxiliary directory's name. */
function readId(given: Given): { readonly id?: string } {
  const id = given.value<string>("id");
  if (id === undefined) return {};
  // deno-lint-ignore no-control-regex -- control characters are exactly what is looked for
  const bad = /[/\u0000-\u001f\u007f]/.exec(id)?.[0];
  if (bad === undefined) return { id };
  throw new UsageError(`Option --id has ${JSON.stringify(bad)} in it, which no directory name can have`, {
    option: "--id",
  });
}

function readSchemas(names: readonly string[]): EnvironmentSchemaChoice {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  for (const name of wanted) {
    if (environmentSchemas.includes(name)) continue;
    const near = didYouMean(name, environmentSchemas);
    const message = `Option --envschema: environment "${name}" not available${near}`;
    throw new UsageError(`${message}; there are ${environmentSchemas.join(", ")}`, { option: "--envschema" });
  }
  // Both schemas add to the common one, so the one that adds most decides.
  return wanted.has("slurm") ? "slurm" : wanted.has("auto") ? "auto" : "common";
}

function readLater(given: Given, options: GivenOptions): LaterOptions {
  const network = readNetwork(options);
  return {
    ...(network === undefined ? {} : { network }),
    publishes: !given.has("disable-pub"),
    governor: readGovernor(given),
    slurm: readSlurm(given),
    runTimes: {
      enabled: given.has("enable-rt-stats"),
      wrapper: given.value("wrapper-rt-stats") ?? "qcg_pj_launch_wrapper",
    },
    processSamples: given.has("enable-proc-stats"),
  };
}

function readGovernor(given: Given): GovernorOptions {
  return {
    governs: given.has("governor", "slurm-partition-nodes"),
    ...given.optional<"parent", string>("parent", "parent"),
    ...given.optional<"partitionNodes", number>("partitionNodes", "slurm-partition-nodes"),
  };
}

function readSlurm(given: Given): SlurmOptions {
  const threshold = given.value<number>("nl-ready-threshold") ?? 1;
  return {
    ...given.optional<"rangeBegin", number>("rangeBegin", "slurm-limit-nodes-range-begin"),
    ...given.optional<"rangeEnd", number>("rangeEnd", "slurm-limit-nodes-range-end"),
    ...given.optional<"resourcesFile", string>("resourcesFile", "slurm-resources-file"),
    agents: !given.has("disable-nl"),
    agentTimeoutSeconds: (given.value<number>("nl-init-timeout") ?? 600_000) / 1000,
    agentThreshold: Math.min(Math.max(threshold, 0.1), 1),
    agentStart: given.value<"slurm" | "ssh">("nl-start-method") ?? "slurm",
    leadSeconds: (given.value<number>("lead") ?? 60_000) / 1000,
    ...given.optional<"walltimeSignal", AskingSignal>("walltimeSignal", "walltime-signal"),
    hyperthreads: given.has("hyperthreads"),
  };
}

function refuseContradictions(options: ServiceOptions): void {
  const { network, slurm, governor, resources, resume } = options;
  if (network !== undefined) refusePorts(network, options.publishes);
  const { rangeBegin = 0, rangeEnd = Infinity } = slurm;
  if (rangeBegin > rangeEnd) {
    const range =
      `--slurm-limit-nodes-range-begin (${rangeBegin}) is above --slurm-limit-nodes-range-end (${rangeEnd})`;
    throw new UsageError(`Option ${range}`, { option: "--slurm-limit-nodes-range-begin" });
  }
  if (resources === "file" && slurm.resourcesFile === undefined) {
    throw new UsageError("Option --resources file needs --slurm-resources-file FILE", { option: "--resources" });
  }
  if (options.acceptLoss && resume === undefined) {
    throw new UsageError("Option --accept-loss needs the run that has lost something; give --resume DIR", {
      option: "--accept-loss",
    });
  }
  if (governor.governs && resume !== undefined) {
    throw new UsageError("Option --resume cannot be used in a governor; resume its managers", { option: "--resume" });
  }
}

function listUnsupported(given: Given): readonly string[] {
  const sentence = (written: string, later: string) =>
    `${written} is accepted, but has no effect: it needs ${later}, which this version does not have`;
  const sentences = serviceOptionTable.flatMap((spec) =>
    spec.later !== undefined && given.has(spec.name) ? [sentence(spell(spec), spec.later)] : []
  );
  if (given.value("report-format") === "none" && given.has("report-file")) {
    sentences.push("--report-file is accepted, but has no effect: with --report-format none there is no job report");
  }
  return sentences;
}

/** The options that were given. */
class Given {
  readonly #options: GivenOptions;

  constructor(options: GivenOptions) {
    this.#options = options;
  }

  /** Whether one of the options was given. */
  has(...names: readonly string[]): boolean {
    return names.some((name) => this.#options.has(name));
  }

  /** The value of an option; its kind in the table says what it is. */
  value<T extends OptionValue>(name: string): T | undefined {
    return this.#options.get(name) as T | undefined;
  }

  /** `{ key: value }`, or nothing if the option was not given. */
  optional<K extends string, T extends OptionValue>(key: K, name: string): { readonly [P in K]?: T } {
    return this.has(name) ? { [key]: this.value<T>(name) } as { readonly [P in K]?: T } : {};
  }
}
