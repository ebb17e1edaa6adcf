/**
 * What happens when agents, nodes and Slurm's own daemons die or hang: every row; its bound is measured by
 * `tests/bench/slurm`, and here something has hung that takes a minute.
 *
 * @module
 */

import "../../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { until } from "../support/processes.ts";
import { isAlive, requests, slurmTest, type TestCluster } from "./cluster.ts";

/** A job with one long task for each core, which says where it runs, and runs elsewhere when its node is lost. */
function longTasks(count: number, script = "sleep 300"): object {
  return {
    name: "long",
    iteration: { stop: count },
    execution: { script: `sh -c 'echo $PPID' >>pids-$SLURMD_NODENAME; echo start >>life-\${it}; ${script}` },
    resources: { numCores: { exact: 1 } },
    retry: { max: 5, on: ["node-lost"] },
  };
}

/** Waits until so many tasks have begun on a node; returns their process ids. */
async function tasksOn(slurm: TestCluster, node: string, count: number): Promise<number[]> {
  await until(() => slurm.lines(`pids-${node}`).length >= count, `${count} tasks run on ${node}`);
  return slurm.lines(`pids-${node}`).map(Number);
}

slurmTest(
  "the killed agent or srun of a node costs its tasks at once, and the node comes back",
  { cpus: "2,2,2" },
  async (slurm) => {
    await slurm.write("jobs.json", requests(longTasks(6, "setsid sleep 300 & sleep 300")));
    await slurm.submit(["-N3", "--exclusive"], "run jobs.json --grace 1");
    const [first, second] = [await tasksOn(slurm, "n2", 2), await tasksOn(slurm, "n3", 2)];
    const sleeps = () =>
      ["n2", "n3"].flatMap((node) => slurm.processes(/^sleep 300/, `SLURMD_NODENAME=${node}`))
        .filter((pid) => slurm.processes(/^sleep 300/).includes(pid));
    await until(() => sleeps().length === 8, "both processes of each of the four tasks sleep");
    const below = sleeps();
    const agent = slurm.agentOf("n2")!;
    const srun = slurm.processes(/^\S*srun .*-w n3 /);
    assertEquals(srun.length, 2, "an srun is two processes");

    Deno.kill(agent, "SIGKILL");
    await until(() => !first.some(isAlive), "the tasks of n2 have gone");
    await until(() => slurm.log().includes("node n2 was lost: its agent was killed (SIGKILL)"), "n2 is told as lost");
    Deno.kill(-srun[0]!, "SIGKILL");
    await until(() => !second.some(isAlive), "the tasks of n3 have gone");
    await until(() => /node n3 was lost: .*srun/.test(slurm.log()), "n3 is told as lost");
    assertEquals(below.filter(isAlive), [], "what left its session has gone too");

    // The nodes come back, and the tasks run there again.
    await tasksOn(slurm, "n2", 4);
    await tasksOn(slurm, "n3", 4);
    await slurm.run(["scancel", "-u", "root"]);
    await until(() => slurm.processes(/--qcgpj-keeper=|^sleep 300/).length === 0, "nothing is left");
  },
);

slurmTest("a node that hangs is lost, not at once, and a pause costs nothing", {
  cpus: "1,2,2,2",
}, async (slurm) => {
  await slurm.write("jobs.json", requests(longTasks(7)));
  await slurm.submit(["-N4", "--exclusive"], "run jobs.json --grace 1");
  const [hung, orphaned, paused] = [
    await tasksOn(slurm, "n2", 2),
    await tasksOn(slurm, "n3", 2),
    await tasksOn(slurm, "n4", 2),
  ];
  const daemon = parentOf(slurm.agentOf("n3")!);
  const srun = slurm.processes(/^\S*srun .*-w n4 /)[0]!;

  Deno.kill(-srun, "SIGSTOP");
  Deno.kill(slurm.agentOf("n2")!, "SIGSTOP");
  Deno.kill(daemon, "SIGKILL");
  const startMs = performance.now();
  const sinceMs = () => performance.now() - startMs;
  await until(() => !orphaned.some(isAlive), "the tasks of n3 have gone with its step daemon");
  await until(() => sinceMs() > 6000, "six seconds have passed");
  Deno.kill(-srun, "SIGCONT");

  await until(
    () => /node n2 was lost/.test(slurm.log()) && /node n3 was lost/.test(slurm.log()),
    "both are lost",
  );
  assert(sinceMs() > 12_000, `neither is given up early, ${sinceMs()} ms`);
  assertEquals([...hung, ...orphaned].filter(isAlive), [], "nothing of them runs on when they are lost");
  assertEquals(paused.filter((pid) => !isAlive(pid)), [], "the paused one lost nothing");
  assert(!slurm.log().includes("node n4 was lost"), slurm.log());
  assert(/node n2 was lost: its agent has been silent for (1[5-9]|[2-6][0-9]) s/.test(slurm.log()), slurm.log());
});

function parentOf(pid: number): number {
  return Number(/^PPid:\s*([0-9]+)/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))![1]);
}

slurmTest(
  "a node set down is lost at once and never comes back; work goes on without slurmctld and slurmd",
  { cpus: "1,1,1" },
  async (slurm) => {
    await slurm.write("jobs.json", requests(longTasks(3, "until [ -e go ]; do sleep 0.1; done")));
    await slurm.submit(["--no-kill", "-N3", "--exclusive"], "run jobs.json --grace 1");
    const [gone] = await tasksOn(slurm, "n3", 1);
    await tasksOn(slurm, "n2", 1);
    await slurm.run(["scontrol", "update", "nodename=n3", "state=down", "reason=test"]);
    await until(() => slurm.log().includes('node n3 was lost: Slurm reports "Node failure on n3"'), "n3 is lost");
    assert(!isAlive(gone!));
    await slurm.script("kill-controller");
    await slurm.script("kill", "n2");
    await slurm.write("go", "");
    await until(
      () => /long SUCCEED/.test(slurm.log()),
      "all tasks end",
    );
    assert(!/node n3 is ready[\s\S]*node n3 is ready/.test(slurm.log()), "it does not come back");
  },
);

slurmTest("a killed pilot leaves nothing on any node", { cpus: "2,2,2" }, async (slurm) => {
  await slurm.write("jobs.json", requests(longTasks(6, "setsid sleep 300 & sleep 300")));
  const running = slurm.allocate(["-N3", "--exclusive"], ["run", "jobs.json"]);
  await Promise.all(["n1", "n2", "n3"].map((node) => tasksOn(slurm, node, 2)));
  const pilots = slurm.processes(/^\S*deno .*qcgpj-\w+\.js run/);
  assertEquals(pilots.length, 1);
  Deno.kill(pilots[0]!, "SIGKILL");
  await until(() => slurm.processes(/--qcgpj-keeper=|sleep 300|^\S*srun /).length === 0, "nothing is left");
  await running.ended;
});

slurmTest(
  "scancel stops all tasks, and what had not ended is run again by --resume",
  { cpus: "2,2" },
  async (slurm) => {
    await slurm.write("jobs.json", requests(longTasks(4, '[ -e go ] || { trap "" TERM; sleep 300; }')));
    const options = ["-N2", "--exclusive"];
    await slurm.submit(options, "run jobs.json --grace 1");
    const haveBegun = () => [0, 1, 2, 3].every((task) => slurm.lines(`life-${task}`).length === 1);
    await until(haveBegun, "all tasks run");
    await slurm.run(["scancel", "-u", "root"]);
    await until(() => slurm.processes(/qcgpj-\w+\.js|sleep 300/).length === 0, "nothing is left");
    assert(!/long:\d (FAILED|CANCELED)/.test(slurm.log()), slurm.log());
    await slurm.write("go", "");
    assertEquals(await slurm.batch(options, "run --resume ."), 0, slurm.read("out") + slurm.log());
    for (let task = 0; task < 4; task++) {
      assertEquals(slurm.lines(`life-${task}`).length, 2, `task ${task} ran twice`);
    }
  },
);

slurmTest("a pilot that its batch script does not become ends with the batch job, whatever its tasks do", {
  cpus: "1,1",
}, async (slurm) => {
  await slurm.write("jobs.json", requests(longTasks(2, "trap '' TERM; while :; do sleep 0.1; done")));
  const line = `${slurm.commandLine.join(" ")} run jobs.json --grace 1; true`;
  await slurm.run(["sbatch", "-N2", "--exclusive", "-o", "out", "--wrap", line]);
  await Promise.all(["n1", "n2"].map((node) => tasksOn(slurm, node, 1)));
  await slurm.run(["scancel", "-u", "root"]);
  await until(() => slurm.processes(/qcgpj-\w+\.js|^sleep/).length === 0, "nothing is left");
});

slurmTest(
  "work begins without a node whose agent is late, which joins when it comes",
  { cpus: "1,1,1" },
  async (slurm) => {
    const daemon = Number(slurm.read("slurm/d-n3.pid"));
    Deno.kill(daemon, "SIGSTOP");
    await slurm.write("jobs.json", requests(longTasks(3, "until [ -e go ]; do sleep 0.1; done")));
    const running = slurm.allocate(["-N3", "--exclusive"], ["run", "jobs.json", "--nl-ready-threshold", "0.67"]);
    await Promise.all(["n1", "n2"].map((node) => tasksOn(slurm, node, 1)));
    assert(!slurm.log().includes("node n3 is ready"), slurm.log());
    Deno.kill(daemon, "SIGCONT");
    await tasksOn(slurm, "n3", 1);
    await slurm.write("go", "");
    const { code, err } = await running.ended;
    assertEquals(code, 0, err);
  },
);

slurmTest("work begins without a node that does not come where that is enough, and fails where it is not", {
  cpus: "1,1,1",
}, async (slurm) => {
  await slurm.script("kill", "n3");
  await slurm.write("jobs.json", requests({ name: "a", iteration: { stop: 4 }, execution: { exec: "true" } }));
  const allocation = ["-N3", "--exclusive", "--no-shell"];
  await slurm.run(["salloc", "-Q", ...allocation]);
  const inside = { SLURM_JOB_ID: "1", SLURM_JOB_NODELIST: "n[1-3]", SLURM_JOB_CPUS_PER_NODE: "1(x3)" };
  const run = (...options: string[]) => slurm.run([...slurm.commandLine, "run", "jobs.json", ...options], inside);
  const enough = await run("--nl-init-timeout", "60", "--nl-ready-threshold", "0.5");
  assertEquals(enough.code, 0, enough.err);
  let seconds = 3;
  let tooFew = await run("--nl-init-timeout", `${seconds}`);
  // On a loaded machine the other agent needs longer.
  while (tooFew.err.includes("only 1 of 3 nodes") && seconds < 40) {
    tooFew = await run("--nl-init-timeout", `${seconds *= 4}`);
  }
  assertEquals(tooFew.code, 1);
  const hint = `only 2 of 3 nodes came up within ${seconds} s; --nl-ready-threshold 0.66 would have been enough`;
  assert(tooFew.err.includes(hint), tooFew.err);
  assert(tooFew.err.includes(`node n3 was not used: no agent after ${seconds} s (--nl-init-timeout)`), tooFew.err);
});
