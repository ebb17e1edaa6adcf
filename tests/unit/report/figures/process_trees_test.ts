import { assertEquals, assertThrows } from "@std/assert";
import { processLines, treeLines } from "../../../../src/report/figures/process_lines.ts";
import { ProcessTrees } from "../../../../src/report/figures/process_trees.ts";
import { RecordFormatError } from "../../../../src/report/figures/report_record.ts";

const file = (node: string, pids: object) => ({ path: `/w/ptrace_${node}.log`, text: JSON.stringify({ node, pids }) });
const seen = (name: string, childs: number[] = [], cmdline: string[] = [name], more = {}) => ({
  ...{ created: "2026-01-31 12:00:00.000000", name, cmdline, childs, parent: 1, parent_name: "init" },
  ...more,
});

const trees = new ProcessTrees([
  file("n1", {
    10: seen("mpirun", [11, 12]),
    11: seen("srun", [], ["srun", "-n1", "orted", "-mca", "ess_base_jobid", "77"]),
    12: seen("app", [10], ["app", "x".repeat(200)], { created: "2026-01-31 12:00:01.500000" }),
    20: seen("srun", [], ["srun", "app"], { slurm_step_id: "5.0" }),
  }),
  file("n2", {
    11: seen("other"),
    30: seen("orted", [31], ["orted", "-mca", "ess_base_jobid", "77"]),
    31: seen("app"),
    40: seen("slurmstepd", [41], ["slurmstepd: [5.0]"]),
    41: seen("app"),
    42: seen("orted", [], ["orted", "-mca", "ess_base_jobid", "78"]),
  }),
]);

const below = (pid: number) => [...trees.below(trees.find(pid, "n1")!)];

Deno.test("ProcessTrees.below() follows children on their node, and what srun started on others, each once", () => {
  assertEquals(below(10).map(({ level, pid, node }) => `${level} ${node}:${pid}`), [
    ...["0 n1:10", "1 n1:11", "2 n2:30", "3 n2:31", "1 n1:12"],
  ]);
  assertEquals(below(20).map(({ level, pid, node }) => `${level} ${node}:${pid}`), ["0 n1:20", "1 n2:40", "2 n2:41"]);
  assertEquals([trees.find(30)?.node, trees.find(30, "n1"), trees.find(99)], ["n2", undefined, undefined]);
});

Deno.test("treeLines() and processLines() write as qcg-pm-processes does", () => {
  assertEquals(treeLines(below(10), "app", false), [
    "  --10:mpirun (mpirun) node(n1) created 2026-01-31 12:00:00.000000",
    "        --31:app (app) node(n2) after 0 secs",
    `    --12:app (app ${"x".repeat(76)}) node(n1) after 1.5 secs`,
  ]);
  assertEquals(treeLines(below(10), "app", true).length, 5);
  const one = new ProcessTrees([
    file("n", { 7: seen("sh", [], ["sh", "-c"], { cpu_times: [0.1, 2], memory_percent: 3.5 }) }),
  ]);
  assertEquals(processLines(one.find(7)!), [
    ...["7:sh", "\tcreated: 2026-01-31 12:00:00.000000", "\tcmdline: sh -c", "\tparent: 1:init", "\tcpu affinity: X"],
    ...["\tcpu times: [0.1, 2]", "\tcpu memory info: X", "\tcpu memory percent: 3.5"],
  ]);
});

Deno.test("ProcessTrees refuses what is no record of processes, and names the file", () => {
  const wrong = (text: string) => () => new ProcessTrees([{ path: "/w/ptrace_n.log", text }]);
  assertThrows(wrong("{"), RecordFormatError, "Cannot read /w/ptrace_n.log: it is no JSON");
  assertThrows(wrong("null"), RecordFormatError, "it is no record of processes, which has a node and pids");
  assertThrows(wrong('{"node":"n"}'), RecordFormatError, "it is no record of processes");
});
