/**
 * Workflows of WfCommons (WfFormat 1.4 and 1.5) as jobs: a task becomes a job, what it waits for its dependencies.
 *
 * @module
 */

import { nameValue } from "./json.ts";
import type { Step } from "./json_text.ts";
import { nameProblem } from "./name.ts";

/** Something in a workflow that cannot be run. */
export interface WorkflowProblem {
  /** The way to it. */
  readonly steps: readonly Step[];
  /** What is wrong and what would be right. */
  readonly problem: string;
}

/** The way to the tasks. */
export const workflowTasks: readonly Step[] = ["workflow", "specification", "tasks"];

/**
 * Makes jobs of a workflow. Commands, cores and memory are in its record of an execution; a workflow without one says
 * what waits for what, not what to run.
 *
 * @param value The workflow as a JSON value.
 * @returns The jobs in the order of the tasks, as they would stand in a request; or what is wrong.
 */
export function jobsOfWorkflow(value: unknown): { readonly jobs: readonly object[] } | WorkflowProblem {
  const tasks = at(value, workflowTasks);
  if (!Array.isArray(tasks)) {
    const found = tasks === undefined ? "missing" : nameValue(tasks);
    return { steps: [], problem: `is no workflow of WfFormat 1.4 or newer: workflow.specification.tasks is ${found}` };
  }
  const runs = new Map<string, Record<string, unknown>>();
  const executed = at(value, ["workflow", "execution", "tasks"]);
  for (const run of Array.isArray(executed) ? executed : []) runs.set(String(run?.id), run);
  const names = namesOf(tasks);
  const jobs: object[] = [];
  for (const [index, task] of tasks.entries()) {
    const steps = [...workflowTasks, index];
    const { id, parents = [] } = (task ?? {}) as { readonly id?: unknown; readonly parents?: unknown };
    if (typeof id !== "string" || !Array.isArray(parents)) {
      return { steps, problem: "is no task: it needs an id, and parents are an array of ids" };
    }
    const unknown = parents.find((parent) => !names.has(parent));
    if (unknown !== undefined) {
      return { steps: [...steps, "parents"], problem: `names ${JSON.stringify(unknown)}, which is no task` };
    }
    const run = runs.get(id);
    const { program, arguments: args = [] } = (run?.["command"] ?? {}) as Record<string, unknown>;
    if (typeof program !== "string" || !Array.isArray(args)) {
      return {
        steps,
        problem: `has no command.program in workflow.execution.tasks, so there is nothing to run for ${id}`,
      };
    }
    jobs.push({
      name: names.get(id),
      execution: { exec: program, args: args.map(String) },
      resources: resourcesOf(run!),
      ...(parents.length === 0 ? {} : { dependencies: { after: parents.map((parent) => names.get(parent)) } }),
    });
  }
  return { jobs };
}

function resourcesOf({ coreCount, memoryInBytes }: Record<string, unknown>): object {
  const cores = typeof coreCount === "number" && coreCount >= 1 ? Math.ceil(coreCount) : 1;
  const mem = typeof memoryInBytes === "number" && memoryInBytes > 0 ? Math.ceil(memoryInBytes / 2 ** 20) : undefined;
  return { numCores: { exact: cores }, ...(mem === undefined ? {} : { numNodes: { exact: 1 }, nodeCrs: { mem } }) };
}

/** Names for jobs: the ids, without what a job's name may not hold; where two would be equal, with a number. */
function namesOf(tasks: readonly unknown[]): ReadonlyMap<unknown, string> {
  const names = new Map<unknown, string>();
  const taken = new Set<string>();
  for (const task of tasks) {
    const id = (task as { readonly id?: unknown } | null)?.id;
    const plain = [...String(id)].map((sign) => nameProblem(`a${sign}`) === undefined ? sign : "_").join("") || "_";
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
