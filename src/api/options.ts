/**
 * What the options of the executor come to: the settings of a run, a guard, nodes.
 *
 * @module
 */

import { dirname, resolve } from "@std/path";
import { findSandbox } from "../deno/host/find_sandbox.ts";
import { currentDirectory } from "../deno/host/machine.ts";
import { requireReadable } from "../deno/host/permissions.ts";
import { findRunToResume } from "../deno/files/runs/find_run.ts";
import { DenoGpuHost } from "../deno/host/gpu_host.ts";
import { DenoHostView } from "../deno/host/host_view.ts";
import { chooseResources, isInSlurm, type ResourceChoice } from "./choose_resources.ts";
import { checkOptions, checkPermissions } from "./check_options.ts";
import type { ExecutorOptions } from "./executor_options.ts";
import { readResume, rerunChoice } from "./resumed_run.ts";
import type { Durability } from "../journal/durability.ts";
import { ScopeGuard } from "../launch/scope_guard.ts";
import { tailBytesDefault } from "../launch/plan.ts";
import type { LogLevel } from "../report/log_lines.ts";
import { jobsReportName } from "../report/run_files.ts";
import { gpuDeviceFiles } from "../resources/gpu_devices.ts";
import type { RunSettings } from "../runtime/run_settings.ts";
import { executorOptionsOf } from "../service/executor_share.ts";
import { learnFrom, type Lesson } from "../deno/files/runs/learn_times.ts";
import { hasNoRecords } from "../service/record_options.ts";

const noWrapper = 'option "wrapperRtStats" has no effect: run times are taken without a wrapper program';

/**
 * Turns options into what a run is set up with.
 *
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {RangeError} If a number is out of range.
 * @throws {ResourceSpecError} If `resources` cannot be parsed.
 * @throws {UsageError} If `otherArgs` holds what QCG-PilotJob's service does not know.
 * @throws {JournalError} If there is no run to resume, or to learn from.
 */
export function runSettings(options: ExecutorOptions): RunSettings {
  checkOptions(options);
  const durability = options.durability ?? "process";
  const other = executorOptionsOf(options.otherArgs ?? [], durability);
  const { graceMs = 5000, env, login } = options;
  const { order, holdBackAfterMs, groups } = { ...options, ...other };
  const schema = other.environmentSchema === "auto" ? undefined : other.environmentSchema;
  if (options.door && durability === "memory") {
    throw new TypeError('Option "door" needs a run\'s folder, and with durability "memory" there is none');
  }
  const source = readResume(options.resume);
  const resume = findEarlier(other.resume ?? source?.path, durability);
  const rerun = source && rerunChoice(source);
  const acceptLoss = other.acceptLoss ?? source?.acceptLoss ?? false;
  const lesson = options.learn === undefined || order === "age" ? undefined : learnFromRun(options.learn);
  const { pool, cluster, warnings } = chooseResources({ ...options, ...sourceOf(options.resources), ...other });
  return {
    pilot: {
      ...pool,
      reserveCore: other.reserveCore ?? options.reserveCore ?? false,
      graceMs,
      ...(order === undefined ? {} : { order }),
      ...(lesson === undefined ? {} : { learnt: lesson.learnt }),
      ...(holdBackAfterMs === undefined ? {} : { holdBackAfterMs }),
      ...(groups === undefined ? {} : { groups }),
      rootWd: resolve(currentDirectory(), other.wd ?? options.wd ?? (resume === undefined ? "." : dirname(resume))),
      environmentSchema: schema ?? options.envSchema ?? (isInSlurm() ? "slurm" : "common"),
      ...(env === undefined ? {} : { env }),
      ...(login === undefined ? {} : { login }),
      tailBytes: other.tailBytes ?? options.tailBytes ?? tailBytesDefault,
      jobNameVariable: "QCG_PM_EXEC_API_JOB_ID",
    },
    ...(cluster === undefined ? {} : { cluster }),
    durability,
    ...(resume === undefined ? {} : { resume, acceptLoss }),
    ...(rerun === undefined ? {} : { rerun }),
    ...(other.id === undefined ? {} : { instanceId: other.id }),
    tags: other.tags ?? [],
    warnings: [
      ...warnings,
      ...other.unsupported,
      ...withoutEffect(options, durability),
      ...(lesson?.warnings ?? []),
    ],
    logLevel: other.logLevel ?? options.logLevel?.toLowerCase() as LogLevel | undefined ?? "info",
    reportFormat: other.reportFormat ?? "json",
    reportFile: other.reportFile ?? jobsReportName,
    ...(options.launcher === undefined ? {} : { launcher: options.launcher }),
    ...(options.haltOn === undefined ? {} : { haltOn: options.haltOn }),
    runTimes: other.enableRtStats ?? options.enableRtStats ?? false,
  };
}

/** What the option `resources` says: where nodes come from, or which there are. */
function sourceOf(resources: ExecutorOptions["resources"]): Pick<ResourceChoice, "source" | "nodes"> {
  if (resources === "slurm" || resources === "local") return { source: resources };
  return resources === undefined ? {} : { nodes: String(resources) };
}

/** Names the executor's own options that do nothing. */
function withoutEffect({ wrapperRtStats, logLevel }: ExecutorOptions, durability: Durability): string[] {
  const noLog = durability === "memory" && logLevel !== undefined;
  return [...(wrapperRtStats === undefined ? [] : [noWrapper]), ...(noLog ? [hasNoRecords('option "logLevel"')] : [])];
}

/**
 * Turns options into the guard of a pilot.
 *
 * @param options All of the executor's options, which {@linkcode runSettings} has found to be known.
 * @param rootWd The working directory, absolute.
 * @throws {TypeError} If `permissions` or `sandbox` is of the wrong type.
 * @throws {PermissionScopeError} If they cannot be had here.
 */
export function chooseGuard(options: ExecutorOptions, rootWd: string): ScopeGuard {
  const { permissions, sandbox: mode = "off" } = options;
  const host = new DenoHostView();
  const sandbox = findSandbox(mode, host);
  return new ScopeGuard({
    rootWd,
    ...(permissions === undefined ? {} : { permissions: checkPermissions(permissions) }),
    ...(sandbox === undefined ? {} : { sandbox }),
    gpuDevices: (ids) => gpuDeviceFiles(ids, new DenoGpuHost()),
    wantsSandbox: mode !== "off",
  }, host);
}

/** What a run taught that is named relative to the current directory. */
function learnFromRun(word: string): Lesson {
  const directory = currentDirectory();
  for (const path of [directory, resolve(directory, word)]) requireReadable(path, "to learn from a run");
  return learnFrom(word);
}

/** Finds the auxiliary directory of the run to go on with. */
function findEarlier(resume: string | undefined, durability: Durability): string | undefined {
  if (resume === undefined) return undefined;
  if (durability === "memory") {
    throw new TypeError('Option "durability" must be "process" or "power" when a run is resumed, got "memory"');
  }
  return findRunToResume(resolve(currentDirectory(), resume));
}
