/**
 * The same requests in the same allocation, by QCG-PilotJob itself and by us.
 *
 * Needs `QCG_PM_SERVICE`, the path of `qcg-pm-service` in a virtual environment with the package qcg-pilotjob 0.14.2.
 *
 * @module
 */

import "../../support/empty_home.ts";
import { assertEquals } from "@std/assert";
import { requests, slurmTest } from "./cluster.ts";

const reference = Deno.env.get("QCG_PM_SERVICE");

/** In the form of the examples of its documentation: sweeps, several nodes, a parallel model, and one that fails. */
const jobs = requests(
  {
    name: "sweep",
    iteration: { start: 0, stop: 4 },
    execution: {
      script: "echo ${it} $QCG_PM_NPROCS $QCG_PM_NNODES $SLURM_NTASKS $SLURM_NNODES",
      stdout: "sweep.${it}",
    },
    resources: { numCores: { exact: 1 } },
  },
  {
    name: "nodes",
    execution: {
      exec: "bash",
      args: [
        "-c",
        "echo $SLURM_JOB_NODELIST $SLURM_JOB_CPUS_PER_NODE $SLURM_NTASKS $SLURM_NTASKS_PER_NODE $QCG_PM_TASKS_PER_NODE " +
        "$QCG_PM_NODELIST $SLURM_OVERLAP $SLURM_STEP_NUM_TASKS ${SLURM_PROCID-none}",
      ],
      stdout: "nodes",
    },
    resources: { numNodes: { exact: 2 }, numCores: { exact: 2 } },
  },
  {
    name: "parallel",
    execution: { exec: "bash", args: ["-c", "echo $SLURMD_NODENAME"], stdout: "parallel", model: "srunmpi" },
    resources: { numNodes: { exact: 2 }, numCores: { exact: 2 } },
  },
  { name: "fails", execution: { exec: "false" }, resources: { numCores: { exact: 1 } } },
);

const outputs = ["sweep.0", "sweep.1", "sweep.2", "sweep.3", "nodes", "parallel"];

if (reference !== undefined) {
  slurmTest("tasks of an allocation find the same as those of QCG-PilotJob", { cpus: "2,2" }, async (slurm) => {
    await slurm.write("jobs.json", jobs);
    const programs = { theirs: [reference], ours: [...slurm.commandLine, "service"] };
    const found: Record<string, unknown> = {};
    for (const [name, words] of Object.entries(programs)) {
      await Deno.mkdir(`${slurm.folder}/${name}`);
      const args = ["--file-path", "jobs.json", "--wd", name, "--resources", "slurm"];
      const running = slurm.start(["salloc", "-Q", "-N2", "--exclusive", "--ntasks-per-node=2", ...words, ...args]);
      const { code, err } = await running.ended;
      assertEquals(code, 0, err);
      found[name] = outputs.map((file) => [file, slurm.lines(`${name}/${file}`).sort()]);
    }
    assertEquals(found["ours"], found["theirs"]);
    assertEquals(slurm.lines("ours/parallel").sort(), ["n1", "n1", "n2", "n2"]);
  });
}
