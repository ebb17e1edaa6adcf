/**
 * What agents cost: the rate over four virtual nodes beside one launcher on the same machine and beside one `srun` for
 * each task; how long agents take to be there, beside an empty `srun`; and what a task costs on the wire.
 *
 * Run as `deno run -A tests/bench/slurm/bench.ts`, as root on a machine with Slurm.
 *
 * @module
 */

import { writePilotMessage } from "../../../src/agent/write_message.ts";
import { PlanWriter } from "../../../src/agent/plan_change.ts";
import { planTask } from "../../../src/launch/plan_task.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { commandLine } from "../../e2e/support/command_line.ts";
import { requests, TestCluster } from "../../e2e/slurm/cluster.ts";

const tasks = 1000;
const rounds = 3;
const sruns = 40;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** How long something takes, in seconds: the median of a few rounds. */
async function time(act: () => Promise<{ readonly code: number; readonly err: string }>): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startMs = performance.now();
    const { code, err } = await act();
    if (code !== 0) throw new Error(err);
    seconds.push((performance.now() - startMs) / 1000);
  }
  return median(seconds);
}

/** Bytes that a launch of a task costs on the wire, the plan that is sent once for the job left out. */
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
  }
  return bytes / tasks;
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir({ prefix: "slurm-bench-" });
  const slurm = new TestCluster(folder, { cpus: "4,4,4,4" });
  try {
    await slurm.script("start", "4,4,4,4");
    const many = requests({ name: "a", iteration: { stop: tasks }, execution: { exec: "/bin/true" } });
    await slurm.write("many.json", many);
    await slurm.write("one.json", requests({ name: "a", execution: { exec: "/bin/true" } }));
    const run = (file: string, ...options: string[]) => ["run", file, "-q", "--durability", "memory", ...options];
    const inSlurm = (file: string) => slurm.allocate(["-N4", "--exclusive"], run(file)).ended;
    const here = (file: string) => slurm.run([...commandLine, ...run(file, "--nodes", "16")]);
    const inAllocation = (...words: string[]) => slurm.run(["salloc", "-Q", "-N4", "--exclusive", ...words]);

    const [manySlurm, oneSlurm] = [await time(() => inSlurm("many.json")), await time(() => inSlurm("one.json"))];
    const [manyHere, oneHere] = [await time(() => here("many.json")), await time(() => here("one.json"))];
    const empty = await time(() => inAllocation("true"));
    const srun = await time(() => inAllocation("srun", "--overlap", "-N1", "-n1", "-w", "n2", "true")) - empty;
    const loop = `for i in $(seq ${sruns}); do srun --overlap -N1 -n1 /bin/true & done; wait`;
    const srunRate = sruns / (await time(() => inAllocation("bash", "-c", loop)) - empty);
    const agentRate = tasks / manySlurm;
    const line = (text: string, value: number, aim: string) =>
      console.log(`${text}: ${value.toFixed(2)} (aim: ${aim})`);
    console.log(`${tasks} tasks over four nodes, from the start to the end: ${manySlurm.toFixed(1)} s`);
    line("rate over one launcher on this machine", manyHere / manySlurm, "at least 0.6");
    line("rate over one srun for each task", agentRate / srunRate, "at least 40");
    line(
      "a run of one task over four nodes, over that on one, in empty sruns",
      (oneSlurm - empty - oneHere) / srun,
      "5",
    );
    console.log(`bytes of a launch: ${bytesPerTask().toFixed(0)} (aim: 300 both ways)`);
  } finally {
    await slurm.script("stop");
    await Deno.remove(folder, { recursive: true });
  }
}
