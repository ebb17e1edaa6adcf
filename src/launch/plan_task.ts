/**
 * Plans the launch of a task: (job, iteration, allocation) becomes argv, environment and paths, as pure data. Run-time
 * variables are filled in here.
 *
 * @module
 */

import type { StartFailure } from "../core/exit.ts";
import { type Execution, type JobDescription, taskName } from "../job/description.ts";
import { fillExecution } from "../job/filled_execution.ts";
import { programPath, type TaskPaths } from "../job/paths.ts";
import type { NamedAllocation } from "../resources/node.ts";
import { type Binding, bindTask } from "./binding.ts";
import {
  commonVariables,
  type EnvironmentChange,
  type EnvironmentSchema,
  type GpuRules,
  gpuVariables,
  hasGpus,
  ruleWithoutGpus,
  slurmVariables,
} from "./environment.ts";
import type { PlannedTask } from "./scope_guard.ts";
import { launchModels } from "./models/launch_model.ts";
import type { VariablesByHost } from "./models/node_gpus.ts";
import type { LaunchLimits, LaunchPlan, Place } from "./plan.ts";
import { planCaptures } from "./plan_captures.ts";
import { type FindSource, planInput } from "./plan_input.ts";
import { shellCommand } from "./shell_command.ts";
import { type SharedEnvironments, unreadEnvironments } from "./shared_environment.ts";

/** One launch to plan. */
export interface PlanOrder {
  /** The task's job. */
  readonly job: JobDescription;
  /** 0-based number of the task in its job. */
  readonly offset: number;
  /** What the task holds. */
  readonly allocation: NamedAllocation;
  /** The indexes of its nodes in the pool. */
  readonly nodes: readonly number[];
  /** A text that no other launch has; see {@linkcode LaunchPlan.tag}. */
  readonly tag: string;
  /** 1-based count of the task's launches. */
  readonly attempt: number;
  /** The memory that the task was granted, in MiB; 0 for none stated. */
  readonly memoryMiB: number;
  /** Whether a job of the run has asked for GPUs. */
  readonly hasGpuJobs?: boolean;
}

/** What all launches of a pilot have in common. */
export interface PlanContext {
  /** The executor's working directory, absolute. */
  readonly rootWd: string;
  /** How allocations are described to tasks. */
  readonly environmentSchema: EnvironmentSchema;
  /** Whether the node specification names GPUs. */
  readonly namesGpus?: boolean;
  /** Says whether the GPUs are AMD's; asked only when a task got some. Not when absent. */
  readonly hasAmdGpus?: () => boolean;
  /** How tasks are bound to their cores; not at all when absent. */
  readonly binding?: Binding;
  /** What tasks inherit of the pilot; when absent, what their launcher's process has. */
  readonly environments?: SharedEnvironments;
  /** Variables that every task gets, before the job's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Variables that every task gets, after the job's own. */
  readonly told?: Readonly<Record<string, string>>;
  /** When tasks will be stopped, in milliseconds since the epoch; never when absent or `undefined`. */
  readonly deadlineMs?: () => number | undefined;
  /** The variable that tells a task the name of its job, if there is to be one. */
  readonly jobNameVariable?: string;
  /**
   * Whether scripts and modules get a login shell where the job does not say.
   *
   * @default {true}
   */
  readonly login?: boolean;
  /** How many bytes of the end of each output are told of a task that does not succeed; none when absent. */
  readonly tailBytes?: number;
  /** Finds what other tasks wrote, for those that read it. */
  readonly findSource?: FindSource;
  /** The host of a node, by its name; this machine when absent. */
  readonly hostOf?: (node: string) => string;
  /** Whether a path is that of a record of a run, which no task may have for an output; none is when absent. */
  readonly isRecord?: (path: string) => boolean;
  /** Holds a planned task to its permission scope, or refuses it. */
  readonly confine?: (task: PlannedTask) => LaunchPlan | StartFailure;
}

/** Plans a launch. Returns a failure when the variables make something that cannot be launched. */
export function planTask(order: PlanOrder, context: PlanContext): LaunchPlan | StartFailure {
  const { job, offset, allocation } = order;
  const { execution, paths } = fillExecution({ job, offset, rootWd: context.rootWd, allocation });
  const { wd, stdin: _, ...outputs } = paths;
  const input = planInput(job, offset, paths, context.findSource);
  if ("kind" in input) return input;
  const record = [paths.stdout, paths.stderr].find((path) => path !== undefined && context.isRecord?.(path));
  if (record !== undefined) {
    return { kind: "output", message: `cannot write to "${record}", which is a record of a run; name another file` };
  }
  const badName = Object.keys(execution.env).find((name) => name === "" || name.includes("="));
  if (badName !== undefined) {
    const message = `cannot set the variable "${badName}": a name must not be empty nor contain "=" once filled in`;
    return { kind: "variables", message };
  }
  if (execution.exec === "") return { kind: "variables", message: "the program's name is empty once filled in" };
  const slurm = context.environmentSchema === "slurm" ? slurmVariables(allocation) : { set: {}, unset: [] };
  const { set, unset } = planGpus(order, context);
  const command = planCommand(order, context, { execution, wd });
  const preparation = { ...command.start.preparation, ...input.preparation, ...planCaptures(job, paths) };
  const plan: LaunchPlan = {
    taskName: taskName(job, offset),
    ...command.start,
    ...(Object.keys(preparation).length === 0 ? {} : { preparation }),
    ...(input.stdin === undefined ? {} : { stdin: input.stdin }),
    cwd: wd,
    place: placeOf(order),
    tag: order.tag,
    env: {
      shared: (context.environments ?? unreadEnvironments).without([...slurm.unset, ...unset]),
      own: without({
        ...command.env,
        ...context.env,
        ...execution.env,
        ...context.told,
        ...(context.jobNameVariable === undefined ? {} : { [context.jobNameVariable]: job.name }),
        ...commonVariables(allocation, order.tag),
        ...deadlineVariable(context.deadlineMs?.()),
        ...slurm.set,
        ...set,
      }, unset),
    },
    ...outputs,
    ...planTails(context),
    ...planKeep(execution, outputs, order.attempt),
    ...(execution.append === undefined ? {} : { append: execution.append }),
    ...planLimits(order),
    ...planBinding(order, context),
  };
  return context.confine === undefined ? plan : context.confine({ job, execution: command.execution, plan });
}

/** Tells a task until when it may run, in seconds since the epoch. */
function deadlineVariable(deadlineMs: number | undefined): Record<string, string> {
  return deadlineMs === undefined ? {} : { QCG_PM_DEADLINE: String(Math.floor(deadlineMs / 1000)) };
}

/** Leaves variables out, wherever they come from: a job cannot claim what it did not get. */
function without(env: Record<string, string>, names: readonly string[]): Record<string, string> {
  return names.length === 0 ? env : Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
}

function planGpus(order: PlanOrder, context: PlanContext): EnvironmentChange {
  return gpuVariables(order.allocation, gpuRules(order, context));
}

function gpuRules({ allocation, hasGpuJobs = false }: PlanOrder, context: PlanContext): GpuRules {
  const { environmentSchema, namesGpus = false, hasAmdGpus } = context;
  const withoutGpus = ruleWithoutGpus(environmentSchema, namesGpus || hasGpuJobs);
  return { areAmd: hasGpus(allocation) && (hasAmdGpus?.() ?? false), withoutGpus };
}

/** The variables for the GPUs of each node of a task of several, where the nodes are hosts of their own. */
function planGpusOfHosts(order: PlanOrder, context: PlanContext): VariablesByHost | undefined {
  const { nodes } = order.allocation;
  const { hostOf } = context;
  if (nodes.length === 1 || hostOf === undefined || !hasGpus(order.allocation)) return undefined;
  const rules = gpuRules(order, context);
  return new Map(nodes.map((node) => {
    return [hostOf(node.name), gpuVariables({ nodes: [node] }, rules)];
  }));
}

function placeOf({ allocation, nodes }: PlanOrder): Place {
  const [first, ...further] = allocation.nodes.map((share, index) => ({ node: nodes[index]!, ...share }));
  return { ...first!, further };
}

function planTails({ tailBytes = 0 }: PlanContext): Pick<LaunchPlan, "tailBytes"> {
  return tailBytes === 0 ? {} : { tailBytes };
}

/** What the attempt before wrote is kept beside the next one's: `out` as `out.attempt-1`. */
function planKeep(
  { append = [] }: Pick<Execution, "append">,
  streams: Pick<TaskPaths, "stdout" | "stderr">,
  attempt: number,
): Pick<LaunchPlan, "keep"> {
  if (attempt === 1) return {};
  const written = (["stdout", "stderr"] as const).filter((name) => !append.includes(name));
  const paths = new Set(written.map((name) => streams[name]).filter((path) => path !== undefined));
  return { keep: [...paths].map((from) => ({ from, to: `${from}.attempt-${attempt - 1}` })) };
}

function planBinding(
  { job, allocation }: Pick<PlanOrder, "job" | "allocation">,
  { binding }: PlanContext,
): Pick<LaunchPlan, "bindCpus"> {
  const bindCpus = binding && bindTask(job, allocation, binding);
  return bindCpus === undefined ? {} : { bindCpus };
}

function planLimits({ job, memoryMiB }: PlanOrder): Pick<LaunchPlan, "limits"> {
  const { idleMs, enforceMemory } = job;
  const limits: LaunchLimits = {
    ...(enforceMemory && memoryMiB > 0 ? { memoryMiB } : {}),
    ...(idleMs === undefined ? {} : { idleMs }),
  };
  return Object.keys(limits).length === 0 ? {} : { limits };
}

/** How a task is started. */
interface PlannedCommand {
  /** What runs: that of the job, or what its model makes of it. */
  readonly execution: Execution;
  /** Variables of the model. */
  readonly env: Readonly<Record<string, string>>;
  readonly start: Pick<LaunchPlan, "program" | "args" | "preparation">;
}

/** Chooses program and arguments: as given, as a model wants them, inside a shell that prepares them. */
function planCommand(
  planned: PlanOrder,
  context: PlanContext,
  { execution, wd }: { readonly execution: Execution; readonly wd: string },
): PlannedCommand {
  const { job, offset, allocation, tag, attempt } = planned;
  const isLogin = execution.login ?? context.login ?? true;
  const note = `${wd}/.qcgpj-start-${tag}`;
  const hosts = allocation.nodes.flatMap(({ name, cores }) => cores.map(() => context.hostOf?.(name) ?? "localhost"));
  const bindCpus = planBinding({ job, allocation }, context).bindCpus;
  const { model = "default", script } = execution;
  const shell = script === undefined ? undefined : shellCommand({ script, isLogin, note });
  const gpus = planGpusOfHosts(planned, context);
  const order = {
    ...{ execution, wd, taskName: taskName(job, offset), attempt, hosts, shell },
    ...(bindCpus === undefined ? {} : { bindCpus }),
    ...(gpus === undefined ? {} : { gpus }),
  };
  const modelled = hosts.length === 1 ? { execution } : launchModels[model]!.apply(order);
  const start = startOf(modelled.execution, wd, { isLogin, note });
  const preparation = {
    ...start.preparation,
    ...(modelled.files === undefined ? {} : { files: modelled.files, model }),
  };
  const { program, args } = start;
  return {
    execution: modelled.execution,
    env: modelled.env ?? {},
    start: { program, args, ...(Object.keys(preparation).length === 0 ? {} : { preparation }) },
  };
}

function startOf(
  { exec, script, args, modules, venv }: Execution,
  wd: string,
  { isLogin, note }: { readonly isLogin: boolean; readonly note: string },
): PlannedCommand["start"] {
  const program = exec === undefined ? undefined : programPath(exec, wd);
  const isPrepared = modules !== undefined || venv !== undefined;
  if (program !== undefined && !isPrepared) return { program, args };
  const command = program === undefined ? { script: script ?? "" } : { command: [program, ...args] as const };
  const shell = shellCommand({ ...command, modules, venv, isLogin, note });
  return { ...shell, preparation: { ...(isLogin ? { isLogin } : {}), ...(isPrepared ? { note } : {}) } };
}

/** 32 hexadecimal digits that no other launch has: the run, the task, the attempt. */
export function launchTag(runId: string, task: number, attempt: number): string {
  return runId + task.toString(16).padStart(12, "0") + attempt.toString(16).padStart(4, "0");
}
