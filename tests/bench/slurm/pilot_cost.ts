/**
 * What a task costs the pilot's own process, as one line of JSON: over agents that only pretend (to be run in an
 * allocation), or over the launcher that starts real processes from within.
 *
 * @module
 */

import process from "node:process";
import { agentsMax, tagsOfRun } from "../../../src/agent/tag.ts";
import { SystemClock } from "../../../src/deno/host/clock.ts";
import { readVariables } from "../../../src/deno/host/variables.ts";
import { chooseLauncher } from "../../../src/deno/local/launch.ts";
import { AgentPrograms } from "../../../src/deno/slurm/agent_programs.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { SharedEnvironments } from "../../../src/launch/shared_environment.ts";
import { AgentsLauncher } from "../../../src/runtime/agents_launcher.ts";
import type { Clock, Launcher } from "../../../src/runtime/ports.ts";
import { Pilot } from "../../../src/runtime/pilot.ts";

/** What is measured. */
export interface PilotCost {
  /** Tasks in a second. */
  readonly rate: number;
  /** CPU time of the pilot's process for a task, in microseconds. */
  readonly usPerTask: number;
}

const runId = "0123456789abcdef";

function agentsOn(names: readonly string[], clock: Clock): Launcher {
  const args = ["run", "-A", "--no-check", "--quiet", import.meta.resolve("./pretend_agent.ts")];
  const starter = new AgentPrograms({
    jobId: Deno.env.get("SLURM_JOB_ID")!,
    nodeName: (node) => names[node]!,
    self: { program: Deno.execPath(), args, env: {} },
    env: readVariables(),
    method: "slurm",
    directory: Deno.cwd(),
    said: () => {},
  });
  let agents = 0;
  return new AgentsLauncher(starter, clock, {
    nodes: names.map((name, index) => ({ name, index })),
    ownNodes: [],
    env: readVariables(),
    runTags: tagsOfRun(runId),
    runMark: runId,
    nextAgent: () => agents++ % agentsMax,
    threshold: 1,
  });
}

async function measure(kind: string, nodes: number, cores: number, tasks: number): Promise<PilotCost> {
  const clock = new SystemClock();
  const names = Array.from({ length: nodes }, (_, node) => `n${node + 1}`);
  const launcher = kind === "pretend" ? agentsOn(names, clock) : chooseLauncher({ runId }, kind);
  const coreIds = Array.from({ length: cores }, (_, core) => `${core}`);
  const options = {
    runId,
    nodes: names.map((name) => ({ name, coreIds, gpuIds: [], memoryMiB: 0 })),
    ...(kind === "pretend" ? { absentNodes: names.map((_, node) => node) } : {}),
    ...{ graceMs: 1000, rootWd: Deno.cwd(), environmentSchema: "common", unknownDependency: "refuse" } as const,
    environments: new SharedEnvironments({ all: readVariables }),
  };
  const journal = { append: () => {}, close: () => Promise.resolve() };
  const pilot = new Pilot(options, { clock, launcher, journal });
  const run = async (name: string, count: number) => {
    pilot.submit([parseJob({ name, iteration: { stop: count }, execution: { exec: "/bin/true" } }, {})]);
    await pilot.idle();
  };
  await run("warm", Math.min(tasks, 2000));
  const [startMs, before] = [performance.now(), process.cpuUsage()];
  await run("a", tasks);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - startMs) / 1000;
  pilot.drain();
  await pilot.stopped;
  await launcher.close();
  return { rate: tasks / seconds, usPerTask: (user + system) / tasks };
}

if (import.meta.main) {
  const [kind = "pretend", ...numbers] = Deno.args;
  const [nodes = 1, cores = 1, tasks = 1000] = numbers.map(Number);
  console.log(JSON.stringify(await measure(kind, nodes, cores, tasks)));
  Deno.exit(0);
}
