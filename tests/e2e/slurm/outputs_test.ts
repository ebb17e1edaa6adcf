/**
 * What tasks of other nodes write: its end comes with that of the task.
 *
 * @module
 */

import "../../support/empty_home.ts";
import { assertEquals } from "@std/assert";
import { requests, slurmTest } from "./cluster.ts";

/** Waits until all four tasks of a job run, so that each core has had one. */
const meet = (name: string) => `echo >>${name}; until [ "$(wc -l <${name})" -ge 4 ]; do sleep 0.05; done; `;

const jobs = requests(
  {
    name: "lost",
    iteration: { stop: 4 },
    execution: { exec: "sh", args: ["-c", `${meet("first")}echo $SLURMD_NODENAME; echo sorry >&2; exit 3`] },
    resources: { numCores: 1 },
  },
  {
    name: "kept",
    iteration: { stop: 4 },
    execution: {
      exec: "sh",
      args: ["-c", `${meet("second")}echo $SLURMD_NODENAME; exit 4`],
      stdout: { path: "log.${it}", append: true },
    },
    resources: { numCores: 1 },
  },
);

slurmTest("the ends of what tasks of all nodes wrote are kept", { cpus: "2,2" }, async (slurm) => {
  await slurm.write("jobs.json", jobs);
  const { code, err } = await slurm.allocate(["-N2", "--exclusive"], ["run", "jobs.json"]).ended;
  assertEquals(code, 1, err);
  const { out } = await slurm.run([...slurm.commandLine, "tasks", "--json"]);
  const failed = JSON.parse(out).filter(({ state }: { readonly state: string }) => state === "FAILED");
  assertEquals(failed.length, 8, out);
  const ends = new Map<string, string[]>();
  for (const { name } of failed) {
    const shown = await slurm.run([...slurm.commandLine, "show", name, "--json"]);
    const { stdout, stderr } = JSON.parse(shown.out).launches.at(-1).tails;
    const said = `${name.split(":")[0]} ${stderr.trim()}`;
    ends.set(said, [...ends.get(said) ?? [], stdout.trim()].toSorted());
  }
  assertEquals(Object.fromEntries(ends), {
    "lost sorry": ["n1", "n1", "n2", "n2"],
    "kept ": ["n1", "n1", "n2", "n2"],
  });
});
