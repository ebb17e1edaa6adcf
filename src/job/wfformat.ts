/**
 * Workflows of WfCommons (WfFormat 1.4 and 1.5) as jobs: a task becomes a job, what it waits for its dependencies, and
 * how long it took what is known of its run time.
 *
 * @module
 */

import { didYouMean } from "../base/near_miss.ts";
import { commandOf } from "./command_of.ts";
import type { Execution } from "./description.ts";
import { nameValue } from "./json.ts";
import { formatSteps, type Step } from "./json_text.ts";
import { nameProblem } from "./name.ts";

/** Something in a workflow that cannot be run. */
export interface WorkflowProblem {
  /** The way to it. */
  readonly steps: readonly Step[];
  /** What is wrong and what would be right. */
  readonly problem: string;
}

/** Jobs of a workflow. */
export interface WorkflowJobs {
  /** The jobs in the order of the tasks, as they would stand in a request. */
  readonly jobs: readonly object[];
  /** How long they took, in milliseconds, as far as that is on record. */
  readonly times: WorkflowTimes;
}

/** How long tasks of a workflow took, in milliseconds. */
export interface WorkflowTimes {
  /** By the name of the job. */
  readonly jobs: ReadonlyMap<string, number>;
  /** The mean, by the command; see `commandOf`. */
  readonly commands: ReadonlyMap<string, number>;
}

/** The way to the tasks. */
export const workflowTasks: readonly Step[] = ["workflow", "specification", "tasks"];
/** The way to what is on record of their execution. */
const workflowRuns: readonly Step[] = ["workflow", "execution", "tasks"];

/**
 * Makes jobs of a workflow. Commands, cores and memory are in its record of an execution; a workflow without one says
 * what waits for what, not what to run.
 *
 * @param value The workflow as a JSON value.
 * @returns The jobs and how long they took; or what is wrong.
 */
export function jobsOfWorkflow(value: unknown): WorkflowJobs | WorkflowProblem {
  const tasks = at(value, workflowTasks);
  if (!Array.isArray(tasks)) {
    const found = tasks === undefined ? "missing" : nameValue(tasks);
    return { steps: [], problem: `is no workflow of WfFormat 1.4 or newer: workflow.specification.tasks is ${found}` };
  }
  if (tasks.length === 0) {
    return { steps: workflowTasks, problem: "is empty: a workflow without tasks has nothing to run" };
  }
  const parents = parentsOf(tasks);
  if ("problem" in parents) return parents;
  const runs = runsOf(at(value, workflowRuns), parents);
  if ("problem" in runs) return runs;
  const names = namesOf(parents.keys());
  const jobs: object[] = [];
  const timed: TimedJob[] = [];
  for (const [index, [id, after]] of [...parents].entries()) {
    const run = runs.get(id);
    const job = jobOf(run);
    if (typeof job === "string") {
      const steps = run === undefined ? [...workflowTasks, index] : [...workflowRuns, run.index];
      return { steps, problem: `${job} (task ${JSON.stringify(id)})` };
    }
    const { ms, ...wanted } = job;
    const name = names.get(id)!;
    if (ms > 0) timed.push({ name, ms, command: commandOf(job.execution) });
    const dependencies = after.size === 0 ? {} : { dependencies: { after: [...after].map((one) => names.get(one)) } };
    jobs.push({ name, ...wanted, ...dependencies });
  }
  return { jobs, times: timesOf(timed) };
}

/** A job of which it is on record how long it took. */
interface TimedJob {
  readonly name: string;
  readonly command: string;
  readonly ms: number;
}

function timesOf(timed: readonly TimedJob[]): WorkflowTimes {
  const commands = Map.groupBy(timed, ({ command }) => command);
  const meanMs = (jobs: readonly TimedJob[]) => jobs.reduce((sum, { ms }) => sum + ms, 0) / jobs.length;
  return {
    jobs: new Map(timed.map(({ name, ms }) => [name, ms])),
    commands: new Map([...commands].map(([command, jobs]) => [command, meanMs(jobs)])),
  };
}

/** What each task waits for, in the order of the tasks: what it names as its parents, and what names it as a child. */
function parentsOf(tasks: readonly unknown[]): Map<string, Set<string>> | WorkflowProblem {
  const parents = new Map<string, Set<string>>();
  for (const [index, task] of tasks.entries()) {
    const { id, ...links } = (task ?? {}) as Record<string, unknown>;
    const isList = ["parents", "children"].every((key) => links[key] === undefined || Array.isArray(links[key]));
    if (typeof id !== "string" || !isList) {
      return {
        steps: [...workflowTasks, index],
        problem: "is no task: it needs an id, and parents and children are arrays of ids",
      };
    }
    if (parents.has(id)) return standsTwice(workflowTasks, id, [...parents.keys()].indexOf(id), index);
    parents.set(id, new Set());
  }
  for (const [index, task] of (tasks as readonly Readonly<Record<string, unknown>>[]).entries()) {
    const id = task["id"] as string;
    for (const key of ["parents", "children"]) {
      for (const other of (task[key] ?? []) as readonly unknown[]) {
        if (typeof other !== "string" || !parents.has(other)) {
          return { steps: [...workflowTasks, index, key], problem: `names ${JSON.stringify(other)}, which is no task` };
        }
        if (key === "parents") parents.get(id)!.add(other);
        else parents.get(other)!.add(id);
      }
    }
  }
  return parents;
}

/** What is on record of the execution of a task, and where. */
interface RunOfTask {
  readonly index: number;
  readonly run: Readonly<Record<string, unknown>>;
}

function runsOf(
  executed: unknown,
  known: ReadonlyMap<string, unknown>,
): Map<string, RunOfTask> | WorkflowProblem {
  if (executed !== undefined && !Array.isArray(executed)) {
    return { steps: workflowRuns, problem: `is ${nameValue(executed)}, and must be an array of what was run` };
  }
  const runs = new Map<string, RunOfTask>();
  for (const [index, run] of (executed ?? []).entries()) {
    const id: unknown = run?.id;
    if (typeof id !== "string" || !known.has(id)) {
      const near = typeof id === "string" ? didYouMean(id, [...known.keys()]) : "";
      const problem = `tells of ${id === undefined ? "no id" : JSON.stringify(id)}${near}, ` +
        `and ${formatSteps(workflowTasks)} has no such task`;
      return { steps: [...workflowRuns, index], problem };
    }
    if (runs.has(id)) return standsTwice(workflowRuns, id, runs.get(id)!.index, index);
    runs.set(id, { index, run });
  }
  return runs;
}

function standsTwice(list: readonly Step[], id: string, first: number, again: number): WorkflowProblem {
  const problem = `has the id ${JSON.stringify(id)} of ${formatSteps([...list, first])}; each task needs its own`;
  return { steps: [...list, again], problem };
}

/** What a task runs and asks for. */
interface WantedJob {
  readonly execution: Pick<Execution, "exec" | "args">;
  readonly resources: object;
  /** How long it took, in milliseconds; 0 when it never ran, or that is not on record. */
  readonly ms: number;
}

/** What a task runs and asks for, and how long it took; or what is wrong with it. */
function jobOf(found: RunOfTask | undefined): WantedJob | string {
  const none = `has no command.program in ${formatSteps(workflowRuns)}, so there is nothing to run`;
  if (found === undefined) return none;
  const { command, coreCount = 1, memoryInBytes = 0, runtimeInSeconds = 0 } = found.run;
  const { program, arguments: args = [] } = (command ?? {}) as Readonly<Record<string, unknown>>;
  if (program === undefined) return none;
  if (typeof program !== "string") return `has ${nameValue(program)} as command.program, which must be a string`;
  if (!Array.isArray(args)) return `has ${nameValue(args)} as command.arguments, which must be an array of strings`;
  const odd = args.find((arg) => typeof arg !== "string" && typeof arg !== "number");
  if (odd !== undefined) return `has ${nameValue(odd)} in command.arguments, which must be an array of strings`;
  for (const [key, number] of Object.entries({ coreCount, memoryInBytes, runtimeInSeconds })) {
    if (typeof number !== "number") return `has ${nameValue(number)} as ${key}, which must be a number`;
    if (number < 0) return `has ${number} as ${key}, which cannot be less than 0`;
    if (number > Number.MAX_SAFE_INTEGER) return `has ${number} as ${key}, which is too large`;
  }
  const mem = Math.ceil(memoryInBytes as number / 2 ** 20);
  return {
    execution: { exec: program, args: args.map(String) },
    resources: {
      numCores: { exact: Math.max(1, Math.ceil(coreCount as number)) },
      ...(mem === 0 ? {} : { numNodes: { exact: 1 }, nodeCrs: { mem } }),
    },
    ms: runtimeInSeconds as number * 1000,
  };
}

/** Names for jobs: the ids, without what a job's name may not hold; where two would be equal, with a number. */
function namesOf(ids: Iterable<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const id of ids) {
    const plain = [...id].map((sign) => nameProblem(`a${sign}`) === undefined ? sign : "_").join("") || "_";
    let name = plain;
    for (let number = 2; taken.has(name); number++) name = `${plain}_${number}`;
    taken.add(name);
    names.set(id, name);
  }
  return names;
}

function at(value: unknown, steps: readonly Step[]): unknown {
  return steps.reduce((part, step) => (part as Record<Step, unknown> | null | undefined)?.[step], value);
}
