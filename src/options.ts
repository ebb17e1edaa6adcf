/**
 * The options of the executor: what they mean, and what they come to.
 *
 * @module
 */

import { resolve } from "@std/path";
import { didYouMean } from "./base/near_miss.ts";
import { findSandbox, type SandboxMode } from "./deno/find_sandbox.ts";
import { currentDirectory, describeMachine, randomHex } from "./deno/machine.ts";
import { DenoScopeWorld } from "./deno/scope_world.ts";
import { copyPermissions, findPermissionsProblem, permissionKinds, type PermissionScope } from "./job/permissions.ts";
import { Guard } from "./launch/guard.ts";
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
  /**
   * What tasks are allowed; a job may be given less of it, never more. Needs `--allow-read`, and `--allow-env=PATH` to
   * find programs that are given by name.
   *
   * @default {everything that Deno and the system allow}
   */
  readonly permissions?: PermissionScope;
  /**
   * Whether the operating system holds tasks to `permissions`, by bubblewrap (`bwrap`): `"require"` fails where that
   * does not work, `"auto"` goes without. Without `permissions` a sandboxed task may run and see everything, write in
   * `wd`, and not use the network. In the sandbox death by signal n shows as exit code 128 + n.
   *
   * @default {"off"}
   */
  readonly sandbox?: "auto" | "require" | "off";
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
  "permissions",
  "sandbox",
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

/**
 * Turns options into the guard of a pilot.
 *
 * @param options All of the executor's options, which {@linkcode pilotOptions} has found to be known.
 * @param rootWd The working directory, absolute.
 * @throws {TypeError} If `permissions` or `sandbox` is of the wrong type.
 * @throws {PermissionScopeError} If they cannot be had here.
 */
export function chooseGuard(options: ExecutorOptions, rootWd: string): Guard {
  const { permissions, sandbox: mode = "off" } = options;
  expect("sandbox", mode, (["auto", "require", "off"] as SandboxMode[]).includes(mode), '"auto", "require" or "off"');
  const world = new DenoScopeWorld();
  const sandbox = findSandbox(mode, world);
  return new Guard({
    rootWd,
    ...(permissions === undefined ? {} : { permissions: checkPermissions(permissions) }),
    ...(sandbox === undefined ? {} : { sandbox }),
    wantsSandbox: mode !== "off",
  }, world);
}

/**
 * Checks and copies permissions that came as an argument.
 *
 * @throws {TypeError} If they are of the wrong type, or a kind is unknown.
 */
export function checkPermissions(permissions: PermissionScope): PermissionScope {
  const isObject = typeof permissions === "object" && permissions !== null && !Array.isArray(permissions);
  expect("permissions", permissions, isObject, 'an object such as { run: ["date"] }');
  for (const kind of Object.keys(permissions)) {
    if ((permissionKinds as readonly string[]).includes(kind)) continue;
    const known = `the kinds are ${permissionKinds.join(", ")}`;
    throw new TypeError(`Option "permissions" has no kind "${kind}"${didYouMean(kind, permissionKinds)}; ${known}`);
  }
  const found = findPermissionsProblem(permissions as Readonly<Record<string, unknown>>);
  if (found !== undefined) throw new TypeError(`Option "permissions${found.path}" ${found.problem}`);
  return copyPermissions(permissions);
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
