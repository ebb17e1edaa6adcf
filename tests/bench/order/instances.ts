/**
 * Workflows for the study: those that `make_instances.py` has made, and synthetic ones.
 *
 * @module
 */

/** A task of a workflow. */
export interface WorkflowTask {
  readonly name: string;
  /** The program that it runs. */
  readonly kind: string;
  readonly seconds: number;
  /** The names of those that it waits for. */
  readonly after: readonly string[];
  /** How many cores it needs; 1 when absent. */
  readonly cores?: number;
  /** How many it can use; `seconds` is its time on so many. As many as it needs when absent. */
  readonly coresMax?: number;
  /** The part of its work, on one core, that more cores do not make shorter; 0 when absent. */
  readonly serial?: number;
  /** Whether all its cores must be on one node. */
  readonly isOnOneNode?: boolean;
}

/** A workflow with its name. */
export interface Workflow {
  readonly name: string;
  readonly tasks: readonly WorkflowTask[];
}

/** Random numbers from 0 to 1 that a seed decides. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Reads the workflows in a folder. */
export function readWorkflows(folder: string): Workflow[] {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".json")).sort();
  return names.map((name) => ({
    name: name.replace(".json", ""),
    tasks: JSON.parse(Deno.readTextFileSync(`${folder}/${name}`)),
  }));
}

/** The same workflow with tasks of one, two and four cores: each program has one size, by its place in the alphabet. */
export function withMixedSizes({ name, tasks }: Workflow): Workflow {
  const kinds = [...new Set(tasks.map(({ kind }) => kind))].sort();
  const coresOf = new Map(kinds.map((kind, index) => [kind, [1, 2, 4][index % 3]!]));
  return { name, tasks: tasks.map((task) => ({ ...task, cores: coresOf.get(task.kind)! })) };
}

/** Workflows without a recipe: shapes in which order matters much, or not at all. */
export function syntheticWorkflows(): Workflow[] {
  return [chains(), layers(), forkJoins(), independent()];
}

/** Chains of very different lengths, the longest submitted last. */
function chains(): Workflow {
  const tasks: WorkflowTask[] = [];
  const random = randomNumbers(1);
  for (let chain = 0; chain < 40; chain++) {
    for (let link = 0; link <= chain; link++) {
      const after = link === 0 ? [] : [`c${chain}.${link - 1}`];
      tasks.push({ name: `c${chain}.${link}`, kind: "step", seconds: 5 + 10 * random(), after });
    }
  }
  return { name: "chains", tasks };
}

/** Layers of tasks, each after a few of the layer before, in a random order of submission. */
function layers(): Workflow {
  const random = randomNumbers(2);
  const tasks: WorkflowTask[] = [];
  for (let layer = 0; layer < 12; layer++) {
    for (let i = 0; i < 60; i++) {
      const after = layer === 0 ? [] : Array.from({ length: 1 + Math.floor(3 * random()) }, () => {
        return `l${layer - 1}.${Math.floor(60 * random() ** 2)}`;
      });
      tasks.push({
        name: `l${layer}.${i}`,
        kind: `program${Math.floor(8 * random())}`,
        seconds: 0,
        after: [...new Set(after)],
      });
    }
  }
  const mean = [2, 4, 8, 16, 32, 64, 10, 5];
  const timed = tasks.map((task) => ({
    ...task,
    seconds: mean[Number(task.kind.at(-1))]! * (0.5 + random()),
  }));
  return {
    name: "layers",
    tasks: timed.map((task) => ({ task, key: random() })).sort((a, b) => a.key - b.key).map(({ task }) => task),
  };
}

/** Phases that each begin with one task, go on with many, and end with one. */
function forkJoins(): Workflow {
  const random = randomNumbers(3);
  const tasks: WorkflowTask[] = [];
  for (let group = 0; group < 8; group++) {
    let before: string[] = [];
    for (let phase = 0; phase < 4; phase++) {
      tasks.push({ name: `f${group}.${phase}`, kind: "split", seconds: 10, after: before });
      const parts = Array.from({ length: 5 + 5 * group }, (_, i) => `p${group}.${phase}.${i}`);
      for (const name of parts) {
        tasks.push({ name, kind: "part", seconds: 20 + 40 * random(), after: [`f${group}.${phase}`] });
      }
      tasks.push({ name: `j${group}.${phase}`, kind: "join", seconds: 15, after: parts });
      before = [`j${group}.${phase}`];
    }
  }
  return { name: "fork-joins", tasks };
}

/** Tasks that wait for nothing, few of them long. */
function independent(): Workflow {
  const random = randomNumbers(4);
  const tasks = Array.from({ length: 500 }, (_, i) => ({
    name: `t${i}`,
    kind: i % 50 === 49 ? "long" : "short",
    seconds: i % 50 === 49 ? 200 + 50 * random() : 5 + 10 * random(),
    after: [],
  }));
  return { name: "independent", tasks };
}
