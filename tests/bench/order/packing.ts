/**
 * How well tasks of mixed sizes are packed: makespan over the lower bound on 1 to 16 nodes of 16 cores, by the product's
 * core on a virtual clock, beside simpler choices: `deno run -A tests/bench/order/packing.ts`.
 *
 * @module
 */

import { FreeNodes } from "../../../src/resources/free_nodes.ts";
import { Pool } from "../../../src/resources/pool.ts";
import { replaceMethod } from "../../sim/replace.ts";
import { randomNumbers, type Workflow, type WorkflowTask } from "./instances.ts";
import { learnFrom, play } from "./play.ts";

const nodeCounts = [1, 2, 4, 8, 16];
const nodeCores = 16;

/** Simpler choices, in place of what the product does. */
const choices: Readonly<Record<string, () => Disposable>> = {
  "first node that fits, all that is free": () => {
    const stack = new DisposableStack();
    stack.use(firstFit());
    stack.use(takeAll());
    return stack;
  },
  "first node that fits": firstFit,
  "all that is free": takeAll,
  "as it is": () => new DisposableStack(),
};

/** Nodes in their order instead of the fullest first. */
function firstFit(): Disposable {
  return replaceMethod(FreeNodes.prototype, "fullest", () =>
    function (cores, isSuitable) {
      const count = this.byFree().length;
      for (let node = this.next(0, cores); node < count; node = this.next(node + 1, cores)) {
        if (isSuitable(node)) return node;
      }
      return undefined;
    });
}

/** All that is free, up to the maximum, instead of a share. */
function takeAll(): Disposable {
  return replaceMethod(Pool.prototype, "fit", (original) =>
    function (request) {
      return original.call(this, request);
    });
}

/** Workflows for so many nodes, by seed. */
const families: Readonly<Record<string, (nodes: number, seed: number) => WorkflowTask[]>> = {
  "1 to 16 cores of one node": (nodes, seed) => rigid(60 * nodes, seed, true),
  "1 to 16 cores anywhere": (nodes, seed) => rigid(60 * nodes, seed, false),
  "a range beside many small": (nodes, seed) => {
    const all = nodes * nodeCores;
    return [...small(1, seed), range("wide", all, 1, 60, 0), ...small(all - 4, seed + 1)];
  },
  "a range beside few small": (nodes, seed) => {
    return [range("wide", nodes * nodeCores, 1, 60, 0), ...small(nodes * 4, seed)];
  },
  "ranges, all alike": (nodes, seed) => ranges(8 * nodes, nodes, seed, 0),
  "ranges with a serial part": (nodes, seed) => ranges(8 * nodes, nodes, seed, 0.05),
  "ranges and small": (nodes, seed) =>
    shuffled([...ranges(4 * nodes, nodes, seed, 0.02), ...small(100 * nodes, seed)], seed),
  "ranges that many wait for": (nodes, seed) => {
    const wide = ranges(3 * nodes, nodes, seed, 0.02);
    const after = small(100 * nodes, seed).map((task, i) =>
      i % 2 === 0 ? task : { ...task, after: [wide[i % wide.length]!.name] }
    );
    return [
      ...after.filter(({ after }) => after.length === 0),
      ...wide,
      ...after.filter(({ after }) => after.length > 0),
    ];
  },
};

function rigid(count: number, seed: number, isOnOneNode: boolean): WorkflowTask[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, (_, i) => {
    const cores = [1, 1, 2, 3, 4, 6, 8, 12, 16][Math.floor(9 * random())]!;
    return { name: `t${i}`, kind: `of ${cores}`, seconds: 10 + 90 * random() ** 2, after: [], cores, isOnOneNode };
  });
}

function small(count: number, seed: number): WorkflowTask[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, (_, i) => {
    return { name: `small${seed}.${i}`, kind: "small", seconds: 40 + 40 * random(), after: [] };
  });
}

function range(name: string, coresMax: number, cores: number, seconds: number, serial: number): WorkflowTask {
  return { name, kind: "wide", seconds, after: [], cores, coresMax, serial };
}

function ranges(count: number, nodes: number, seed: number, serial: number): WorkflowTask[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, (_, i) => range(`wide${i}`, nodes * nodeCores, 1, 10 + 20 * random(), serial));
}

function shuffled(tasks: readonly WorkflowTask[], seed: number): WorkflowTask[] {
  const random = randomNumbers(seed + 100);
  return tasks.map((task) => ({ task, key: random() })).sort((a, b) => a.key - b.key).map(({ task }) => task);
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Plays all workflows of a family. Returns makespans over the bound. */
function playFamily(make: (nodes: number, seed: number) => WorkflowTask[], knows: boolean): number[] {
  return nodeCounts.flatMap((nodes) =>
    [1, 2, 3].map((seed) => {
      const workflow: Workflow = { name: "", tasks: make(nodes, seed) };
      const learnt = knows ? { learnt: learnFrom(workflow, { spread: 1.25, seed: 7, byJob: true }) } : {};
      const spec = Array.from({ length: nodes }, (_, i) => `n${i}:${nodeCores}`).join(",");
      const { makespan, bound } = play(workflow, { nodes: spec, order: "rank", isOpen: false, ...learnt });
      return makespan / bound;
    })
  );
}

if (import.meta.main) {
  for (const knows of [false, true]) {
    console.log(`## ${knows ? "Learnt from one earlier run" : "Nothing known before"}\n`);
    console.log(`| tasks | ${Object.keys(choices).join(" | ")} |`);
    console.log(`| --- | ${Object.keys(choices).map(() => "---").join(" | ")} |`);
    for (const [name, make] of Object.entries(families)) {
      const figures = Object.values(choices).map((choose) => {
        using _choice = choose();
        const ratios = playFamily(make, knows);
        return `${geometricMean(ratios).toFixed(3)} (${Math.max(...ratios).toFixed(2)})`;
      });
      console.log(`| ${[name, ...figures].join(" | ")} |`);
    }
    console.log("");
  }
}
