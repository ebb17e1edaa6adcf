/**
 * The options of the executor: what they mean, and what they come to.
 *
 * @module
 */

import { resolve } from "@std/path";
import { didYouMean } from "./base/near_miss.ts";
import { currentDirectory, describeMachine, randomHex } from "./deno/machine.ts";
import type { Node } from "./resources/node.ts";
import { parseNodeSpec } from "./resources/node_spec.ts";
import type { PilotOptions } from "./runtime/pilot.ts";

/** Options of {@linkcode QCGPJExecutor}. Every one may be left out. */
export interface ExecutorOptions {
  /**
   * Working directory of the tasks; created when missing.
   *
   * @default {"."}
   */
  readonly wd?: string;
  /**
   * Nodes and cores: comma-separated `[name:]cores`. `"4"` is one node with four cores, `"n1:2,n2:3"` two named ones.
   * Nodes may be virtual, so that a laptop can rehearse a cluster.
   *
   * @default {one node with the cores that this process may use}
   */
  readonly resources?: string;
  /**
   * Keeps one core for the pilot itself: tasks never get the first core of the first node.
   *
   * @default {false}
   */
  readonly reserveCore?: boolean;
  /**
   * Milliseconds between SIGTERM and SIGKILL when a task is stopped, 0 or more.
   *
   * @default {5000}
   */
  readonly graceMs?: number;
  /**
   * How many younger tasks may start before the oldest waiting one until its resources are held back for it.
   *
   * @default {the number of cores, at least 32}
   */
  readonly overtakesMax?: number;
  /**
   * How tasks are told what they were granted: by `QCG_PM_*` variables (`"common"`), or by the `SLURM_*` ones too
   * (`"slurm"`).
   *
   * @default {"common"}
   */
  readonly envSchema?: "common" | "slurm";
  /** Variables that every task gets, beside the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The names of all options; a misspelt one is an error and not ignored. */
const optionNames: readonly (keyof ExecutorOptions)[] = [
  "wd",
  "resources",
  "reserveCore",
  "graceMs",
  "overtakesMax",
  "envSchema",
  "env",
];

/**
 * Turns options into what a pilot is set up with.
 *
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {RangeError} If a number is out of range.
 * @throws {ResourceSpecError} If `resources` cannot be parsed.
 */
export function pilotOptions(options: ExecutorOptions): PilotOptions {
  for (const name of Object.keys(options)) {
    if (optionNames.includes(name as keyof ExecutorOptions)) continue;
    throw new TypeError(`QCGPJExecutor has no option "${name}"${didYouMean(name, optionNames)}`);
  }
  const { wd = ".", reserveCore = false, envSchema = "common", graceMs = 5000, overtakesMax, env } = options;
  expect("wd", wd, typeof wd === "string", "a path");
  expect("reserveCore", reserveCore, typeof reserveCore === "boolean", "true or false");
  expect("envSchema", envSchema, envSchema === "common" || envSchema === "slurm", '"common" or "slurm"');
  requireNumber("graceMs", graceMs, 0);
  if (overtakesMax !== undefined) requireNumber("overtakesMax", overtakesMax, 0);
  return {
    nodes: chooseNodes(options.resources),
    reserveCore,
    graceMs,
    ...(overtakesMax === undefined ? {} : { overtakesMax }),
    rootWd: resolve(currentDirectory(), wd),
    environmentSchema: envSchema,
    ...(env === undefined ? {} : { env }),
    jobNameVariable: "QCG_PM_EXEC_API_JOB_ID",
    runId: randomHex(16),
  };
}

function chooseNodes(resources: string | undefined): readonly Node[] {
  if (resources !== undefined && resources !== "") {
    expect("resources", resources, typeof resources === "string", 'a text such as "4" or "n1:2,n2:3"');
    return parseNodeSpec(resources);
  }
  const { hostName, cores } = describeMachine();
  return [{ name: hostName, coreIds: Array.from({ length: cores }, (_, i) => `${i}`), gpuIds: [], memoryMiB: 0 }];
}

function expect(name: string, value: unknown, isRight: boolean, what: string): void {
  if (!isRight) throw new TypeError(`Option "${name}" must be ${what}, got ${JSON.stringify(value)}`);
}

function requireNumber(name: string, value: number, min: number): void {
  expect(name, value, typeof value === "number", "a number");
  if (!(value >= min)) throw new RangeError(`Option "${name}" must be ${min} or more, got ${value}`);
}
