/**
 * The run that QCG-PilotJob's documentation shows its figures of, once more on virtual nodes: 2,000 tasks of mixed sizes on
 * 40 nodes of 24 cores, 16.6 s each on average. The figures are those of `qcgpj report`, with the names and formulas of
 * `qcg-pm-report`, printed beside the published ones. What a task costs is measured from outside, as there: each task notes
 * when it began and ended. That run was on 40 machines and took `srun` for tasks of several cores; here all processes are
 * on one machine and sleep, so that the figures are about the pilot alone.
 *
 * Minutes: run it by itself, as `deno run -A tests/bench/qcg_pilotjob/published.ts [--scale=0.1]`; the scale makes all
 * tasks shorter, which makes the same overhead a larger share.
 *
 * @module
 */

import { findRunFolder } from "../../../src/deno/files/runs/find_run.ts";
import { readTimedRun } from "../../../src/deno/files/runs/figures_reader.ts";
import { describeEfficiency, describeUse } from "../../../src/report/figures/core_use.ts";
import { describeLaunches, describeTimes } from "../../../src/report/figures/run_figures.ts";

const project = `${import.meta.dirname!}/../../..`;
const nodes = Array.from({ length: 40 }, (_, node) => `n${node}:24`).join(",");
/** Cores of tasks, in turn, so that all sizes run beside each other; 5.25 on average, as the published core use says. */
const sizes = [1, 2, 3, 4, 6, 8, 8, 10];
const taskCount = 2000;
/** The published mean, and how far tasks are from it at most. */
const [meanSeconds, spreadSeconds] = [16.5664, 4];

/** How long a task sleeps: spread evenly, in an order that looks like none. */
function sleepSeconds(task: number): number {
  return meanSeconds + spreadSeconds * (2 * ((task * 0.6180339887) % 1) - 1);
}

/** Runs the tasks; returns the folder of the run. */
async function run(wd: string, scale: number): Promise<string> {
  const jobs = Array.from({ length: taskCount }, (_, task) => ({
    name: `t${task}`,
    resources: { numCores: { exact: sizes[task % sizes.length] } },
    execution: {
      exec: "sh",
      args: ["-c", "date +%s%N; sleep $0; date +%s%N", (sleepSeconds(task) * scale).toFixed(3)],
      stdout: `out-t${task}`,
    },
  }));
  await Deno.writeTextFile(`${wd}/jobs.json`, JSON.stringify(jobs));
  const main = `${project}/src/cli/main.ts`;
  const args = ["run", "-A", "--no-check", "--config", `${project}/deno.json`, main, "run", "jobs.json", "--quiet"];
  const { success } = await new Deno.Command(Deno.execPath(), { args: [...args, "--nodes", nodes], cwd: wd }).spawn()
    .status;
  if (!success) throw new Error("Not every task succeeded");
  return findRunFolder(wd);
}

/** From when the pilot began to launch a task until it knew of its end, without the task's own time, in milliseconds. */
async function overheadMs(wd: string, name: string, pilotMicros: number): Promise<number> {
  const [began, ended] = (await Deno.readTextFile(`${wd}/out-${name}`)).trim().split("\n").map(Number);
  return pilotMicros / 1000 - (ended! - began!) / 1e6;
}

if (import.meta.main) {
  const scale = Number(/^--scale=([\d.]+)$/.exec(Deno.args[0] ?? "--scale=1")?.[1]);
  const wd = await Deno.makeTempDir();
  const { timed } = readTimedRun(await run(wd, scale), 0);
  const { runtime, initOverhead, finishOverhead } = describeTimes(timed);
  const use = describeUse(timed)!;
  const costs = await Promise.all(
    timed.tasks.map(({ name, executingAt, endedAt }) => overheadMs(wd, name, endedAt! - executingAt!)),
  );
  const overhead = initOverhead! + finishOverhead!;
  const launches = describeLaunches(timed);
  const median = costs.toSorted((a, b) => a - b)[costs.length >> 1]!;
  // Here one machine starts the first task of every core, which 40 did there.
  const latest = launches.overheads.reduce((most, { start }) => Math.max(most, start), 0);
  const mean = costs.reduce((sum, ms) => sum + ms, 0) / costs.length;
  const rows = [
    ["", "QCG-PilotJob", "here"],
    ["tasks, cores", "2000, 960", `${timed.taskCount}, ${timed.cores}`],
    ["service runtime", "192.81 s", `${(runtime! / 1e6).toFixed(2)} s`],
    [
      "before the first and after the last task",
      "4.08 s, 1.57 s",
      [initOverhead!, finishOverhead!].map((micros) => `${(micros / 1e6).toFixed(2)} s`).join(", "),
    ],
    ["overhead ratio", "2.9 %", `${(overhead / runtime! * 100).toFixed(2)} %`],
    ["average core use", "94.2 %", `${(use.allPercent ?? use.usedPercent).toFixed(1)} %`],
    ["efficiency", "99.6 %", `${describeEfficiency(timed)!.usedPercent.toFixed(1)} %`],
    ["average overhead of a task", "45.7 ms", `${mean.toFixed(1)} ms`],
    ["of that, until its process was started", "14.6 ms", `${(launches.start / launches.tasks / 1000).toFixed(1)} ms`],
    ["median overhead of a task", "", `${median.toFixed(1)} ms`],
    ["longest until a process was started", "", `${(latest / 1e6).toFixed(2)} s`],
  ];
  for (const [what, published, here] of rows) console.log(`${what!.padEnd(42)}${published!.padEnd(18)}${here}`);
  await Deno.remove(wd, { recursive: true });
}
