/**
 * Single-core tasks on every node of a real, uneven allocation.
 *
 * @module
 */

import "../../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { until } from "../support/processes.ts";
import { requests, slurmTest } from "./cluster.ts";

slurmTest(
  "sbatch --wrap 'exec qcgpj run' uses every core of an uneven allocation",
  { cpus: "4,4,2,8" },
  async (slurm) => {
    // Each task waits until all 18 run at once: with a core less in use none would ever end.
    const script = 'echo $SLURMD_NODENAME >>all; until [ "$(wc -l <all)" -ge 18 ]; do sleep 0.05; done';
    await slurm.write("jobs.json", requests({ name: "a", iteration: { stop: 18 }, execution: { script } }));
    const code = await slurm.batch(["-N4", "--exclusive"], "run jobs.json");
    assertEquals(code, 0, slurm.read("out") + slurm.log());
    const counts = Object.groupBy(slurm.lines("all"), (node) => node);
    assertEquals(Object.keys(counts).sort().map((node) => [node, counts[node]!.length]), [
      ...[["n1", 4], ["n2", 4], ["n3", 2], ["n4", 8]],
    ]);
    assert(slurm.processes(/--qcgpj-keeper=/).length === 0, "no agent is left");

    const planned = await slurm.allocate(["-N4", "--exclusive"], ["plan", "jobs.json"]).ended;
    assertEquals([planned.code, planned.err], [0, "Planned for 18 cores on n[1-4]\n"]);

    // A batch job of one node has no other, and needs no agent.
    await slurm.write("one.json", requests({ name: "b", execution: { script: "echo $SLURMD_NODENAME >one" } }));
    assertEquals(await slurm.batch(["-N1", "--exclusive"], "run one.json --wd sub"), 0, slurm.read("out"));
    assertEquals(slurm.lines("sub/one").length, 1);
  },
);

slurmTest(
  "1,000 tasks in salloc run on all nodes, and none of our processes listens",
  { cpus: "4,4,4,4" },
  async (slurm) => {
    const execution = { exec: "/bin/sh", args: ["-c", "echo $SLURMD_NODENAME"], stdout: "out/${it}" };
    const last = { exec: "/bin/sh", args: ["-c", "touch here; until [ -e go ]; do sleep 0.05; done"] };
    await slurm.write(
      "jobs.json",
      requests({ name: "a", iteration: { stop: 1000 }, execution }, { name: "last", execution: last }),
    );
    const running = slurm.allocate(["-N4", "--exclusive"], ["run", "jobs.json"]);
    await until(() => slurm.exists("here"), "the last task");
    const ours = slurm.processes(/^\S*deno .*qcgpj-\w+\.js (run|--qcgpj-keeper)/);
    // What salloc listens on its child inherits.
    const inherited = listeners(running.pid);
    assertEquals(ours.flatMap((pid) => listeners(pid).filter((socket) => !inherited.includes(socket))), []);
    assert(ours.length >= 4, `the pilot and its agents run: ${ours}`);
    await slurm.write("go", "");
    const { code, err } = await running.ended;
    assertEquals(code, 0, err);
    const nodes = Array.from({ length: 1000 }, (_, task) => slurm.read(`out/${task}`).trim());
    for (const node of ["n1", "n2", "n3", "n4"]) {
      const share = nodes.filter((name) => name === node).length;
      assert(share > 20, `${node} ran ${share} of 1,000 tasks`);
    }
  },
);

slurmTest("qcgpj each uses all nodes, and prints what the tasks there say", { cpus: "2,2,2" }, async (slurm) => {
  const script =
    'echo "$0 $SLURMD_NODENAME" >>all; until [ "$(wc -l <all)" -ge 6 ]; do sleep 0.05; done; echo "$0 done"';
  const words = ["each", "sh", "-c", script, "{}", ":::", "a", "b", "c", "d", "e", "f"];
  const { code, out, err } = await slurm.allocate(["-N3", "--exclusive"], words).ended;
  assertEquals(code, 0, err);
  assertEquals(out.split("\n").sort(), ["", ...[..."abcdef"].map((word) => `${word} done`)]);
  const nodes = slurm.lines("all").map((line) => line.split(" ")[1]).sort();
  assertEquals(nodes, ["n1", "n1", "n2", "n2", "n3", "n3"]);
});

/** The sockets of a process that listen. */
function listeners(pid: number): string[] {
  const listening = ["tcp", "tcp6"].flatMap((kind) =>
    Deno.readTextFileSync(`/proc/net/${kind}`).split("\n").map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === "0A").map((fields) => `socket:[${fields[9]}]`)
  );
  const open: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(`/proc/${pid}/fd`)) open.push(Deno.readLinkSync(`/proc/${pid}/fd/${name}`));
  } catch { /* The process or the descriptor has gone, and does not listen any more. */ }
  return open.filter((target) => listening.includes(target));
}
