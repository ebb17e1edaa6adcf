/**
 * Many nodes, several pilots, noise, signals of a terminal, and what others can see of agents.
 *
 * @module
 */

import "../../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { until } from "../support/processes.ts";
import { requests, slurmTest } from "./cluster.ts";

slurmTest("40 agents on 40 nodes run a task each at once", { cpus: Array(40).fill(1).join(",") }, async (slurm) => {
  const script = 'echo $SLURMD_NODENAME >>all; until [ "$(wc -l <all)" -ge 40 ]; do sleep 0.2; done';
  await slurm.write(
    "jobs.json",
    requests({ name: "a", iteration: { stop: 40 }, execution: { exec: "sh", args: ["-c", script] } }),
  );
  const { code, err } = await slurm.allocate(["-N40", "--exclusive"], ["run", "jobs.json"]).ended;
  assertEquals(code, 0, err);
  assertEquals(new Set(slurm.lines("all")).size, 40);
});

slurmTest("two pilots in one allocation, with a prolog that prints and variables that disturb srun", {
  cpus: "2,2",
}, async (slurm) => {
  // Each waits for all, and then until the processes have been looked at.
  const script = 'echo $SLURMD_NODENAME >>"all-$0"; ' +
    'until [ "$(wc -l <"all-$0")" -ge 4 ] && [ -e seen ]; do sleep 0.05; done';
  for (const name of ["x", "y"]) {
    await slurm.write(
      `${name}.json`,
      requests({ name, iteration: { stop: 4 }, execution: { exec: "sh", args: ["-c", script, name] } }),
    );
  }
  const pilot = (name: string) => `${slurm.commandLine.join(" ")} run ${name}.json --id ${name} &`;
  const worst = {
    ...{ SLURM_LABELIO: "1", SLURM_UNBUFFEREDIO: "1", SLURM_STDINMODE: "none", SLURM_STDOUTMODE: "none" },
    ...{ SLURM_STDERRMODE: "none", SLURM_EXPORT_ENV: "NONE", SLURM_NTASKS: "4", SLURM_NPROCS: "4" },
    ...{ SLURM_CPU_BIND: "cores", SLURM_CPUS_PER_TASK: "2", SRUN_CPUS_PER_TASK: "2", SLURM_DISTRIBUTION: "cyclic" },
    ...{ SLURM_HINT: "nomultithread", SLURM_EXACT: "1", SLURM_MEM_PER_NODE: "10", SLURM_MPI_TYPE: "pmi2" },
  };
  const noise = 'echo "print a prolog prints this"';
  await slurm.write("prolog", `#!/bin/sh\n${noise}\n`);
  const settings = Object.entries(worst).map(([name, value]) => `${name}=${value}`).join(" ");
  const inside = `srun -n1 -N1 true; export ${settings}; ${pilot("x")} a=$!; ${pilot("y")} b=$!; wait $a && wait $b`;
  const prolog = { SLURM_TASK_PROLOG: `${slurm.folder}/prolog` };
  const running = slurm.start(["salloc", "-Q", "-N2", "--exclusive", "bash", "-c", inside], prolog);
  await until(() => slurm.lines("all-x").length + slurm.lines("all-y").length === 8, "all tasks of both run");

  // What others can see of agents is nothing that they could not see of the pilot.
  const [own = 0] = slurm.processes(/qcgpj-\w+\.js run x\.json/);
  const namesOf = (pid: number) =>
    Deno.readTextFileSync(`/proc/${pid}/environ`).split("\0").map((entry) => entry.split("=")[0]!);
  const agents = slurm.processes(/^\S*deno .*qcgpj-\w+\.js --qcgpj-keeper=\S+ agent/);
  assertEquals(agents.length, 4, "an agent of each on each node");
  const known = new Set(namesOf(own)); // A shell on the way may add the variable _ of its own.
  for (const agent of agents) {
    const more = namesOf(agent).filter((name) => !known.has(name));
    assertEquals(
      more.filter((name) => !/^(SLURM|SRUN_DEBUG$|QCGPJ_KEEPER_ID$|TMPDIR$|HOSTNAME$|PMI|_$)/.test(name)),
      [],
    );
    const words = Deno.readTextFileSync(`/proc/${agent}/cmdline`).split("\0");
    assertEquals(words.slice(-2), ["agent", ""], "the command line ends with what it is, and says no more");
    const told = words.filter((word) => !word.startsWith("--qcgpj-keeper="));
    assert(told.every((word) => !word.includes("=") && !word.includes("x.json")), `${words}`);
  }
  await slurm.write("seen", "");
  const { code, out, err } = await running.ended;
  assertEquals(code, 0, err);
  assert(out.includes("a prolog prints this"), "it printed to a step beside");
  for (const name of ["x", "y"]) assertEquals(slurm.lines(`all-${name}`).sort(), ["n1", "n1", "n2", "n2"]);
});

slurmTest(
  "Ctrl-C in salloc stops the tasks in their grace, and once more kills them",
  { cpus: "1,1" },
  async (slurm) => {
    const script = "trap 'echo asked >>asked' TERM; echo begun >>begun; while :; do sleep 0.1; done";
    await slurm.write("jobs.json", requests({ name: "a", iteration: { stop: 2 }, execution: { script } }));
    // A shell with job control gives what it starts a process group, to which a terminal sends Ctrl-C.
    const words = ["setsid", "salloc", "-Q", "-N2", "--exclusive", ...slurm.commandLine];
    const running = slurm.start([...words, "run", "jobs.json", "--grace", "60"]);
    await until(() => slurm.lines("begun").length === 2, "both tasks run");
    const [pilot = 0] = slurm.processes(/^\S*deno .*qcgpj-\w+\.js run/);
    const group = Number(Deno.readTextFileSync(`/proc/${pilot}/stat`).split(") ")[1]!.split(" ")[2]);
    const sruns = slurm.processes(/^\S*srun .* agent/).length;
    assert(sruns >= 2, "there are agents");
    Deno.kill(-group, "SIGINT");
    await until(() => slurm.lines("asked").length === 2, "both tasks are asked to end");
    assertEquals(slurm.processes(/^\S*srun .* agent/).length, sruns, "the signal is none of the business of srun");
    Deno.kill(-group, "SIGINT");
    await until(() => slurm.processes(/qcgpj-\w+\.js|^sleep|^\S*srun /).length === 0, "nothing is left");
    await running.ended;
  },
);

slurmTest("tasks are bound to the cores that they got, on each node", {
  cpus: "2,2",
  env: { TASK_PLUGIN: "task/affinity" },
}, async (slurm) => {
  const show = "grep Cpus_allowed_list /proc/self/status | cut -f2";
  const script = `echo $SLURMD_NODENAME $(${show}) >>all; until [ "$(wc -l <all)" -ge 4 ]; do sleep 0.05; done`;
  const job = { name: "a", iteration: { stop: 4 }, execution: { exec: "sh", args: ["-c", script] } };
  await slurm.write("jobs.json", requests({ ...job, resources: { numCores: { exact: 1 } } }));
  const run = (...options: string[]) => slurm.allocate(["-N2", "--exclusive"], ["run", "jobs.json", ...options]).ended;
  const bound = await run();
  assertEquals(bound.code, 0, bound.err);
  const cpus = navigator.hardwareConcurrency;
  // Where the machine has other CPUs than a node is said to have, Slurm's numbers cannot be trusted.
  const expected = cpus === 2 ? ["n1 0", "n1 1", "n2 0", "n2 1"] : undefined;
  if (expected !== undefined) assertEquals(slurm.lines("all").sort(), expected, slurm.log());
  await Deno.remove(`${slurm.folder}/all`);

  // A pilot that may use a part of its node has an agent there as well, which may use all of it.
  const step = ["salloc", "-Q", "-N2", "--exclusive", "srun", "-N1", "-n1", "-c1", ...slurm.commandLine];
  const confined = await slurm.run([...step, "run", "jobs.json"]);
  assertEquals(confined.code, 0, confined.err);
  if (expected !== undefined) assertEquals(slurm.lines("all").sort(), expected, slurm.log());
  await Deno.remove(`${slurm.folder}/all`);

  const free = await run("--binding", "none");
  assertEquals(free.code, 0, free.err);
  assertEquals(new Set(slurm.lines("all").map((line) => line.split(" ")[1])).size, 1, "all have all of them");
});
