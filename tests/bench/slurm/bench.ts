/**
 * What agents cost: the rate over four virtual nodes beside one launcher on the same machine and beside one `srun` for
 * each task; how long agents take to be there, beside an empty `srun`; what a task costs the pilot, and on the wire; what
 * an idle agent costs; and a whole run beside QCG-PilotJob's, where `QCG_PM_SERVICE` names its `qcg-pm-service`.
 *
 * Run as `deno run -A tests/bench/slurm/bench.ts`, as root on a machine with Slurm and GNU parallel.
 *
 * @module
 */

import { writeAgentMessage, writePilotMessage } from "../../../src/agent/write_message.ts";
import { PlanWriter } from "../../../src/agent/plan_change.ts";
import { planTask } from "../../../src/launch/plan_task.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { commandLine } from "../../e2e/support/command_line.ts";
import { type Finished, requests, TestCluster } from "../../e2e/slurm/cluster.ts";
import { until } from "../../e2e/support/processes.ts";
import type { PilotCost } from "./pilot_cost.ts";

const tasks = 4000;
const rounds = 3;
const sruns = 200;
const idleSeconds = 20;
const pilotCost = new URL("./pilot_cost.ts", import.meta.url).pathname;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function line(text: string, value: number, aim: string): void {
  console.log(`${text}: ${value.toFixed(2)} (aim: ${aim})`);
}

/** How long something takes, in seconds: the median of a few rounds. */
async function time(act: () => Promise<Finished>): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startMs = performance.now();
    const { code, err } = await act();
    if (code !== 0) throw new Error(err);
    seconds.push((performance.now() - startMs) / 1000);
  }
  return median(seconds);
}

function manyTasks(count: number): object {
  const resources = { numCores: { exact: 1 } };
  return requests({ name: "a", iteration: { stop: count }, execution: { exec: "/bin/true" }, resources });
}

const runArgs = (file: string, ...options: string[]) => ["run", file, "-q", "--durability", "memory", ...options];

/** Bytes that a task costs on the wire, the plan that is sent once for the job left out. */
function bytesPerTask(): number {
  const job = parseJob({ name: "a", iteration: { stop: tasks }, execution: { exec: "/bin/true" } }, {});
  const writer = new PlanWriter();
  let bytes = 0;
  for (let task = 0; task < tasks; task++) {
    const allocation = { nodes: [{ name: "n1", cores: [String(task % 4)], gpus: [] }] };
    const tag = `0123456789abcdef${task.toString(16).padStart(12, "0")}0001`;
    const order = { job, offset: task, allocation, nodes: [0], tag, attempt: 1, memoryMiB: 0 };
    const plan = planTask(order, { rootWd: "/work", environmentSchema: "slurm" });
    if ("message" in plan) throw new Error(plan.message);
    const { change } = writer.write(plan);
    bytes += writePilotMessage(0, { word: "launch", task, attempt: 1, plan: change }).length;
    bytes += writeAgentMessage(0, { word: "started", task, attempt: 1, pid: 123_456, agoMs: 0.25 }).length;
    const usage = { cpuMs: 1.234, peakKiB: 2048 };
    bytes += writeAgentMessage(0, { word: "exited", task, attempt: 1, exit: { code: 0 }, usage }).length;
  }
  return bytes / tasks;
}

/** Rates over four nodes, beside one launcher, one `srun` for each task, and QCG-PilotJob. */
async function compareRates(slurm: TestCluster): Promise<void> {
  await slurm.write("many.json", manyTasks(tasks));
  await slurm.write("thousand.json", manyTasks(1000));
  await slurm.write("one.json", manyTasks(1));
  const inside = (...words: string[]) => slurm.run(["salloc", "-Q", "-N4", "--exclusive", ...words]);
  const there = (file: string) => inside(...commandLine, ...runArgs(file));
  const here = (file: string) => slurm.run([...commandLine, ...runArgs(file, "--nodes", "16")]);
  const rateOf = async (run: (file: string) => Promise<Finished>) =>
    tasks / (await time(() => run("many.json")) - await time(() => run("one.json")));
  const [agents, local] = [await rateOf(there), await rateOf(here)];
  const loop = (count: number) => `seq ${count} | parallel -j16 srun --overlap -N1 -n1 /bin/true`;
  const srun = sruns / (await time(() => inside("bash", "-c", loop(sruns))) - await time(() => inside("true")));
  console.log(`tasks/s: ${agents.toFixed(0)} over four nodes, ${local.toFixed(0)} here, ${srun.toFixed(1)} by srun`);
  line("rate over one launcher on this machine", agents / local, "at least 0.6");
  line("rate over one srun for each task through GNU parallel", agents / srun, "at least 40");

  const service = Deno.env.get("QCG_PM_SERVICE");
  if (service === undefined) return console.log("Set QCG_PM_SERVICE to compare with QCG-PilotJob.");
  const ours = await time(() => there("thousand.json"));
  const theirs = await time(() => inside(service, "--file-path", "thousand.json", "--resources", "slurm"));
  line("1,000 tasks, the whole run, over QCG-PilotJob's", ours / theirs, "at most 0.35");
}

/** How long after the start of a run its agents are ready, in seconds, by its log. */
async function readySeconds(slurm: TestCluster, nodes: number): Promise<number> {
  const found: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const wd = `ready-${nodes}-${round}`;
    const { code, err } = await slurm.allocate([`-N${nodes}`, "--exclusive"], ["run", "one.json", "-q", "--wd", wd])
      .ended;
    if (code !== 0) throw new Error(err);
    const times = slurm.log(wd).split("\n").filter((text) => / started | is ready$/.test(text))
      .map((text) => Date.parse(text.slice(0, 23).replace(" ", "T").replace(",", ".")));
    found.push((times.at(-1)! - times[0]!) / 1000);
  }
  return median(found);
}

async function emptySrun(slurm: TestCluster): Promise<number> {
  const script = `for i in 1 2 3 4 5; do srun --overlap -N1 -n1 true; done`;
  const all = ["salloc", "-Q", "-N2", "--exclusive", "bash", "-c"];
  return (await time(() => slurm.run([...all, script])) - await time(() => slurm.run([...all, "true"]))) / 5;
}

/** What an agent without tasks costs. */
async function weighAgent(slurm: TestCluster): Promise<void> {
  const job = { name: "a", execution: { exec: "sleep", args: [String(idleSeconds + 20)] } };
  await slurm.write("idle.json", requests(job));
  const running = slurm.allocate(["-N2", "--exclusive"], ["run", "idle.json", "-q", "--wd", "idle"]);
  await until(() => /node n2 is ready/.test(slurm.log("idle")), "the agent is there", 20_000);
  const agent = slurm.agentOf("n2")!;
  /** CPU time of all its threads, in seconds. */
  const cpuSeconds = () =>
    [...Deno.readDirSync(`/proc/${agent}/task`)]
      .map(({ name }) => Number(Deno.readTextFileSync(`/proc/${agent}/task/${name}/schedstat`).split(" ")[0]) / 1e9)
      .reduce((sum, seconds) => sum + seconds, 0);
  const before = cpuSeconds();
  await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000));
  line("CPU of an agent without tasks, in percent", 100 * (cpuSeconds() - before) / idleSeconds, "at most 0.2");
  const resident = /^VmRSS:\s*([0-9]+)/m.exec(Deno.readTextFileSync(`/proc/${agent}/status`))![1]!;
  line("memory of an agent in MB", Number(resident) * 1024 / 1e6, "at most 60");
  running.kill("SIGTERM");
  await running.ended;
}

/** What a task costs the pilot's process, over agents that only pretend and over real processes of its own. */
async function weighPilot(slurm: TestCluster): Promise<void> {
  const deno = [Deno.execPath(), "run", "-A", "--no-check", pilotCost];
  const measure = async (words: readonly string[], ...more: string[]): Promise<PilotCost> => {
    const { code, out, err } = await slurm.run([...words, ...deno, ...more]);
    if (code !== 0) throw new Error(err);
    return JSON.parse(out);
  };
  const pretended = await measure(["salloc", "-Q", "-N1", "--exclusive"], "pretend", "1", "512", "100000");
  const local = await measure([], "native", "1", "16", "4000");
  const us = `${pretended.usPerTask.toFixed(1)} over ${local.usPerTask.toFixed(0)} µs`;
  line(`the pilot's CPU for a task over a pretending agent (${us})`, pretended.usPerTask / local.usPerTask, "0.15");
  line("tasks/s over a pretending agent", pretended.rate, "at least 20,000");
}

async function withCluster(cpus: string, act: (slurm: TestCluster) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "slurm-bench-" });
  const slurm = new TestCluster(folder, { cpus, env: { SLURM_CLUSTER_LIMIT: "600" } });
  try {
    await slurm.script("start", cpus);
    await act(slurm);
  } finally {
    await slurm.script("stop");
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  line("bytes of a task, both ways", bytesPerTask(), "at most 300");
  await withCluster("4,4,4,4", async (slurm) => {
    await compareRates(slurm);
    const [ready, srun] = [await readySeconds(slurm, 4), await emptySrun(slurm)];
    line(`four agents ready (${ready.toFixed(2)} s), in empty sruns`, ready / srun, "at most 5");
    await weighPilot(slurm);
    await weighAgent(slurm);
  });
  await withCluster(Array(40).fill(1).join(","), async (slurm) => {
    await slurm.write("one.json", manyTasks(1));
    const [ready, srun] = [await readySeconds(slurm, 40), await emptySrun(slurm)];
    line(`40 agents ready (${ready.toFixed(2)} s), in empty sruns`, ready / srun, "at most 80");
  });
}
