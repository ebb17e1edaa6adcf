import { assertEquals, assertThrows } from "@std/assert";
import { JobDescriptionError } from "../../../src/errors.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { modelNames } from "../../../src/job/parse_execution.ts";
import { launchModels, requireModel } from "../../../src/launch/models/launch_model.ts";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import { type PlanContext, planTask } from "../../../src/launch/plan_task.ts";

/** What is launched for a task with two cores on node `a` and one on node `b`. */
function launched(execution: Record<string, unknown>, context: Partial<PlanContext> = {}, coreCount = 2): LaunchPlan {
  const cores = Array.from({ length: coreCount }, (_, i) => `${i}`);
  const nodes = [{ name: "a", cores, gpus: [] }, ...(coreCount === 1 ? [] : [{ name: "b", cores: ["4"], gpus: [] }])];
  const job = parseJob({ name: "tj", execution, resources: { numCores: nodes.length + coreCount - 1 } }, {});
  const order = { job, offset: 0, allocation: { nodes }, nodes: [0, 1], tag: "s", attempt: 1, memoryMiB: 0 };
  return planTask(order, { rootWd: "/r", environmentSchema: "common", ...context }) as LaunchPlan;
}

Deno.test("Every model that a job may name is there", () => {
  assertEquals(Object.keys(launchModels), [...modelNames]);
});

Deno.test("openmpi starts one process for each core by mpirun, with a host file, bound by nobody else", () => {
  const { program, args, preparation } = launched({ exec: "./sim", args: ["-v"], model: "openmpi" });
  const file = "/r/.tj.hostfile";
  assertEquals([program, ...args], ["mpirun", "-n", "3", "--hostfile", file, "--bind-to", "none", "/r/sim", "-v"]);
  assertEquals(preparation, {
    files: [{ path: file, text: "localhost\nlocalhost\nlocalhost\n" }],
    model: "openmpi",
  });
  const options = { mpirun: "/opt/mpirun", mpirun_args: ["--bind-to", "core"] };
  const own = launched({ exec: "sim", model: "openmpi", model_opts: options }, { hostOf: (node) => `${node}.net` });
  assertEquals([own.program, ...own.args], [
    "/opt/mpirun",
    ...["-n", "3", "--hostfile", file, "--bind-to", "core", "sim"],
  ]);
  assertEquals(own.preparation?.files?.[0]?.text, "a.net\na.net\nb.net\n");
});

Deno.test("intelmpi tells Intel MPI the host file and the CPUs that the task got", () => {
  const binding = { mode: "auto", cpus: [], nodes: new Map([["a", [0, 1, 2, 3]]]) } as const;
  const { program, args, env } = launched({ exec: "sim", model: "intelmpi" }, { binding });
  assertEquals([program, ...args], ["mpirun", "-n", "3", "-f", "/r/.tj.hostfile", "sim"]);
  assertEquals([env.own["I_MPI_PIN"], env.own["I_MPI_PIN_PROCESSOR_LIST"]], ["1", "0,1"]);
});

Deno.test("threads tells OpenMP the number of cores, unless the job does", () => {
  assertEquals(launched({ exec: "sim", model: "threads" }).env.own["OMP_NUM_THREADS"], "3");
  const env = { OMP_NUM_THREADS: "1" };
  assertEquals(launched({ exec: "sim", model: "threads", env }).env.own["OMP_NUM_THREADS"], "1");
});

Deno.test("A model runs a script in its shell, modules before mpirun, and leaves a single core alone", () => {
  const script = launched({ script: "echo $RANK", model: "openmpi", login: false });
  assertEquals(script.args.slice(-3), ["bash", "-c", "echo $RANK"]);
  const modules = launched({ exec: "sim", modules: ["mpi"], model: "openmpi" });
  assertEquals([modules.program, modules.args.slice(3, 6)], ["bash", ["bash", "mpirun", "-n"]]);
  const single = launched({ exec: "sim", model: "openmpi" }, {}, 1);
  assertEquals([single.program, single.preparation], ["sim", undefined]);
});

Deno.test("requireModel() refuses srunmpi outside of Slurm, and says what there is", () => {
  const job = parseJob({ name: "tj", execution: { exec: "sim", model: "srunmpi" } }, {});
  requireModel(job, true);
  const error = assertThrows(() => requireModel(job, false), JobDescriptionError, "in a Slurm allocation only");
  assertEquals([error.jobName, error.path], ["tj", "execution.model"]);
});
