/**
 * Tasks of all nodes stand still together, and go on.
 *
 * @module
 */

import "../../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { until } from "../support/processes.ts";
import { requests, slurmTest, type TestCluster } from "./cluster.ts";

/** How long a look at the tasks takes. */
const lookMs = 600;
/** Longer than an agent may go on without its pilot. */
const longMs = 22_000;

const nodes = ["n1", "n2", "n3"];

/** Which nodes have tasks that go on, by what they write into a folder. */
async function busyNodes(slurm: TestCluster, folder = "."): Promise<string[]> {
  const before = nodes.map((node) => slurm.read(`${folder}/beat-${node}`).length);
  const endMs = performance.now() + lookMs;
  await until(() => performance.now() > endMs, "some beats");
  return nodes.filter((node, index) => slurm.read(`${folder}/beat-${node}`).length > before[index]!);
}

/** Waits until no node has tasks that go on: a pause is told when it is sent. It must stay so. */
async function untilStill(slurm: TestCluster, folder = "."): Promise<void> {
  await until(async () => (await busyNodes(slurm, folder)).length === 0, "the tasks of all nodes stand still");
  assertEquals(await busyNodes(slurm, folder), []);
}

function stateOf(pid: number): string {
  return Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]![0]!;
}

slurmTest("qcgpj pause --stop and Ctrl-Z stop the tasks of all nodes, which lose nothing by it", {
  cpus: "1,1,1",
}, async (slurm) => {
  const script = "while [ ! -e go ]; do echo >>beat-$SLURMD_NODENAME; sleep 0.05; done";
  const job = { name: "a", iteration: { stop: 3 }, execution: { exec: "sh", args: ["-c", script] } };
  await slurm.write("jobs.json", requests(job));
  await slurm.submit(["-N3", "--exclusive"], "run jobs.json");
  await until(() => nodes.every((node) => slurm.exists(`beat-${node}`)), "all tasks run");
  const ask = (...words: string[]) => slurm.run([...slurm.commandLine, ...words]);
  /** The news of a task may be later than its first beat. */
  const areKnown = async (...where: string[]) =>
    JSON.parse((await ask("status", "--json", ...where)).out).counts.EXECUTING === 3;
  await until(() => areKnown(), "the run knows of all tasks");

  const paused = await ask("pause", "--stop");
  assertEquals([paused.code, paused.out], [0, "paused; 3 of 3 tasks stopped\n"], paused.err);
  await untilStill(slurm);
  assertEquals((await ask("continue")).code, 0);
  await until(() => slurm.exists("beat-n1"), "the tasks go on");
  const endMs = performance.now() + 60_000;
  while ((await busyNodes(slurm)).length < 3) assert(performance.now() < endMs, slurm.log());

  const [pilot = 0] = slurm.processes(/^\S*deno .*qcgpj-\w+\.js run/);
  Deno.kill(pilot, "SIGTSTP");
  await until(() => stateOf(pilot) === "T", "the pilot stands still");
  await untilStill(slurm);
  const lateMs = performance.now() + longMs;
  await until(() => performance.now() > lateMs, "longer than the lease", 2 * longMs);
  Deno.kill(pilot, "SIGCONT");
  await slurm.write("go", "");
  await until(() => /a SUCCEED \(3 succeeded\)/.test(slurm.log()), "all end");
  assert(!/was lost/.test(slurm.log()), slurm.log());

  // So do those of a sweep; and who stands still can be stopped all the same.
  await Deno.remove(`${slurm.folder}/go`);
  await Deno.mkdir(`${slurm.folder}/sub`);
  await slurm.write("beat.sh", script);
  await slurm.submit(["-N3", "--exclusive"], "each --run sub/sweep --wd sub sh ../beat.sh {} ::: 1 2 3");
  await until(() => nodes.every((node) => slurm.exists(`sub/beat-${node}`)), "all tasks run");
  await until(() => areKnown("-C", "sub/sweep"), "the sweep knows of all tasks");
  const stopped = await ask("pause", "--stop", "-C", "sub/sweep");
  assertEquals([stopped.code, stopped.out], [0, "paused; 3 of 3 tasks stopped\n"], stopped.err);
  await untilStill(slurm, "sub");
  await slurm.run(["scancel", "-u", "root"]);
  await until(() => slurm.processes(/qcgpj-\w+\.js|sleep/).length === 0, "nothing is left");
});
