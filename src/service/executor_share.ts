/**
 * What an executor honours of the service's options.
 *
 * @module
 */

import type { BindingMode } from "../launch/binding.ts";
import type { Durability } from "../journal/durability.ts";
import type { LogLevel } from "../report/log_lines.ts";
import type { Counts } from "../resources/counted.ts";
import type { GpuSource } from "../resources/find_gpus.ts";
import { spell } from "./arguments.ts";
import { serviceOptionTable } from "./option_table.ts";
import type { EnvironmentSchemaChoice } from "./option_types.ts";
import type { OrderOptions } from "./order_options.ts";
import { parseServiceArguments, readServiceOptions } from "./options.ts";
import { tellUnwritten } from "./record_options.ts";

/** What of the service's options an executor honours. Absent: not given. */
export interface ExecutorShare extends OrderOptions {
  /** Working directory. */
  readonly wd?: string;
  /** Node specification. */
  readonly nodes?: string;
  /** A file with the nodes. */
  readonly nodesFile?: string;
  /** How GPUs are found. */
  readonly gpus?: GpuSource;
  /** Counted resources. */
  readonly counted?: Counts;
  /** Which tasks are bound to their cores. */
  readonly binding?: BindingMode;
  /** How tasks are told what they were granted. */
  readonly environmentSchema?: EnvironmentSchemaChoice;
  /** How many bytes of the end of each output are kept of a task that does not succeed. */
  readonly tailBytes?: number;
  /** Whether a core is kept for the pilot. */
  readonly reserveCore?: boolean;
  /** How much is logged. */
  readonly logLevel?: LogLevel;
  /** Name of the instance. */
  readonly id?: string;
  /** Tags beside the id. */
  readonly tags?: readonly string[];
  /** How the job report is written. */
  readonly reportFormat?: "json" | "text" | "none";
  /** File of the job report. */
  readonly reportFile?: string;
  /** Directory of the run to go on with. */
  readonly resume?: string;
  /** Whether it may go on although something of its records is lost. */
  readonly acceptLoss?: boolean;
  /** Whether the run times of tasks are written to a file. */
  readonly enableRtStats?: boolean;
  /** One sentence for each option that was accepted but does nothing here. */
  readonly unsupported: readonly string[];
}

/** The options that an executor honours, and under which name. */
const executorNames: Readonly<Record<string, Exclude<keyof ExecutorShare, "unsupported">>> = {
  "wd": "wd",
  "nodes": "nodes",
  "slurm-resources-file": "nodesFile",
  "gpus": "gpus",
  "counted": "counted",
  "groups": "groups",
  "order": "order",
  "hold-back-after": "holdBackAfterMs",
  "binding": "binding",
  "envschema": "environmentSchema",
  "tail-bytes": "tailBytes",
  "system-core": "reserveCore",
  "log": "logLevel",
  "id": "id",
  "tags": "tags",
  "report-format": "reportFormat",
  "report-file": "reportFile",
  "resume": "resume",
  "accept-loss": "acceptLoss",
  "enable-rt-stats": "enableRtStats",
};

/**
 * Reads the service's options that are passed to an executor, `otherArgs`. In QCG-PilotJob they stand behind those that
 * the executor makes of its own options, so they win.
 *
 * @param otherArgs The options.
 * @param durability What the executor's records survive.
 * @throws {UsageError} As {@linkcode parseServiceArguments} and {@linkcode readServiceOptions}.
 */
export function executorOptionsOf(otherArgs: readonly string[], durability: Durability): ExecutorShare {
  if (otherArgs.length === 0) return { unsupported: [] };
  const given = parseServiceArguments(otherArgs.map(String));
  const options = readServiceOptions(given);
  const values = {
    ...options,
    reserveCore: options.systemCore,
    enableRtStats: options.runTimes.enabled,
    nodesFile: options.slurm.resourcesFile,
  };
  const honoured = Object.entries(executorNames).filter(([name]) => given.has(name)).map(([, key]) =>
    [key, values[key]] as const
  );
  const useless = serviceOptionTable.filter((spec) =>
    given.has(spec.name) && spec.later === undefined && executorNames[spec.name] === undefined &&
    spec.name !== "resources"
  );
  const sentences = useless.map((spec) => {
    const instead = spec.name.startsWith("net") ? ": give it the option doors: [zmq()]" : "";
    return `${spell(spec)} is accepted, but has no effect on an executor${instead}`;
  });
  const unsupported = [...options.unsupported, ...sentences, ...tellUnwritten(given, durability)];
  return { ...Object.fromEntries(honoured), unsupported };
}
