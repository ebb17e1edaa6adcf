import { assertEquals } from "@std/assert";
import { commonVariables, formatRunLengths, gpuVariables, slurmVariables } from "../../../src/launch/environment.ts";

const node = (name: string, cores: number, gpus: string[] = []) => ({
  name,
  cores: Array.from({ length: cores }, (_, i) => `${i}`),
  gpus,
});

Deno.test("commonVariables() has QCG-PilotJob's names", () => {
  assertEquals(commonVariables({ nodes: [node("n1", 3), node("n2", 2)] }, "id"), {
    QCG_PM_NNODES: "2",
    QCG_PM_NODELIST: "n1,n2",
    QCG_PM_NPROCS: "5",
    QCG_PM_NTASKS: "5",
    QCG_PM_STEP_ID: "id",
    QCG_PM_TASKS_PER_NODE: "3,2",
  });
});

Deno.test("slurmVariables() sets the tasks per node when all nodes have as many, and else takes them away", () => {
  const even = slurmVariables({ nodes: [node("a", 2), node("b", 2)] });
  assertEquals([even.set["SLURM_NTASKS_PER_NODE"], even.unset], ["2", []]);
  assertEquals(even.set["SLURM_JOB_CPUS_PER_NODE"], "2(x2)");
  const uneven = slurmVariables({ nodes: [node("a", 2), node("b", 1)] });
  assertEquals(["SLURM_NTASKS_PER_NODE" in uneven.set, uneven.unset], [false, ["SLURM_NTASKS_PER_NODE"]]);
  assertEquals(Object.keys(even.set).length, 14);
  assertEquals([uneven.set["SLURM_NPROCS"], uneven.set["SLURM_OVERLAP"]], ["3", "1"]);
});

Deno.test("formatRunLengths() writes counts as Slurm does", () => {
  assertEquals(formatRunLengths([1, 1, 3]), "1(x2),3");
  assertEquals(formatRunLengths([3, 2]), "3,2");
  assertEquals(formatRunLengths([1, 2, 1]), "1,2,1");
  assertEquals(formatRunLengths([]), "");
});

Deno.test("gpuVariables() tells the GPUs of the first node, and leaves the variable alone without any", () => {
  assertEquals(gpuVariables({ nodes: [node("a", 1, ["0", "2"]), node("b", 1, ["1"])] }), {
    CUDA_VISIBLE_DEVICES: "0,2",
  });
  assertEquals(gpuVariables({ nodes: [node("a", 1)] }), {});
});
