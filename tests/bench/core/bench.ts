/**
 * What a task costs the pilot besides its process: submit, queue, schedule, launch, end, settle, with a launcher that
 * only pretends. The figure of interest is the ratio between many tasks and few.
 *
 * Run as `deno run tests/bench/core/bench.ts`; no permission is needed.
 *
 * @module
 */

import { parseJob } from "../../../src/job/parse.ts";
import type { Node } from "../../../src/resources/node.ts";
import { Pilot } from "../../../src/runtime/pilot.ts";
import type { AttemptKey, Launcher, LaunchSink } from "../../../src/runtime/ports.ts";

const variables = { rcnt: "1", uniq: "u", sname: "local", date: "", time: "", dateTime: "" };
const nodes: readonly Node[] = Array.from({ length: 4 }, (_, i) => ({
  name: `n${i}`,
  coreIds: Array.from({ length: 16 }, (_, core) => `${core}`),
  gpuIds: [],
  memoryMiB: 0,
}));

/** Ends every task a macrotask after its start, all of a turn together. */
class PretendLauncher implements Launcher {
  #running: { key: AttemptKey; sink: LaunchSink }[] = [];
  readonly #channel = new MessageChannel();
  launches = 0;

  constructor() {
    this.#channel.port1.onmessage = () => {
      const ended = this.#running;
      this.#running = [];
      for (const { key, sink } of ended) sink.exited(key, { code: 0 }, {});
    };
  }

  launch(key: AttemptKey, _plan: unknown, sink: LaunchSink): void {
    this.launches++;
    sink.started(key, { node: 0, pid: 1 });
    if (this.#running.push({ key, sink }) === 1) this.#channel.port2.postMessage(0);
  }

  signal(): void {}

  reclaim(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#channel.port1.close();
    return Promise.resolve();
  }
}

function newPilot(): { pilot: Pilot; launcher: PretendLauncher } {
  const launcher = new PretendLauncher();
  const wakeAt = (_atMs: number, wake: () => void) => (setTimeout(wake), () => {});
  const clock = { nowMs: () => performance.now(), wakeAt };
  const journal = { append: () => {}, close: () => Promise.resolve() };
  const options = { nodes, graceMs: 1000, rootWd: "/tmp", environmentSchema: "common", runId: "0".repeat(16) } as const;
  return { pilot: new Pilot(options, { clock, launcher, journal }), launcher };
}

/** Runs one job of `count` iterations. */
async function iterations(count: number): Promise<void> {
  const { pilot, launcher } = newPilot();
  const execution = { exec: "true", args: ["${it}"], stdout: "out-${it}" };
  pilot.submit([parseJob({ name: "j", execution, iteration: { stop: count } }, { variables })]);
  await pilot.idle();
  if (launcher.launches !== count) throw new Error("Not every task ran");
  await launcher.close();
}

/** Submits `count` jobs at once, each on its own. */
async function jobs(count: number): Promise<void> {
  const { pilot, launcher } = newPilot();
  for (let i = 0; i < count; i++) {
    const execution = { exec: "true", args: [`${i}`], stdout: `out-${i}` };
    pilot.submit([parseJob({ name: `j${i}`, execution }, { variables })]);
  }
  await pilot.idle();
  if (launcher.launches !== count) throw new Error("Not every task ran");
  await launcher.close();
}

/** Microseconds for one task, the median of several runs. */
async function costUs(run: (count: number) => Promise<void>, count: number): Promise<number> {
  const repeats = Math.max(3, Math.min(30, Math.round(30_000 / count)));
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const startMs = performance.now();
    await run(count);
    times.push((performance.now() - startMs) * 1000 / count);
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

if (import.meta.main) {
  console.log("tasks     iterations us/task  ratio    jobs us/task  ratio");
  await iterations(10_000); // Warm up: the first runs pay for the compiler.
  await jobs(10_000);
  const first = { iterations: 0, jobs: 0 };
  for (const count of [1_000, 10_000, 100_000, 1_000_000]) {
    const a = await costUs(iterations, count);
    const b = await costUs(jobs, count);
    if (first.iterations === 0) Object.assign(first, { iterations: a, jobs: b });
    const ratios = [a / first.iterations, b / first.jobs].map((ratio) => ratio.toFixed(2));
    console.log(
      `${String(count).padEnd(8)}  ${a.toFixed(2).padStart(18)}  ${ratios[0]}  ${b.toFixed(2).padStart(14)}  ${
        ratios[1]
      }`,
    );
  }
}
