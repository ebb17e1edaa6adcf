/**
 * What a task of several nodes leaves on them when it does not come to a good end: gone before it is tried again, and
 * gone when the pilot is.
 *
 * @module
 */

import "../../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { until } from "../support/processes.ts";
import { isAlive, requests, slurmTest, type TestCluster } from "./cluster.ts";

/**
 * One life of the task: it notes whether anything of the one before is there, and starts a process on each of its nodes
 * that does not listen to SIGTERM and that nobody ends with its `srun`, if both processes of that are killed. In
 * every second life these go to the first nodes of the allocation, as those of an `srun` do that names none.
 */
const script = `export life=$(($(wc -l <lives) + 1))
for pid in $(cat parts-$((life - 1)) 2>/dev/null); do
  grep -q sleep /proc/$pid/cmdline 2>/dev/null && echo $pid >>overlaps
done
echo $SLURMD_NODENAME >>lives
[ $((life % 2)) = 0 ] || on="-w $SLURM_JOB_NODELIST"
srun --overlap -N2 -n2 $on sh -c 'trap "" TERM; echo $$ >>parts-$life; echo $SLURMD_NODENAME >>nodes-$life; exec sleep 300'
`;

/** Waits until a life has a process on both of its nodes; gives the nodes, the first of the task first. */
async function spreadIn(slurm: TestCluster, life: number): Promise<string[]> {
  await until(() => slurm.lines(`nodes-${life}`).length === 2, `life ${life} is on both nodes`);
  const first = slurm.lines("lives")[life - 1]!;
  return [first, ...slurm.lines(`nodes-${life}`).filter((node) => node !== first)];
}

slurmTest("what a task left on any of its nodes is gone before it is tried again, and with its pilot", {
  cpus: "1,1,1,1",
}, async (slurm) => {
  await slurm.write("lives", "");
  await slurm.write("spread.sh", script);
  const filler = { name: "filler", execution: { exec: "sleep", args: ["300"] } };
  const spread = {
    name: "spread",
    execution: { exec: "sh", args: ["spread.sh"] },
    resources: { numNodes: { exact: 2 }, numCores: { exact: 1 } },
    retry: { max: 5, on: ["node-lost", "exit"] },
  };
  // Its step has none of its variables, and ignores SIGTERM, for which it gets no time either.
  await slurm.write("bare.sh", "trap '' TERM; echo $$ >bare-made; mv bare-made bare; exec /bin/sleep 300\n");
  const bare = {
    name: "bare",
    execution: { exec: "sh", args: ["-c", "srun --export=NONE --overlap -N1 -n1 /bin/sh bare.sh"] },
    graceMs: 0,
  };
  await slurm.write("jobs.json", requests(filler, spread, bare));
  await slurm.submitBefore(["-N4", "--exclusive", "--no-kill"], "run jobs.json");

  await until(() => slurm.exists("bare"), "the step runs");
  assertEquals((await slurm.run([...slurm.commandLine, "cancel", "bare"])).code, 0);
  await until(() => / bare CANCELED/.test(slurm.log()), "its task has ended");
  assert(Number(slurm.read("bare")) > 0);
  await until(() => !isAlive(Number(slurm.read("bare"))), "Slurm has ended the step");

  const [first] = await spreadIn(slurm, 1);
  assert(first !== "n1", "the pilot's own node has no agent");
  Deno.kill(slurm.agentOf(first!)!, "SIGKILL");

  await spreadIn(slurm, 2);
  for (const pid of slurm.processes(/^\S*srun --overlap -N2 /)) kill(pid);

  const [, further] = await spreadIn(slurm, 3);
  Deno.kill(slurm.agentOf(further!)!, "SIGKILL");

  await spreadIn(slurm, 4);
  const isPart = /^\S*sleep 300/;
  await until(() => slurm.processes(isPart).length >= 3, "the parts run, and what fills a node");
  assertEquals(slurm.lines("overlaps"), [], "nothing is left of a life when the next one begins");

  const [pilot] = slurm.processes(/^\S*deno .*qcgpj-\w+\.js run/);
  Deno.kill(pilot!, "SIGKILL");
  await until(() => slurm.processes(isPart).length === 0, "nothing is left on any node");
  assert(await slurm.isBusy(), "it was not Slurm that ended them");
});

/** Kills a process, which may have gone with one that was killed just before. */
function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
