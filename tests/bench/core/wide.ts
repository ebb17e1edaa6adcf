/**
 * What 10,000 nodes with 128 cores each cost the pilot, with a million tasks and a launcher that only pretends: the time
 * for a task against that on 4 nodes with 16 cores, the longest time in which nobody else was heard, and the memory with
 * all tasks running at once; then what it costs to cancel them all, and to lose every node.
 *
 * Run as `deno run --allow-read --v8-flags=--expose-gc tests/bench/core/wide.ts`.
 *
 * @module
 */

import process from "node:process";
import { parseJob } from "../../../src/job/parse.ts";
import type { Node } from "../../../src/resources/node.ts";
import { Pilot } from "../../../src/runtime/pilot.ts";
import type { AttemptKey, Launcher, LaunchSink } from "../../../src/runtime/ports.ts";

const variables = { rcnt: "1", uniq: "u", sname: "local", date: "", time: "", dateTime: "" };
const mebibyte = 1024 * 1024;
/** So many ends are told in one go. */
const endsAtOnce = 1000;
const attemptsMax = 65_536;

function nodesOf(count: number, cores: number): Node[] {
  const coreIds = Array.from({ length: cores }, (_, core) => `${core}`);
  return Array.from({ length: count }, (_, i) => ({ name: `n${i}`, coreIds, gpuIds: [], memoryMiB: 0 }));
}

/** What ends the tasks once they run: themselves, a cancel of all, or the loss of every node. */
type Fate = "end" | "cancel" | "loss";

/** Ends tasks some time after their start; with `holds`, none before all have started. */
class PretendLauncher implements Launcher {
  readonly #holds: number;
  readonly #allRun: () => Fate;
  /** Tasks and attempts in one number each: what a launcher keeps is not what is measured. */
  #running: number[] = [];
  #sink: LaunchSink | undefined;
  #signaled: AttemptKey[] = [];
  #isEnding = false;
  #fate: Fate = "end";
  launches = 0;

  constructor(holds: number, allRun: () => Fate) {
    this.#holds = holds;
    this.#allRun = allRun;
  }

  launch(key: AttemptKey, plan: { readonly place: { readonly node: number } }, sink: LaunchSink): void {
    this.launches++;
    this.#sink = sink;
    this.#running.push(key.task * attemptsMax + key.attempt);
    sink.started(key, { node: plan.place.node, pid: 1 });
    if (this.launches < this.#holds || this.#isEnding) return;
    this.#isEnding = true;
    setTimeout(() => {
      if (this.launches === this.#holds) this.#fate = this.#allRun();
      if (this.#fate === "end") this.#end();
    });
  }

  #end(): void {
    for (const packed of this.#running.splice(-endsAtOnce)) {
      const key = { task: Math.floor(packed / attemptsMax), attempt: packed % attemptsMax };
      this.#sink!.exited(key, { code: 0 }, {});
    }
    if (this.#running.length > 0) setTimeout(() => this.#end());
    else this.#isEnding = false;
  }

  signal(key: AttemptKey): void {
    if (this.#fate !== "cancel") return;
    if (this.#signaled.push(key) > 1) return;
    setTimeout(() => {
      for (const signaled of this.#signaled.splice(0)) this.#sink!.exited(signaled, { signal: "SIGTERM" }, {});
    });
  }

  reclaim(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * The CPU time of this thread so far, in milliseconds, so that what others do on the machine counts for nothing. Where it
 * may not be read, that of the whole process, the collector's threads included.
 */
function cpuMs(): number {
  try {
    return Number(Deno.readTextFileSync("/proc/thread-self/schedstat").split(" ")[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}

/** What a run cost. */
interface Cost {
  /** Microseconds of CPU time. */
  readonly usPerTask: number;
  /** The longest time in which no timer fired. */
  readonly longestMs: number;
  /** Resident memory while all tasks ran, less what there was before. */
  readonly runningMiB: number;
  /** The most resident memory that was seen. */
  readonly peakMiB: number;
}

/** What a run is made of: the cores of each of its jobs, and how many tasks each has. */
interface Workload {
  readonly nodes: readonly Node[];
  readonly tasks: number;
  readonly sizes: readonly number[];
  /** Whether no task ends before all run. */
  readonly holds: boolean;
  /** What ends them then. */
  readonly fate?: Fate;
}

async function run({ nodes, tasks, sizes, holds, fate = "end" }: Workload): Promise<Cost> {
  (globalThis as { gc?: () => void }).gc?.();
  const before = Deno.memoryUsage().rss;
  let runningMiB = 0;
  let peak = before;
  const launcher = new PretendLauncher(holds ? tasks : 1, () => {
    runningMiB = (Deno.memoryUsage().rss - before) / mebibyte;
    // The turns from here on are of interest then.
    if (fate !== "end") longestMs = 0;
    if (fate === "cancel") pilot.cancel({ kind: "all" });
    if (fate === "loss") { for (let node = 0; node < nodes.length; node++) pilot.nodeSink.lost(node, "power failure"); }
    return fate;
  });
  const wakeAt = (_atMs: number, wake: () => void) => {
    const timer = setTimeout(wake);
    return () => clearTimeout(timer);
  };
  const clock = { nowMs: () => performance.now(), wakeAt };
  const journal = { append: () => {}, close: () => Promise.resolve() };
  const options = { nodes, graceMs: 1000, rootWd: "/tmp", environmentSchema: "common", runId: "0".repeat(16) } as const;
  const pilot = new Pilot(options, { clock, launcher, journal });
  let longestMs = 0;
  let [lastMs, lastCpuMs] = [performance.now(), cpuMs()];
  let ticks = 0;
  const ticker = setInterval(() => {
    const [nowMs, nowCpuMs] = [performance.now(), cpuMs()];
    longestMs = Math.max(longestMs, Math.min(nowMs - lastMs, nowCpuMs - lastCpuMs));
    if (++ticks % 64 === 0) peak = Math.max(peak, Deno.memoryUsage().rss);
    [lastMs, lastCpuMs] = [nowMs, cpuMs()];
  });
  const startMs = cpuMs();
  pilot.submit(sizes.map((cores, index) => {
    const count = Math.floor(tasks / sizes.length);
    const execution = { exec: "true", args: ["${it}"], stdout: "out-${it}" };
    const value = { name: `j${index}`, execution, resources: { numCores: cores }, iteration: { stop: count } };
    return parseJob(value, { variables });
  }));
  await pilot.idle();
  const usPerTask = (cpuMs() - startMs) * 1000 / tasks;
  clearInterval(ticker);
  if (launcher.launches < tasks - sizes.length) throw new Error(`Only ${launcher.launches} tasks ran`);
  return { usPerTask, longestMs, runningMiB, peakMiB: peak / mebibyte };
}

if (import.meta.main) {
  const few = nodesOf(4, 16);
  const many = nodesOf(10_000, 128);
  const tasks = 1_000_000;
  const mixed = [1, 2, 4, 8, 16, 32, 64, 128];
  await run({ nodes: few, tasks: 100_000, sizes: [1], holds: false }); // Warm up: the first run pays for the compiler.
  const base = await run({ nodes: few, tasks: 200_000, sizes: [1], holds: false });
  console.log("workload                                us/task  ratio  longest turn ms  running MiB  peak MiB");
  const print = (name: string, { usPerTask, longestMs, runningMiB, peakMiB }: Cost) =>
    console.log(
      `${name.padEnd(38)}  ${usPerTask.toFixed(2).padStart(7)}  ${
        (usPerTask / base.usPerTask).toFixed(2).padStart(5)
      }  ` +
        `${longestMs.toFixed(0).padStart(15)}  ${runningMiB.toFixed(0).padStart(11)}  ${
          peakMiB.toFixed(0).padStart(8)
        }`,
    );
  print("4 x 16, one core each", base);
  print("10,000 x 128, one core, all at once", await run({ nodes: many, tasks, sizes: [1], holds: true }));
  print("the same, canceled", await run({ nodes: many, tasks, sizes: [1], holds: true, fate: "cancel" }));
  print("the same, every node lost", await run({ nodes: many, tasks, sizes: [1], holds: true, fate: "loss" }));
  print("10,000 x 128, one core, waves", await run({ nodes: many, tasks, sizes: [1], holds: false }));
  print("10,000 x 128, 1 to 128 cores, waves", await run({ nodes: many, tasks: 200_000, sizes: mixed, holds: false }));
}
