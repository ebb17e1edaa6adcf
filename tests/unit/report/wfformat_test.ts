import { assertEquals } from "@std/assert";
import type { Event } from "../../../src/core/types.ts";
import { jobsOfWorkflow } from "../../../src/job/wfformat.ts";
import { workflowOf } from "../../../src/report/wfformat.ts";
import { failedWith, ViewedRun } from "./look/support.ts";

const facts = { id: "n1.42", folder: "/w/x", begunAtMs: 1_000, liveness: "ended" } as const;

Deno.test("workflowOf() names each task, what it waits for, and what it took", () => {
  const run = new ViewedRun("one", "all x2 after=one", "pair x2 after=all:${it}");
  for (const task of [0, 1, 2, 3, 4]) {
    run.start(task, 2_000 + task * 1_000);
    run.end(task, 2_500 + task * 1_000);
  }
  const { workflow: { specification, execution } } = workflowOf({
    view: run.view,
    facts,
    rootWd: "/w",
    bytesOf: () => 0,
  }) as {
    workflow: {
      specification: { tasks: { id: string; parents: string[]; children: string[] }[] };
      execution: { makespanInSeconds: number; tasks: { id: string; runtimeInSeconds: number; coreCount: number }[] };
    };
  };
  assertEquals(specification.tasks.map(({ id, parents, children }) => [id, parents, children]), [
    ["one", [], ["all_0", "all_1"]],
    ["all_0", ["one"], ["pair_0"]],
    ["all_1", ["one"], ["pair_1"]],
    ["pair_0", ["all_0"], []],
    ["pair_1", ["all_1"], []],
  ]);
  assertEquals(execution.tasks.map(({ runtimeInSeconds, coreCount }) => [runtimeInSeconds, coreCount]), [
    ...[[0.5, 1], [0.5, 1], [0.5, 1], [0.5, 1], [0.5, 1]],
  ]);
  assertEquals(execution.makespanInSeconds, 5.5);
  const again = jobsOfWorkflow(workflowOf({ view: run.view, facts, rootWd: "/w", bytesOf: () => 0 })) as unknown as {
    jobs: { name: string }[];
  };
  assertEquals(again.jobs.map(({ name }) => name), ["one", "all_0", "all_1", "pair_0", "pair_1"]);
});

Deno.test("workflowOf() tells the CPU time of a task as a mean in percent of one core", () => {
  const run = new ViewedRun("one");
  run.start(0, 2_000);
  const end = { task: 0, job: 0, attempt: 1, outcome: { kind: "succeeded" } as const };
  run.apply({ kind: "taskEnded", atMs: 4_000, ...end, usage: { cpuMs: 3_000, peakKiB: 2 } });
  const value = workflowOf({ view: run.view, facts, rootWd: "/w", bytesOf: () => 0 });
  const [task] = (value as { workflow: { execution: { tasks: Record<string, unknown>[] } } }).workflow.execution.tasks;
  assertEquals([task!["runtimeInSeconds"], task!["avgCPU"], task!["memoryInBytes"]], [2, 150, 2048]);
});

/** A run whose jobs have files for their streams. */
class RedirectedRun extends ViewedRun {
  override apply(event: Event): void {
    if (event.kind !== "jobSubmitted") return super.apply(event);
    const { description } = event.job;
    const more = description.iteration === undefined
      ? { wd: "sub dir", stdin: "in", stdout: "out", stderr: "out" }
      : { args: ["${it} of ${ncores}"], stdout: "o-${it}" };
    const job = { ...event.job, description: { ...description, execution: { ...description.execution, ...more } } };
    super.apply({ ...event, job });
  }
}

Deno.test("workflowOf() has the command of a task that never ran, and the files of streams, under ids of the schema", () => {
  const run = new RedirectedRun("one", "never x2 cores=3 after=one");
  run.start(0, 2_000);
  run.end(0, 2_500, failedWith(1));
  const bytesOf = (path: string) => path === "/w/sub dir/out" ? 12 : 0;
  const value = workflowOf({ view: run.view, facts, rootWd: "/w", bytesOf });
  const { workflow: { specification, execution } } = value as {
    workflow: {
      specification: { tasks: Record<string, unknown>[]; files: object[] };
      execution: { tasks: object[] };
    };
  };
  assertEquals(specification.files, [
    { id: "_w_sub_dir_in", path: "/w/sub dir/in", sizeInBytes: 0 },
    { id: "_w_sub_dir_out", path: "/w/sub dir/out", sizeInBytes: 12 },
    { id: "_w_o-0", path: "/w/o-0", sizeInBytes: 0 },
    { id: "_w_o-1", path: "/w/o-1", sizeInBytes: 0 },
  ]);
  assertEquals(specification.tasks.map((task) => [task["id"], task["inputFiles"], task["outputFiles"]]), [
    ["one", ["_w_sub_dir_in"], ["_w_sub_dir_out"]],
    ["never_0", [], ["_w_o-0"]],
    ["never_1", [], ["_w_o-1"]],
  ]);
  assertEquals(execution.tasks[2], {
    id: "never_1",
    runtimeInSeconds: 0,
    command: { program: "true", arguments: ["1 of ${ncores}"] },
    coreCount: 3,
  });
  const again = jobsOfWorkflow(value) as unknown as { jobs: { dependencies?: object }[] };
  assertEquals(again.jobs[2]!.dependencies, { after: ["one"] });
});

Deno.test("workflowOf() says that a run without tasks is no workflow", () => {
  const { view } = new ViewedRun();
  assertEquals(
    workflowOf({ view, facts, rootWd: "/w", bytesOf: () => 0 }),
    "the run has no tasks, and a workflow needs one at least",
  );
});
