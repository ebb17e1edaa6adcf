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
  { cpus: "1,1,1" },
  async (slurm) => {
    const script = "trap 'echo $0 >asked; exit 1' USR1; echo start >>life-${it}; echo $QCG_PM_DEADLINE >deadline; " +
      "[ -e go ] || [ ${it} = 0 ] || { sleep 300 & wait; }; echo end >>life-${it}";
    const long = { name: "long", execution: { exec: "true" }, resources: { numCores: 1, wt: "30m" } };
    await slurm.write("jobs.json", requests({ name: "a", iteration: { stop: 2 }, execution: { script } }, long));
    const options = ["-N2", "--exclusive", "-t", "1"];
    const startMs = Date.now();
    const ended = slurm.batch(options, "run jobs.json --grace 1 --walltime-signal SIGUSR1");
    // The same for a sweep, in a batch job of its own.
    await slurm.write("step", "#!/bin/sh\n[ -e go ] || [ $1 = a ] || sleep 300; echo $1 >>each-$1\n");
    const sweep = (more: string) => `each --run sweep ${more} ./step {} ::: a b`;
    const sweepEnded = slurm.batch(["-N1", "--exclusive", "-t", "1"], sweep(""));
    await until(() => /long submitted/.test(slurm.log()), "the job is submitted");
    const lack = /job long needs 30 min, the allocation ends in (1 min|[1-5]\d s): it waits for a resumed run/;
    await until(() => lack.test(slurm.log()), "that it waits is told at once");
    const explained = await slurm.run([...slurm.commandLine, "explain", "long"]);
    assert(
      /^long: waits for a resumed run: it may take 30m00s, and all work stops in/.test(explained.out),
      explained.out,
    );
    const code = await ended;
    const takenMs = Date.now() - startMs;
    assertEquals(code, 75, slurm.read("out") + slurm.log());
    // Slurm may take a while to start it. Had it ended the run, there would be no exit code.
    assert(takenMs > 50_000, `it ended after ${takenMs} ms`);
    const toldMs = Number(slurm.read("deadline")) * 1000 - startMs;
    assert(toldMs > 50_000 && toldMs < takenMs + 30_000, `tasks were told of ${toldMs} ms`);
    assert(/the allocation ends in \d s: running tasks are stopped/.test(slurm.read("out")), slurm.read("out"));
    assert(/go on with: qcgpj run --resume/.test(slurm.read("out")), slurm.read("out"));
    assert(slurm.exists("asked"), "the task was asked by the signal of --walltime-signal");
    assertEquals(await sweepEnded, 75, slurm.read("out"));
    const advice = "qcgpj each: not all is done: the same command with --resume goes on";
    assert(slurm.read("out").includes(advice), slurm.read("out"));

    await slurm.write("go", "");
    const more = ["-N2", "--exclusive", "-t", "60"];
    assertEquals(await slurm.batch(more, "run --resume ."), 0, slurm.read("out"));
    assertEquals(await slurm.batch(["-N1", "--exclusive"], sweep("--resume")), 0, slurm.read("out"));
    assertEquals([slurm.lines("each-a"), slurm.lines("each-b")], [["a"], ["b"]]);
    assertEquals([slurm.lines("life-0"), slurm.lines("life-1")], [["start", "end"], ["start", "start", "end"]]);
  },
);

slurmTest(
  "a batch job that Slurm requeues goes on with its own run, and so does a chain of batch jobs",
  { cpus: "1,1" },
  async (slurm) => {
    // Slurm tells the tasks to end as well as the run, and they heed it perhaps before the run has heard of it. What a task
    // does is settled before it says that it has begun.
    const script = "[ -e go ] && then=true || then='sleep 300'; echo start >>life-${it}; $then";
    await slurm.write("jobs.json", requests({ name: "a", iteration: { stop: 2 }, execution: { script } }));
    const submit = (...more: string[]) =>
      slurm.run([...slurm.commandLine, "sbatch", "-N", "2", "--sbatch=--output=out", ...more]);
    const submitted = await submit("run", "jobs.json", "--grace", "1", "--no-login");
    assertEquals([submitted.code, submitted.out], [0, "1\n"], submitted.err);
    await until(() => slurm.lines("life-0").length + slurm.lines("life-1").length === 2, "both tasks run");
    await slurm.write("go", "");
    await slurm.run(["scontrol", "requeue", "1"]);
    // By itself Slurm lets two minutes pass. In the second of the requeue it would take the job for one that was revoked.
    const waits = async () =>
      (await slurm.run(["squeue", "-h", "-j", "1", "-o", "%T %r"])).out === "PENDING BeginTime\n";
    await until(waits, "Slurm lets the batch job wait");
    const { code, err } = await slurm.run(["scontrol", "update", "jobid=1", "StartTime=now+2"]);
    assertEquals(code, 0, err);
    await until(
      () => slurm.read("out").includes("Slurm has started this batch job anew: going on with"),
      "the batch job runs again",
    );
    await until(() => slurm.processes(/qcgpj-\w+\.js/).length === 0, "the run ends");
    assert(/SUCCEED \(2 succeeded\)/.test(slurm.log()), slurm.log());
    assertEquals([slurm.lines("life-0").length, slurm.lines("life-1").length], [2, 2]);

    // The first link is canceled, the second one goes on, and the last one finds nothing to do.
    await Deno.mkdir(`${slurm.folder}/chain`);
    await Deno.remove(`${slurm.folder}/go`);
    const chained = await submit("--chain", "2", "run", "jobs.json", "--wd", "chain", "--grace", "1", "--no-login");
    assertEquals([chained.code, chained.out], [0, "2\n3\n4\n"], chained.err);
    const lives = () => slurm.lines("chain/life-0").length + slurm.lines("chain/life-1").length;
    await until(() => lives() === 2, "both tasks run");
    await slurm.write("go", "");
    await slurm.write("chain/go", "");
    await slurm.run(["scancel", "2"]);
    const states = async () => (await slurm.run(["squeue", "-h", "-t", "all", "-o", "%i %T"])).out.split("\n").sort();
    const overMs = performance.now() + 60_000;
    while (!(await states()).includes("4 COMPLETED")) {
      assert(performance.now() < overMs, `${await states()} ${slurm.read("out")} ${slurm.log("chain")}`);
    }
    assertEquals((await states()).slice(-3), ["2 CANCELLED", "3 COMPLETED", "4 COMPLETED"]);
    assertEquals([slurm.lines("chain/life-0").length, slurm.lines("chain/life-1").length], [2, 2]);
  },
);
