import { assertEquals } from "@std/assert";
import { launchModels } from "../../../src/launch/models/launch_model.ts";

const execution = { exec: "prog", args: ["a b"], env: {}, modelOptions: { mpirunArgs: [], srunArgs: ["--mpi=pmix"] } };

function srun(hosts: readonly string[], bindCpus?: readonly number[]) {
  const order = { execution: execution as never, wd: "/w", taskName: "t", attempt: 1, hosts, shell: undefined };
  return launchModels["srunmpi"]!.apply(bindCpus === undefined ? order : { ...order, bindCpus });
}

Deno.test("srunmpi starts a process for each core on the host of its core, beside the step of the task", () => {
  const { execution, env, files } = srun(["n1", "n1", "n2"]);
  assertEquals([execution.exec, ...execution.args], [
    ...[
      "srun",
      "--overlap",
      "--overcommit",
      "--mem-per-cpu=0",
      "--kill-on-bad-exit=1",
      "--export=ALL",
      "-N",
      "2",
      "-n",
      "3",
    ],
    ...["-m", "arbitrary", "--cpu-bind=none", "--mpi=pmix", "prog", "a b"],
  ]);
  assertEquals([env, files], [
    { SLURM_HOSTFILE: "/w/.t.hostfile" },
    [{ path: "/w/.t.hostfile", text: "n1\nn1\nn2\n" }],
  ]);
});

Deno.test("srunmpi binds a process to each core where the cores are known and on one node", () => {
  const maskOf = (hosts: readonly string[], cpus?: readonly number[]) =>
    srun(hosts, cpus).execution.args.find((arg) => arg.startsWith("--cpu-bind="));
  assertEquals(maskOf(["n1", "n1"], [1, 65]), "--cpu-bind=mask_cpu:0x2,0x20000000000000000");
  assertEquals([maskOf(["n1", "n2"], [0]), maskOf(["n1", "n1"], [0])], ["--cpu-bind=none", "--cpu-bind=none"]);
});
