/**
 * Workloads by seed: what is submitted, canceled, removed and asked, and when.
 *
 * @module
 */

import type { Counts } from "../../src/resources/counted.ts";
import type { Node } from "../../src/resources/node.ts";
import type { Random } from "./random.ts";

/** Something that is done to the pilot from outside. */
export type Act =
  | { readonly kind: "submit"; readonly jobs: readonly string[] }
  | { readonly kind: "cancel"; readonly name: string }
  | { readonly kind: "cancelFuture"; readonly future: number }
  | { readonly kind: "cancelMany"; readonly target: "queued" | "all" }
  | { readonly kind: "remove"; readonly name: string }
  | { readonly kind: "setPriority"; readonly name: string; readonly priority: number }
  | { readonly kind: "ask"; readonly name: string }
  | { readonly kind: "wait"; readonly name: string; readonly timeoutMs: number }
  | { readonly kind: "loseNode"; readonly node: number }
  | { readonly kind: "readyNode"; readonly node: number }
  | { readonly kind: "shutdown"; readonly cancels: "nothing" | "queued" | "all" };

/** An act and its time, in milliseconds from the beginning. */
export interface TimedAct {
  readonly afterMs: number;
  readonly act: Act;
}

/** All that a seed decides beside what the ports do. */
export interface Workload {
  readonly nodes: readonly Node[];
  /** Those that come later, or never. */
  readonly absentNodes: readonly number[];
  readonly reserveCore: boolean;
  /** Counted resources. */
  readonly counted: Counts;
  readonly graceMs: number;
  readonly holdBackAfterMs?: number;
  /** When all work stops, where that is known: long after the end of the run. */
  readonly stopAtMs?: number;
  /** How many tasks of each group may run at once. */
  readonly groups: Counts;
  readonly acts: readonly TimedAct[];
}

/**
 * What a run is about, beside anything at all: tasks that need more memory, small tasks that overtake large ones, or
 * chains that wait for long beside older tasks.
 */
type Theme = "anything" | "memory" | "stream" | "chains";

/** What jobs may ask for beside cores. */
interface PoolTraits {
  readonly theme: Theme;
  readonly hasGpus: boolean;
  readonly counted: Counts;
}

/** Makes a workload. With `mayHang`, it ends with a cancel of everything; else it may end by itself. */
export function makeWorkload(random: Random, mayHang: boolean): Workload {
  const theme: Theme = random.weighted({ anything: 7, memory: 1.5, stream: 1, chains: 0.5 });
  if (theme === "stream") return makeStream(random, mayHang);
  if (theme === "chains") return makeChains(random, mayHang);
  const nodes = theme === "memory" ? makeMemoryNodes(random) : makeNodes(random);
  const counted = makeCounted(random);
  const pool: PoolTraits = { theme, hasGpus: nodes.some(({ gpuIds }) => gpuIds.length > 0), counted };
  const acts: TimedAct[] = [];
  const names: string[] = [];
  const iterations = new Map<string, number>();
  let submits = 0;
  let afterMs = 0;
  for (let i = random.between(3, 25); i > 0; i--) {
    if (random.chance(0.7)) afterMs += random.between(0, 300);
    acts.push({ afterMs, act: makeAct() });
  }
  const absentNodes = random.chance(0.3) ? [...nodes.keys()].filter(() => random.chance(0.5)) : [];
  acts.push(...makeComings(random, nodes.length, absentNodes, afterMs));
  const endMs = afterMs + random.between(0, 8000);
  const cancels = mayHang ? "all" : random.pick(["nothing", "nothing", "queued", "all"] as const);
  acts.push({ afterMs: endMs, act: { kind: "shutdown", cancels } });
  return {
    nodes,
    absentNodes,
    reserveCore: random.chance(0.2),
    counted,
    groups: { io: 2 },
    graceMs: random.pick([0, 50, 1000]),
    ...(random.chance(0.8) ? { holdBackAfterMs: theme === "memory" ? 0 : random.pick([0, 20, 100, 300]) } : {}),
    acts: acts.sort((a, b) => a.afterMs - b.afterMs),
  };

  function makeAct(): Act {
    const kind = random.weighted({
      submit: 10,
      cancel: 2,
      future: 1,
      many: 0.3,
      remove: 1.5,
      ask: 2,
      wait: 1,
      priority: 1,
    });
    if (kind === "submit" || names.length === 0) {
      submits++;
      const count = random.between(1, 5);
      return { kind: "submit", jobs: Array.from({ length: count }, () => makeJob(random, pool, names, iterations)) };
    }
    const name = random.pick(names);
    const some = iterations.get(name);
    const target = some !== undefined && random.chance(0.5) ? `${name}:${random.between(0, some - 1)}` : name;
    if (kind === "future") return { kind: "cancelFuture", future: random.between(0, submits - 1) };
    if (kind === "many") return { kind: "cancelMany", target: random.pick(["queued", "all"] as const) };
    if (kind === "remove") return { kind, name };
    if (kind === "priority") return { kind: "setPriority", name, priority: random.between(-1, 2) };
    if (kind === "wait") return { kind, name: target, timeoutMs: random.between(0, 2000) };
    return { kind, name: target };
  }
}

/** Absent nodes come or are given up; of the others some are lost, and come back, and are lost again. */
function makeComings(random: Random, count: number, absent: readonly number[], lastMs: number): TimedAct[] {
  const acts: TimedAct[] = [];
  const flaps = random.chance(0.15) && count > 1;
  for (let node = 0; node < count; node++) {
    let afterMs = random.between(0, lastMs);
    const isAbsent = absent.includes(node);
    let comes = isAbsent && random.chance(0.8);
    if (!isAbsent && !(flaps && random.chance(0.5))) continue;
    do {
      acts.push({ afterMs, act: { kind: comes ? "readyNode" : "loseNode", node } });
      afterMs += random.between(0, 500);
      comes = !comes;
    } while (random.chance(comes ? 0.6 : 0.2));
  }
  return acts;
}

/** Large jobs among endless small ones, while nodes are lost. */
function makeStream(random: Random, mayHang: boolean): Workload {
  const nodes = Array.from({ length: random.between(3, 4) }, (_, index): Node => {
    const coreIds = Array.from({ length: random.between(1, 3) }, (_, core) => `${core}`);
    return { name: `n${index}`, coreIds, gpuIds: [], memoryMiB: 0 };
  });
  const counts = nodes.map(({ coreIds }) => coreIds.length);
  const coresMax = counts.reduce((a, b) => a + b, 0) - Math.max(...counts);
  const acts: TimedAct[] = [{ afterMs: 0, act: { kind: "submit", jobs: ["first x6"] } }];
  let afterMs = 0;
  for (let i = 0; i < 3; i++) {
    const jobs = [
      `large${i} cores=${random.between(2, Math.max(2, coresMax))}`,
      `small${i} x${random.between(10, 40)}`,
    ];
    acts.push({ afterMs, act: { kind: "submit", jobs } });
    afterMs += random.between(0, 300);
  }
  acts.push({ afterMs: random.between(0, 600), act: { kind: "loseNode", node: random.between(0, nodes.length - 1) } });
  acts.push({ afterMs: afterMs + 8000, act: { kind: "shutdown", cancels: mayHang ? "all" : "nothing" } });
  return {
    nodes,
    absentNodes: [],
    reserveCore: false,
    counted: {},
    groups: {},
    graceMs: 50,
    holdBackAfterMs: random.pick([0, 20, 100]),
    acts: acts.sort((a, b) => a.afterMs - b.afterMs),
  };
}

/** Single jobs, and after them chains that begin to run much later than the first job has ended. */
function makeChains(random: Random, mayHang: boolean): Workload {
  const jobs = Array.from({ length: random.between(2, 6) }, (_, i) => `single${i}`);
  const links = random.between(2, 3);
  for (let chain = random.between(6, 9); chain > 0; chain--) {
    jobs.push(`chain${chain}a`);
    for (let link = 1; link < links; link++) {
      jobs.push(`chain${chain}${"abc"[link]} after=chain${chain}${"abc"[link - 1]}`);
    }
  }
  const coreIds = Array.from({ length: random.between(1, 2) }, (_, core) => `${core}`);
  return {
    nodes: [{ name: "n0", coreIds, gpuIds: [], memoryMiB: 0 }],
    absentNodes: [],
    reserveCore: false,
    counted: {},
    groups: {},
    graceMs: 50,
    acts: [
      { afterMs: 0, act: { kind: "submit", jobs } },
      { afterMs: 8000, act: { kind: "shutdown", cancels: mayHang ? "all" : "nothing" } },
    ],
  };
}

/** A node, and mostly one more with less of the one and more of the other. */
function makeMemoryNodes(random: Random): Node[] {
  return Array.from({ length: random.between(1, 3) > 1 ? 2 : 1 }, (_, index) => ({
    name: `n${index}`,
    coreIds: Array.from({ length: index === 0 ? random.between(2, 3) : 1 }, (_, core) => `${core}`),
    gpuIds: [],
    memoryMiB: index === 0 ? random.pick([64, 128]) : 256,
  }));
}

/** A request for memory that grows when it was not enough. */
function makeMemoryRequest(random: Random): string[] {
  const memory = `mem=${random.pick([16, 32, 64])}`;
  return ["nodes=1", `cores=${random.between(1, 2)}`, memory, "enforce", `retry=${random.between(1, 4)}`, "grow=2"];
}

function makeCounted(random: Random): Counts {
  if (random.chance(0.4)) return {};
  return { licences: random.between(1, 3), ...(random.chance(0.5) ? { disk: random.between(1, 6) } : {}) };
}

function makeNodes(random: Random): Node[] {
  const withMore = random.chance(0.3);
  return Array.from({ length: random.between(1, 4) }, (_, index) => {
    const cores = random.between(1, random.pick([2, 4, 8]));
    return {
      name: `n${index}`,
      coreIds: Array.from({ length: cores }, (_, core) => `${core}`),
      gpuIds: withMore ? Array.from({ length: random.between(0, 2) }, (_, gpu) => `${gpu}`) : [],
      memoryMiB: withMore ? random.pick([0, 64, 128]) : 0,
    };
  });
}

/** Makes a job in words (see `tests/traces/words.ts`), and adds it to the names. */
function makeJob(random: Random, pool: PoolTraits, names: string[], iterations: Map<string, number>): string {
  const { theme, hasGpus, counted } = pool;
  const name = names.length > 3 && random.chance(0.1) ? random.pick(names) : `j${names.length}`;
  const words = [name];
  const count = random.chance(0.4) ? random.between(1, random.pick([3, 8, 20])) : undefined;
  if (count !== undefined) words.push(`x${count}`);
  const needsMemory = theme === "memory" && random.chance(0.8);
  words.push(...(needsMemory ? makeMemoryRequest(random) : makeRequest(random, hasGpus, count !== undefined)));
  for (const [resource, most] of Object.entries(counted)) {
    // Now and then a little too much.
    if (random.chance(0.25)) words.push(`${resource}=${random.between(1, most + (random.chance(0.1) ? 1 : 0))}`);
  }
  if (random.chance(0.15)) words.push(`priority=${random.between(-1, 1)}`);
  if (random.chance(0.1)) words.push(`max=${random.between(1, 3)}`);
  if (random.chance(0.1)) words.push("group=io");
  if (random.chance(0.15)) words.push(`limit=${random.between(1, 500)}`);
  if (random.chance(0.2)) words.push(`grace=${random.pick([0, 10, 500])}`);
  if (!needsMemory && random.chance(0.15)) words.push(`retry=${random.between(1, 3)}+${random.pick([0, 0, 20, 1000])}`);
  const after = Array.from({ length: random.pick([0, 0, 0, 0, 0, 1, 1, 1, 2, 3]) }, () => {
    if (names.length === 0) return undefined;
    const other = random.pick(names);
    const some = iterations.get(other);
    if (count !== undefined && some !== undefined && some >= count && random.chance(0.6)) return `${other}:\${it}`;
    if (some !== undefined && random.chance(0.4)) return `${other}:${random.between(0, some - 1)}`;
    return count !== undefined && names.length > 20 && random.chance(0.3) ? "j${it}" : other;
  }).filter((one) => one !== undefined && one !== name);
  if (after.length > 0) {
    const list = random.weighted({ after: 8, any: 1, notok: 1 });
    words.push(`${list}=${[...new Set(after)].join(",")}`);
  }
  if (random.chance(0.1)) words.push("continue");
  if (random.chance(0.06)) words.push("finally");
  if (!names.includes(name)) names.push(name);
  if (count === undefined) iterations.delete(name);
  else iterations.set(name, count);
  return words.join(" ");
}

function makeRequest(random: Random, hasGpus: boolean, isIterative: boolean): string[] {
  if (hasGpus && random.chance(0.4)) return ["nodes=1", "cores=1", `gpus=${random.pick(["1", "0.4", "0.6", "0.6"])}`];
  const kind = random.weighted({ none: 6, exact: 4, range: 2, nodes: 1, both: 1, more: 0.5, scheduler: 1 });
  const min = random.between(1, random.pick([2, 4, 10]));
  const range = `${min}-${min + random.between(0, 4)}`;
  switch (kind) {
    case "exact":
      return [`cores=${min}`];
    case "range":
      return [`cores=${range}`];
    case "nodes":
      return [`nodes=${random.between(1, 2)}`];
    case "both":
      return [`nodes=${random.pick(["1", "2", "1-3"])}`, `cores=${random.pick([`${min}`, range])}`];
    case "more":
      return ["nodes=1", `cores=${random.between(1, 2)}`, random.pick(["gpus=1", "mem=32"])];
    case "scheduler":
      return !isIterative ? [] : [random.pick([`split=${random.between(1, 4)}`, `maxiters=${random.between(1, 3)}`])];
    default:
      return [];
  }
}
