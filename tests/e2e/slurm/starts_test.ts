/**
 * Other ways to the nodes than agents by `srun`, and what is told of GPUs on several nodes.
 *
 * @module
 */

import "../../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { until } from "../support/processes.ts";
import { requests, slurmTest, type TestCluster } from "./cluster.ts";

const nodes = ["-N2", "--exclusive", "--gres=gpu:2"];

/** A task for each core, which says what it sees of its node; and one with all GPUs. */
const jobs = requests(
  {
    name: "a",
    iteration: { stop: 4 },
    execution: {
      script: "echo $SLURMD_NODENAME $SLURM_NTASKS ${CUDA_VISIBLE_DEVICES-none} ${SLURM_STEP_ID-out} >>all",
    },
    resources: { numCores: 1 },
  },
  {
    name: "gpu",
    execution: { script: "echo $SLURMD_NODENAME ${CUDA_VISIBLE_DEVICES-none} $QCG_PM_GPUS_PER_NODE >gpus" },
    resources: { numNodes: 2, numCores: 1, nodeCrs: { gpu: 2 } },
    dependencies: { after: ["a"] },
  },
  { name: "code", execution: { exec: "sh", args: ["-c", "exit 7"] }, resources: { numNodes: 1 } },
);

/** Runs the jobs with some options in a folder of its own, and looks at what they said. */
async function runBy(slurm: TestCluster, folder: string, options: readonly string[], env = {}): Promise<string> {
  await Deno.mkdir(`${slurm.folder}/${folder}`);
  await slurm.write(`${folder}/jobs.json`, jobs);
  const run = ["run", `${folder}/jobs.json`, "--wd", folder, ...options];
  const { code, err } = await slurm.allocate(nodes, run, env).ended;
  assertEquals(code, 1, err);
  assertEquals(slurm.lines(`${folder}/all`).sort(), ["n1", "n1", "n2", "n2"].map((node) => `${node} 1 none out`));
  assertEquals(slurm.read(`${folder}/gpus`), "n1 0,1 0,1;0,1\n");
  assert(/code FAILED: exit code 7/.test(slurm.log(folder)), slurm.log(folder));
  return err;
}

slurmTest("agents by ssh, or no agents, do the same", { cpus: "2,2", env: { GPUS: "2 2" } }, async (slurm) => {
  // There is no other machine: it starts the command as sshd would, in a shell with an environment of its own.
  await Deno.mkdir(`${slurm.folder}/bin`);
  const ssh = '#!/bin/bash\n[ "$1 $2 $3" = "-o BatchMode=yes -T" ] || exit 255\necho "$4" >>"${0%/*}/hosts"\n' +
    'exec env -i HOME="$HOME" PATH=/usr/bin:/bin sh -c "$5"\n';
  await slurm.write("bin/ssh", ssh);
  await runBy(slurm, "ssh", ["--nl-start-method", "SSH"], { PATH: `${slurm.folder}/bin:${Deno.env.get("PATH")}` });
  assertEquals(slurm.lines("bin/hosts").sort(), ["n1", "n2"]);

  const err = await runBy(slurm, "none", ["--disable-nl"]);
  assert(err.includes("each task of another node is started by srun (--disable-nl), which is slow"), err);

  // A task that is stopped there is asked first, and has its grace.
  const script = "trap 'echo asked >asked; exit 0' TERM; touch begun; sleep 300 & wait";
  await slurm.write("stop.json", requests({ name: "s", execution: { script }, resources: { numNodes: 2 } }));
  const running = slurm.allocate(nodes, ["run", "stop.json", "--disable-nl"]);
  await until(() => slurm.exists("begun"), "the task runs");
  const cancel = await slurm.run([...slurm.commandLine, "cancel", "s"]);
  assertEquals(cancel.code, 0, cancel.err);
  assertEquals((await running.ended).code, 1);
  assertEquals(slurm.read("asked"), "asked\n");

  // Where the pilot is killed, nothing runs on: not below its own keeper, but below Slurm's daemons.
  const long = { name: "l", iteration: { stop: 2 }, execution: { script: "touch on-$SLURMD_NODENAME; sleep 300" } };
  await slurm.write("long.json", requests({ ...long, resources: { numNodes: 1 } }));
  await slurm.submitBefore(nodes, "run long.json --disable-nl");
  await until(() => slurm.exists("on-n1") && slurm.exists("on-n2"), "both tasks run");
  const [pilot] = slurm.processes(/^\S*deno .*qcgpj-\w+\.js run long/);
  Deno.kill(pilot!, "SIGKILL");
  await until(() => slurm.processes(/sleep 300/).length === 0, "nothing is left on any node");
  assert(await slurm.isBusy(), "it was not Slurm that ended them");
});

slurmTest("each process of a parallel program sees the GPUs of its own node", {
  cpus: "2,2",
  env: { GPUS: "2 2" },
}, async (slurm) => {
  const script = "echo $SLURMD_NODENAME $CUDA_VISIBLE_DEVICES $ROCR_VISIBLE_DEVICES >>see-$SLURMD_NODENAME";
  const job = (name: string, resources: object, model: string) => ({
    name,
    execution: { script: `${script}; sleep 0.3`, model, model_opts: { srun_args: [] } },
    resources,
  });
  // One GPU of n1 is held, so the two nodes of the program have other numbers.
  const hold = { script: "touch held; until [ -e go ]; do sleep 0.05; done" };
  await slurm.write(
    "jobs.json",
    requests(
      { name: "hold", execution: hold, resources: { numNodes: 1, numCores: 1, nodeCrs: { gpu: 1 } } },
      job("both", { numNodes: 2, numCores: 1, nodeCrs: { gpu: 1 } }, "srunmpi"),
      { name: "end", execution: { script: "touch go" }, dependencies: { after: ["both"] } },
    ),
  );
  const { code, err } = await slurm.allocate(nodes, ["run", "jobs.json"]).ended;
  assertEquals(code, 0, err + slurm.log());
  const log = slurm.log();
  const held = /job hold SCHEDULED on (n[12])/.exec(log)?.[1];
  for (const node of ["n1", "n2"]) {
    const gpu = node === held ? 1 : 0;
    assertEquals(slurm.lines(`see-${node}`), [`${node} ${gpu} ${gpu}`], log);
  }
});
