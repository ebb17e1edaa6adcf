import { assertEquals, assertThrows } from "@std/assert";
import { ResourceSpecError } from "../../../src/errors.ts";
import { type AllocationChoice, describeAllocation, isInAllocation } from "../../../src/slurm/allocation.ts";
import { findTrueCores } from "../../../src/slurm/true_cores.ts";

const variables: Readonly<Record<string, string>> = {
  SLURM_JOB_ID: "7",
  SLURM_JOB_NODELIST: "n[1-2],m",
  SLURM_JOB_CPUS_PER_NODE: "4(x2),2",
  SLURM_TASKS_PER_NODE: "1(x3)",
  SLURMD_NODENAME: "n2",
};
const job = " Nodes=n[1-2] CPU_IDs=0-3 Mem=1000 GRES=gpu:1(IDX:1) Nodes=m CPU_IDs=4-5 Mem=0 GRES=(null)";
const nodes = "NodeName=n1 RealMemory=9000 ThreadsPerCore=2\nNodeName=n2 ThreadsPerCore=1\nNodeName=m RealMemory=500\n";

function describe(choice: AllocationChoice = {}, changes: Readonly<Record<string, string | undefined>> = {}) {
  return describeAllocation((name) => name in changes ? changes[name] : variables[name], { job, nodes }, choice);
}

Deno.test("describeAllocation() counts CPUs, not Slurm's tasks, and joins the threads of a core", () => {
  const { jobId, ownNode, nodes } = describe();
  assertEquals([jobId, ownNode], ["7", "n2"]);
  assertEquals(nodes.map(({ name, cpus, coreIds, memoryMiB, gpuIds }) => [name, cpus, coreIds, memoryMiB, gpuIds]), [
    ["n1", 4, ["0,1", "2,3"], 1000, ["1"]],
    ["n2", 4, ["0", "1", "2", "3"], 1000, ["1"]],
    ["m", 2, ["4", "5"], 500, []],
  ]);
  assertEquals(describe({ hyperthreads: true }).nodes[0]!.coreIds, ["0", "1", "2", "3"]);
});

Deno.test("describeAllocation() goes without what Slurm was not asked", () => {
  const allocation = describeAllocation((name) => variables[name], {});
  assertEquals(allocation.nodes.map(({ coreIds, memoryMiB }) => [coreIds.length, memoryMiB]), [[4, 0], [4, 0], [2, 0]]);
});

Deno.test("describeAllocation() does not believe a record that has other CPUs than an inner pilot was given", () => {
  const { nodes: [first] } = describe({}, { SLURM_JOB_CPUS_PER_NODE: "2(x3)" });
  assertEquals([first!.cpuIds, first!.cpus], [[], 2]);
});

Deno.test("describeAllocation() cuts the list of nodes, the end not included", () => {
  assertEquals(describe({ firstNode: 1, endNode: 2 }).nodes.map(({ name }) => name), ["n2"]);
  const error = assertThrows(() => describe({ firstNode: 3 }), ResourceSpecError);
  assertEquals(error.message, "No node is left of the 3 of n[1-2],m by the indexes from 3 on");
});

Deno.test("describeAllocation() names what is missing, and counts that do not agree", () => {
  const missing = assertThrows(
    () => describe({}, { SLURM_JOB_NODELIST: undefined, SLURM_JOB_ID: "" }),
    ResourceSpecError,
  );
  assertEquals(missing.message, "There is no Slurm allocation: SLURM_JOB_ID and SLURM_JOB_NODELIST are not set");
  const uneven = assertThrows(() => describe({}, { SLURM_JOB_CPUS_PER_NODE: "4" }), ResourceSpecError);
  assertEquals(uneven.message, "SLURM_JOB_NODELIST names 3 nodes, but SLURM_JOB_CPUS_PER_NODE counts 1");
  assertEquals([isInAllocation((name) => variables[name]), isInAllocation(() => undefined)], [true, false]);
});

const [threaded, plain, shifted] = describe().nodes as [never, never, never];

Deno.test("findTrueCores() takes the mask where it is as large as the node", () => {
  const sight = { cpus: [2, 3, 6, 7], siblings: [[2, 6], [3, 7]], memoryMiB: 1 };
  assertEquals(findTrueCores(plain, sight), { coreIds: ["2", "3", "6", "7"], cpus: [2, 3, 6, 7] });
  assertEquals(findTrueCores(threaded, sight), { coreIds: ["2,6", "3,7"], cpus: [2, 3, 6, 7] });
});

Deno.test("findTrueCores() takes Slurm's numbers where all of them may be used", () => {
  const sight = { cpus: [0, 1, 2, 3, 4, 5], siblings: [], memoryMiB: 1 };
  assertEquals(findTrueCores(shifted, sight), { coreIds: ["4", "5"], cpus: [4, 5] });
});

Deno.test("findTrueCores() says why the cores of a node are not known", () => {
  const sight = { cpus: [0, 1], siblings: [[0], [1]], memoryMiB: 1 };
  assertEquals(findTrueCores(plain, sight), { problem: "Slurm names CPUs 0-3, the agent may use 0-1" });
  const flat = { cpus: [0, 1, 2, 3], siblings: [[0], [1], [2], [3]], memoryMiB: 1 };
  assertEquals(findTrueCores(threaded, flat), { problem: "Slurm counts 2 cores, the agent sees 4" });
});
