import { assertEquals } from "@std/assert";
import {
  commonVariables,
  formatRunLengths,
  gpuVariables,
  ruleWithoutGpus,
  slurmVariables,
  visibleDevices,
} from "../../../src/launch/environment.ts";

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

Deno.test("gpuVariables() tells the GPUs of the first node in every variable", () => {
  const allocation = { nodes: [node("a", 1, ["0", "2"]), node("b", 1, ["1"])] };
  for (const withoutGpus of ["remove", "empty", "leave"] as const) {
    const { set, unset } = gpuVariables(allocation, { areAmd: false, withoutGpus });
    assertEquals([set, unset], [Object.fromEntries(visibleDevices.map((name) => [name, "0,2"])), []]);
  }
});

Deno.test("gpuVariables() counts in two of the variables among what is left, where the GPUs are AMD's", () => {
  assertEquals(gpuVariables({ nodes: [node("a", 1, ["4", "7"])] }, { areAmd: true, withoutGpus: "leave" }).set, {
    CUDA_VISIBLE_DEVICES: "0,1",
    ROCR_VISIBLE_DEVICES: "4,7",
    GPU_DEVICE_ORDINAL: "0,1",
    ZE_AFFINITY_MASK: "4,7",
  });
});

Deno.test("gpuVariables() gives names only where they are understood", () => {
  assertEquals(gpuVariables({ nodes: [node("a", 1, ["MIG-1", "0"])] }, { areAmd: false, withoutGpus: "leave" }).set, {
    CUDA_VISIBLE_DEVICES: "MIG-1,0",
    ROCR_VISIBLE_DEVICES: "MIG-1,0",
    GPU_DEVICE_ORDINAL: "",
    ZE_AFFINITY_MASK: "",
  });
});

Deno.test("gpuVariables() takes the variables from a task without GPUs, empties them, or leaves them, as the rule is", () => {
  const without = (withoutGpus: "remove" | "empty" | "leave") =>
    gpuVariables({ nodes: [node("a", 1), node("b", 1)] }, { areAmd: false, withoutGpus });
  assertEquals(without("remove"), { set: {}, unset: visibleDevices });
  assertEquals(without("empty"), { set: Object.fromEntries(visibleDevices.map((name) => [name, ""])), unset: [] });
  assertEquals(without("leave"), { set: {}, unset: [] });
});

Deno.test("ruleWithoutGpus() empties only where GPUs were named, and takes away with the slurm schema", () => {
  assertEquals([ruleWithoutGpus("slurm", false), ruleWithoutGpus("slurm", true)], ["remove", "remove"]);
  assertEquals([ruleWithoutGpus("common", false), ruleWithoutGpus("common", true)], ["leave", "empty"]);
});
