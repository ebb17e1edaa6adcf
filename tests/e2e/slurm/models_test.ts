/**
 * Parallel programs over two real nodes, each by its model, and GPUs that every task sees its own of.
 *
 * @module
 */

import "../../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { requests, slurmTest } from "./cluster.ts";

const hello = `#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
  int rank, size;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  printf("%d of %d on %s\\n", rank, size, getenv("SLURMD_NODENAME"));
  MPI_Finalize();
  return 0;
}
`;

slurmTest("every model starts its program on both nodes", { cpus: "2,2" }, async (slurm) => {
  await slurm.write("hello.c", hello);
  assertEquals(await slurm.run(["mpicc", "-o", "hello", "hello.c"]).then(({ code, err }) => [code, err]), [0, ""]);
  // Stands for Intel MPI: tells what it was called with.
  await slurm.write("impi", '#!/bin/sh\nprintf "%s\\n" "$*"\ncat "$4"\n');
  const resources = { numNodes: { exact: 2 }, numCores: { exact: 2 } };
  const job = (name: string, execution: object) => ({
    name,
    execution: { stdout: name, stderr: `${name}.err`, ...execution },
    resources,
  });
  const program = `${slurm.folder}/hello`;
  await slurm.write(
    "jobs.json",
    requests(
      job("default", { exec: "sh", args: ["-c", "echo $SLURM_JOB_NODELIST $SLURM_JOB_CPUS_PER_NODE $SLURM_NTASKS"] }),
      job("threads", { exec: "sh", args: ["-c", "echo $OMP_NUM_THREADS"], model: "threads" }),
      job("openmpi", { exec: program, model: "openmpi" }),
      job("srunmpi", { exec: program, model: "srunmpi", model_opts: { srun_args: ["--mpi=pmix"] } }),
      job("intelmpi", { exec: program, model: "intelmpi", model_opts: { mpirun: `${slurm.folder}/impi` } }),
      // What users write who know no models.
      job("bare", { exec: "mpirun", args: ["--bind-to", "none", program] }),
    ),
  );
  const { code, err } = await slurm.allocate(["-N2", "--exclusive"], ["run", "jobs.json"]).ended;
  assertEquals(code, 0, err + ["openmpi", "srunmpi", "bare"].map((name) => slurm.read(`${name}.err`)).join("\n"));
  assertEquals([slurm.read("default"), slurm.read("threads")], ["n1,n2 2(x2) 4\n", "4\n"]);
  const ranks = ["0 of 4 on n1", "1 of 4 on n1", "2 of 4 on n2", "3 of 4 on n2"];
  for (const name of ["openmpi", "srunmpi", "bare"]) assertEquals(slurm.lines(name).sort(), ranks, name);
  assertEquals(slurm.lines("intelmpi").slice(1), ["n1", "n1", "n2", "n2"]);
  assert(/^-n 4 -f \S+ \S+hello$/.test(slurm.lines("intelmpi")[0]!), slurm.read("intelmpi"));
});

slurmTest("GPU tasks on both nodes see their own GPUs, and a task without sees none", {
  cpus: "2,2",
  env: { GPUS: "2 2" },
}, async (slurm) => {
  const told = ["CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "ZE_AFFINITY_MASK", "GPU_DEVICE_ORDINAL"];
  // All four GPU tasks run at once, so that no GPU can be given twice.
  const show = `echo $SLURMD_NODENAME ${told.map((name) => `\${${name}-unset}`).join(" ")}`;
  const wait = 'echo >>begun; until [ "$(wc -l <begun)" -ge 4 ]; do sleep 0.05; done';
  await slurm.write("show", `#!/bin/bash\n${show} >>"$1"\n[ "$1" = none ] || { ${wait}; }\n`);
  const exec = `${slurm.folder}/show`;
  await slurm.write(
    "jobs.json",
    requests(
      {
        name: "gpu",
        iteration: { stop: 4 },
        execution: { exec, args: ["some"] },
        resources: { numNodes: { exact: 1 }, numCores: { exact: 1 }, nodeCrs: { gpu: 1 } },
      },
      { name: "none", execution: { exec, args: ["none"] }, dependencies: { after: ["gpu"] } },
    ),
  );
  const run = (gpus: number, asked = `--gres=gpu:${gpus}`) =>
    slurm.allocate(["-N2", "--exclusive", asked], ["run", "jobs.json", "--wd", `of-${gpus}`]).ended;
  // Asked for on each node, or for the whole batch job, which a step on one node may not ask for.
  for (const [gpus, asked] of [[2, "--gres=gpu:2"], [4, "--gpus=4"]] as const) {
    const { code, err } = await run(gpus, asked);
    const folder = `of-${gpus}`;
    assertEquals(code, 0, err + slurm.log(folder));
    assertEquals(slurm.lines(`${folder}/some`).sort(), ["n1 0 0 0 0", "n1 1 1 1 1", "n2 0 0 0 0", "n2 1 1 1 1"]);
    assertEquals(slurm.lines(`${folder}/none`)[0]!.split(" ").slice(1), told.map(() => "unset"));
  }

  // Slurm shows both GPUs of a node to an exclusive job that asked for one, and gives its steps one.
  await slurm.write(
    "jobs.json",
    requests({
      ...{ name: "gpu", iteration: { stop: 2 }, execution: { exec: "sh", args: ["-c", `${show} >>some`] } },
      resources: { numNodes: { exact: 1 }, numCores: { exact: 1 }, nodeCrs: { gpu: 1 } },
    }),
  );
  const fewer = await run(1);
  assertEquals(fewer.code, 0, fewer.err);
  assertEquals(slurm.lines("of-1/some").sort(), ["n1 0 0 0 0", "n2 0 0 0 0"]);
  const log = slurm.log("of-1");
  assert(log.includes("node n2 sees 1 of its 2 GPUs; the job asked for 1 per node"), log);
});
