/**
 * From a job description back to QCG-PilotJob's serialised form, as journals and reports store it.
 *
 * @module
 */

import { defined } from "../base/defined.ts";
import { formatWallTime } from "../base/duration.ts";
import {
  type Dependency,
  type Execution,
  isSize,
  type JobDescription,
  type JobResources,
  type OutputName,
  type SizeRequest,
} from "./description.ts";
import { serializeCapture } from "./parse_capture.ts";
import { serializeInput } from "./parse_stdin.ts";
import { serializeOrder } from "./parse_order.ts";
import { serializeLimits } from "./parse_limits.ts";
import { dependencyLists, serializeDependency } from "./dependencies.ts";

/**
 * Writes a job description as QCG-PilotJob writes it, and `wt` too, which QCG-PilotJob forgets.
 *
 * @param job The description.
 * @returns A JSON object from which `parseJob`, called without submit variables, makes an equal description, but for
 * `hasDefaultCores`: the form states every size.
 */
export function serializeJob(job: JobDescription): Record<string, unknown> {
  const { name, execution, resources, iteration, dependencies, timeLimitMs, permissions, attributes, capture } = job;
  return {
    name,
    execution: serializeExecution(execution),
    resources: serializeResources(resources, timeLimitMs),
    ...(iteration && {
      iteration: { start: iteration.start, stop: iteration.stop, values: iteration.values ?? null },
    }),
    ...(dependencies.length > 0 && { dependencies: serializeDependencies(dependencies) }),
    ...(permissions && { permissions }),
    ...(attributes && { attributes }),
    ...(capture && { capture: serializeCapture(capture) }),
    ...serializeLimits(job),
    ...serializeOrder(job),
  };
}

/** Writes `execution`; the four keys that say what runs are always there. */
export function serializeExecution(execution: Execution): Record<string, unknown> {
  const { exec, args, env, script, wd, stdin, stdout, stderr, modules, venv, login, model, modelOptions } = execution;
  const { input, append = [] } = execution;
  const output = (name: OutputName, path: string | undefined) => append.includes(name) ? { path, append: true } : path;
  const { mpirun, mpirunArgs, srunArgs } = modelOptions;
  return defined({
    ...{
      exec: exec ?? null,
      args,
      env,
      script: script ?? null,
      wd,
      stdin: input === undefined ? stdin : serializeInput(input),
      stdout: output("stdout", stdout),
      stderr: output("stderr", stderr),
      modules,
      venv,
      login,
      model,
    },
    model_opts: defined({
      mpirun,
      mpirun_args: mpirunArgs.length > 0 ? mpirunArgs : undefined,
      srun_args: srunArgs.length > 0 ? srunArgs : undefined,
    }),
  });
}

/** Writes `resources`: sizes as objects, generic resources with upper-case names, the time limit as `wt`. */
export function serializeResources(wanted: JobResources, timeLimitMs?: number): Record<string, unknown> {
  const { cores, nodes, gpus, memoryMiB, counted } = wanted;
  const generic = { ...(gpus > 0 && { GPU: gpus }), ...(memoryMiB > 0 && { MEM: memoryMiB }) };
  return defined({
    numCores: cores && serializeSize(cores),
    numNodes: nodes && serializeSize(nodes),
    nodeCrs: gpus > 0 || memoryMiB > 0 ? generic : undefined,
    counted,
    wt: timeLimitMs === undefined ? undefined : formatWallTime(timeLimitMs),
  });
}

function serializeSize(wanted: SizeRequest): Record<string, unknown> {
  if (isSize(wanted)) return wanted.min === wanted.max ? { exact: wanted.min } : { min: wanted.min, max: wanted.max };
  const { name, min, parts } = wanted.scheduler;
  return { min, scheduler: { name, params: defined({ parts }) } };
}

/** Writes `dependencies`, by what is waited for. */
export function serializeDependencies(dependencies: readonly Dependency[]): Record<string, readonly string[]> {
  const lists = dependencyLists.map(([key, awaits]) =>
    [key, dependencies.filter((one) => one.awaits === awaits).map(serializeDependency)] as const
  );
  return Object.fromEntries(lists.filter(([, names]) => names.length > 0));
}
