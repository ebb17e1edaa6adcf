/**
 * The end of an allocation: tasks and records end in time, and another batch job goes on.
 *
 * @module
 */

import "../../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { until } from "../support/processes.ts";
import { requests, slurmTest } from "./cluster.ts";

slurmTest(
  "an allocation of one minute is left in time, with 75, and a resume in a second one goes on",
  { cpus: "1,1" },
  async (slurm) => {
    const script =
      "echo start >>life-${it}; echo $QCG_PM_DEADLINE >deadline; [ -e go ] || [ ${it} = 0 ] || sleep 300; " +
      "echo end >>life-${it}";
    await slurm.write("jobs.json", requests({ name: "a", iteration: { stop: 2 }, execution: { script } }));
    const options = ["-N2", "--exclusive", "-t", "1"];
    const startMs = Date.now();
    const code = await slurm.batch(options, "run jobs.json --grace 1");
    const takenMs = Date.now() - startMs;
    assertEquals(code, 75, slurm.read("out") + slurm.log());
    assert(takenMs > 50_000 && takenMs < 60_000, `it ended after ${takenMs} ms`);
    const deadlineMs = Number(slurm.read("deadline")) * 1000;
    assert(Math.abs(deadlineMs - startMs - 54_000) < 4000, `tasks were told of ${deadlineMs - startMs} ms`);
    assert(/the allocation ends in \d s: running tasks are stopped/.test(slurm.read("out")), slurm.read("out"));
    assert(/go on with: qcgpj run --resume/.test(slurm.read("out")), slurm.read("out"));

    await slurm.write("go", "");
    assertEquals(await slurm.batch(options, "run --resume ."), 0, slurm.read("out"));
    assertEquals([slurm.lines("life-0"), slurm.lines("life-1")], [["start", "end"], ["start", "start", "end"]]);
  },
);

slurmTest(
  "a batch job that Slurm starts anew goes on with its own run, and sbatch submits such a job",
  { cpus: "1,1" },
  async (slurm) => {
    // Slurm tells the tasks to end as well as the run; those that heed it before the run hears of it have failed.
    const script = "trap '' TERM; echo start >>life-${it}; [ -e go ] || sleep 300";
    await slurm.write("jobs.json", requests({ name: "a", iteration: { stop: 2 }, execution: { script } }));
    const submitted = await slurm.run([
      ...slurm.commandLine,
      "sbatch",
      "-N",
      "2",
      "--sbatch=--output=out",
      "run",
      "jobs.json",
      "--grace",
      "1",
    ]);
    assertEquals([submitted.code, submitted.out], [0, "1\n"], submitted.err);
    await until(() => slurm.lines("life-0").length + slurm.lines("life-1").length === 2, "both tasks run", 20_000);
    await slurm.run(["scancel", "1"]);
    await until(() => slurm.processes(/main\.ts/).length === 0, "the run ends", 20_000);
    await slurm.write("go", "");

    const inside = { SLURM_RESTART_COUNT: "1" };
    const again = `SLURM_JOB_ID=1 exec ${slurm.commandLine.join(" ")} run jobs.json --resources local`;
    const { code, err } = await slurm.run(["bash", "-c", again], inside);
    assertEquals(code, 0, err);
    assert(err.includes("Slurm has started this batch job anew: going on with"), err);
    assertEquals([slurm.lines("life-0").length, slurm.lines("life-1").length], [2, 2]);
  },
);
