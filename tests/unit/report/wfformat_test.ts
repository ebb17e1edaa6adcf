import { assertEquals } from "@std/assert";
import { jobsOfWorkflow } from "../../../src/job/wfformat.ts";
import { workflowOf } from "../../../src/report/wfformat.ts";
import { ViewedRun } from "./look/support.ts";

const facts = { id: "n1.42", folder: "/w/x", begunAtMs: 1_000, liveness: "ended" } as const;

Deno.test("workflowOf() names each task, what it waits for, and what it took", () => {
  const run = new ViewedRun("one", "all x2 after=one", "pair x2 after=all:${it}");
  for (const task of [0, 1, 2, 3, 4]) {
    run.start(task, 2_000 + task * 1_000);
    run.end(task, 2_500 + task * 1_000);
  }
  const { workflow: { specification, execution } } = workflowOf(run.view, facts, "/w") as {
    workflow: {
      specification: { tasks: { id: string; parents: string[]; children: string[] }[] };
      execution: { makespanInSeconds: number; tasks: { id: string; runtimeInSeconds: number; coreCount: number }[] };
    };
  };
  assertEquals(specification.tasks.map(({ id, parents, children }) => [id, parents, children]), [
    ["one", [], ["all:0", "all:1"]],
    ["all:0", ["one"], ["pair:0"]],
    ["all:1", ["one"], ["pair:1"]],
    ["pair:0", ["all:0"], []],
    ["pair:1", ["all:1"], []],
  ]);
  assertEquals(execution.tasks.map(({ runtimeInSeconds, coreCount }) => [runtimeInSeconds, coreCount]), [
    ...[[0.5, 1], [0.5, 1], [0.5, 1], [0.5, 1], [0.5, 1]],
  ]);
  assertEquals(execution.makespanInSeconds, 5.5);
  const again = jobsOfWorkflow(workflowOf(run.view, facts, "/w")) as { jobs: { name: string }[] };
  assertEquals(again.jobs.map(({ name }) => name), ["one", "all_0", "all_1", "pair_0", "pair_1"]);
});
