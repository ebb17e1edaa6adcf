/**
 * Plays a workflow by the product's own core on a virtual clock.
 *
 * @module
 */

import { PairHeap } from "../../../src/base/heap.ts";
import { Core } from "../../../src/core/core.ts";
import type { LearntTimes } from "../../../src/core/estimates.ts";
import { Intake } from "../../../src/core/intake.ts";
import type { Input } from "../../../src/core/types.ts";
import type { JobDescription } from "../../../src/job/description.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { countCores } from "../../../src/resources/node.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { randomNumbers, type Workflow, type WorkflowTask } from "./instances.ts";

/** How a workflow is played. */
export interface Play {
  /** The nodes, as a specification. */
  readonly nodes: string;
  readonly order: "rank" | "age";
  /** What is known of run times before. */
  readonly learnt?: LearntTimes;
  /** Whether run times are learnt on the way; they are when absent. */
  readonly learns?: boolean;
  /** Whether jobs may still come, so that nodes are held back for what was passed over for long. */
  readonly isOpen: boolean;
  /** When all work stops, in times of what no order can do better; not known when absent. */
  readonly endsAfter?: number;
}

/** What came of a workflow. */
export interface Played {
  /** From the submit to the last end, in seconds. */
  readonly makespan: number;
  /** What no order can do better, in seconds: the longest chain, or the work over the cores. */
  readonly bound: number;
}

/** Plays a workflow to its end. */
export function play(workflow: Workflow, options: Play): Played {
  const { nodes: spec, order, learnt, isOpen, learns = true, endsAfter = Infinity } = options;
  const nodes = parseNodeSpec(spec);
  const bound = lowerBound(workflow, nodes.reduce((sum, { coreIds }) => sum + coreIds.length, 0));
  const core = new Core({
    nodes,
    graceMs: 0,
    order,
    ...(learnt === undefined ? {} : { learnt }),
    ...(endsAfter === Infinity ? {} : { stopAtMs: Math.round(endsAfter * bound * 1000) }),
    launchesMax: Infinity,
    piecesMax: Infinity,
  });
  const jobs = new Intake({ pool: core.pool }).admit(describe(workflow));
  const ends = new PairHeap();
  let nowMs = 0;
  const step = (inputs: Input[]) => {
    const { actions } = core.step(inputs);
    const launches = actions.filter((action) => action.kind === "launch");
    if (launches.length === 0) return;
    for (const { task, allocation } of launches) {
      const seconds = secondsOn(workflow.tasks[task]!, countCores(allocation));
      ends.push(nowMs + Math.max(1, Math.round(seconds * 1000)), task);
    }
    // Of a task that never told that it runs nobody knows how long it ran.
    if (!learns) return;
    core.step(launches.map(({ task, attempt }) => ({ kind: "taskStarted", atMs: nowMs, task, attempt, pid: 1 })));
  };
  step([{ kind: "jobsSubmitted", atMs: 0, jobs }, ...(isOpen ? [] : [{ kind: "drainRequested", atMs: 0 } as const])]);
  while (ends.firstKey !== undefined) {
    nowMs = ends.firstKey;
    const tasks: number[] = [];
    for (; ends.firstKey === nowMs; ends.pop()) tasks.push(ends.firstValue!);
    tasks.sort((a, b) => a - b);
    step(tasks.map((task) => ({ kind: "taskExited", atMs: nowMs, task, attempt: 1, exit: { code: 0 }, usage: {} })));
  }
  return { makespan: nowMs / 1000, bound };
}

function describe({ tasks }: Workflow): JobDescription[] {
  return tasks.map(({ name, kind, after, cores = 1, coresMax = cores, isOnOneNode = false }) => {
    const numCores = cores === coresMax ? cores : { min: cores, max: coresMax };
    const resources = { numCores, ...(isOnOneNode ? { numNodes: 1 } : {}) };
    return parseJob({ name, execution: { exec: kind }, resources, dependencies: { after } }, {});
  });
}

/** How long a task takes on so many cores. */
function secondsOn({ seconds, cores = 1, coresMax = cores, serial = 0 }: WorkflowTask, count: number): number {
  const share = (n: number) => serial + (1 - serial) / n;
  return seconds * share(count) / share(coresMax);
}

/** The longest chain, or the work over the cores, in seconds. */
export function lowerBound({ tasks }: Workflow, cores: number): number {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const ends = new Map<string, number>();
  const endOf = (name: string): number => {
    const known = ends.get(name);
    if (known !== undefined) return known;
    const task = byName.get(name)!;
    const end = task.seconds + Math.max(0, ...task.after.map(endOf));
    ends.set(name, end);
    return end;
  };
  const chain = Math.max(...tasks.map(({ name }) => endOf(name)));
  // The fewer cores a task has, the less of their time it takes.
  const work = tasks.reduce((sum, task) => sum + secondsOn(task, task.cores ?? 1) * (task.cores ?? 1), 0);
  return Math.max(chain, work / cores);
}

/** What one earlier run taught, in which each task took up to `spread` times as long, or as short. */
export function learnFrom({ tasks }: Workflow, { spread, seed, byJob }: {
  readonly spread: number;
  readonly seed: number;
  /** Whether the names of the jobs are the same; else only the programs are. */
  readonly byJob: boolean;
}): LearntTimes {
  const random = randomNumbers(seed);
  const sums = new Map<string, { sum: number; count: number }>();
  const jobs = new Map<string, number>();
  for (const { name, kind, seconds } of tasks) {
    const ms = seconds * 1000 * spread ** (2 * random() - 1);
    if (byJob) jobs.set(name, ms);
    const known = sums.get(kind) ?? { sum: 0, count: 0 };
    sums.set(kind, { sum: known.sum + ms, count: known.count + 1 });
  }
  return { jobs, commands: new Map([...sums].map(([kind, { sum, count }]) => [kind, sum / count])) };
}
