import { assertEquals } from "@std/assert";
import { parseJob } from "../../../src/job/parse.ts";
import { jobsOfWorkflow, type WorkflowJobs } from "../../../src/job/wfformat.ts";

const workflow = (tasks: unknown, runs: unknown) => ({
  name: "w",
  schemaVersion: "1.5",
  workflow: { specification: { tasks, files: [] }, execution: { makespanInSeconds: 1, tasks: runs } },
});
const run = (id: string, more: object = {}) => ({ id, runtimeInSeconds: 1, command: { program: "echo" }, ...more });

Deno.test("jobsOfWorkflow() makes jobs with their commands, needs and dependencies", () => {
  const tasks = [
    { id: "split", name: "split", parents: [], children: ["a:1"] },
    { id: "a:1", name: "a" },
    { id: "a 1", name: "a" },
  ];
  const runs = [
    run("a:1", { command: { program: "sim", arguments: ["-n", 3] }, coreCount: 2.5, memoryInBytes: 3 * 2 ** 20 + 1 }),
    run("split"),
    run("a 1", { coreCount: 0 }),
  ];
  const { jobs } = jobsOfWorkflow(workflow(tasks, runs)) as { readonly jobs: readonly object[] };
  const one = { numCores: { exact: 1 } };
  assertEquals(jobs, [
    { name: "split", execution: { exec: "echo", args: [] }, resources: one },
    {
      name: "a_1",
      execution: { exec: "sim", args: ["-n", "3"] },
      resources: { numCores: { exact: 3 }, numNodes: { exact: 1 }, nodeCrs: { mem: 4 } },
      dependencies: { after: ["split"] },
    },
    { name: "a_1_2", execution: { exec: "echo", args: [] }, resources: one },
  ]);
  for (const job of jobs) parseJob(job, {});
});

Deno.test("jobsOfWorkflow() tells how long jobs took that ran, and the mean of their commands", () => {
  const took = (id: string, program: string, runtimeInSeconds?: unknown) => ({
    id,
    command: { program },
    runtimeInSeconds,
  });
  const runs = [
    took("a:1", "sim", 2.5),
    took("b", "sim", 4),
    took("c", "sum", 0),
    took("d", "sum"),
    took("e", "cut", 1e-3),
  ];
  const { times } = jobsOfWorkflow(workflow(runs.map(({ id }) => ({ id })), runs)) as WorkflowJobs;
  assertEquals([...times.jobs], [["a_1", 2500], ["b", 4000], ["e", 1]]);
  assertEquals([...times.commands], [["sim", 3250], ["cut", 1]]);
});

Deno.test("jobsOfWorkflow() says at which task there is nothing to run, or nothing that can be understood", () => {
  const found = (value: unknown) => {
    const answer = jobsOfWorkflow(value);
    return "problem" in answer ? [answer.steps.join("."), answer.problem] : answer.jobs;
  };
  const at = "workflow.specification.tasks";
  assertEquals(found({}), ["", "is no workflow of WfFormat 1.4 or newer: workflow.specification.tasks is missing"]);
  assertEquals(found(null), ["", "is no workflow of WfFormat 1.4 or newer: workflow.specification.tasks is missing"]);
  assertEquals(found(workflow([{ id: "a" }], undefined)), [
    `${at}.0`,
    'has no command.program in workflow.execution.tasks, so there is nothing to run (task "a")',
  ]);
  assertEquals(found(workflow([{ id: "a", parents: ["b"] }], [run("a")])), [
    `${at}.0.parents`,
    'names "b", which is no task',
  ]);
  assertEquals(found(workflow([null], [])), [
    `${at}.0`,
    "is no task: it needs an id, and parents and children are arrays of ids",
  ]);
  assertEquals(found(workflow([], [])), [at, "is empty: a workflow without tasks has nothing to run"]);
  assertEquals(found(workflow([{ id: "a", children: ["b"] }], [run("a")])), [
    `${at}.0.children`,
    'names "b", which is no task',
  ]);
  assertEquals(found(workflow([{ id: "b" }, { id: "a" }, { id: "a" }], [])), [
    `${at}.2`,
    'has the id "a" of workflow.specification.tasks[1]; each task needs its own',
  ]);
  const runs = "workflow.execution.tasks";
  assertEquals(found(workflow([{ id: "first" }], [run("first"), run("frst")])), [
    `${runs}.1`,
    'tells of "frst" (did you mean "first"?), and workflow.specification.tasks has no such task',
  ]);
  assertEquals(found(workflow([{ id: "a" }], [run("a"), run("a")])), [
    `${runs}.1`,
    'has the id "a" of workflow.execution.tasks[0]; each task needs its own',
  ]);
  const odd: [object, string][] = [
    [{ coreCount: "2" }, 'has the text "2" as coreCount, which must be a number (task "a")'],
    [{ coreCount: -1 }, 'has -1 as coreCount, which cannot be less than 0 (task "a")'],
    [{ runtimeInSeconds: "1" }, 'has the text "1" as runtimeInSeconds, which must be a number (task "a")'],
    [{ runtimeInSeconds: -0.5 }, 'has -0.5 as runtimeInSeconds, which cannot be less than 0 (task "a")'],
    [{ runtimeInSeconds: Infinity }, 'has Infinity as runtimeInSeconds, which is too large (task "a")'],
    [{ memoryInBytes: null }, 'has null as memoryInBytes, which must be a number (task "a")'],
    [
      { command: { program: "x", arguments: "y z" } },
      'has the text "y z" as command.arguments, which must be an array of strings (task "a")',
    ],
    [
      { command: { program: "x", arguments: [true] } },
      'has true in command.arguments, which must be an array of strings (task "a")',
    ],
    [{ command: { program: 7 } }, 'has the number 7 as command.program, which must be a string (task "a")'],
  ];
  for (const [more, problem] of odd) {
    assertEquals(found(workflow([{ id: "a" }], [run("a", more)])), [`${runs}.0`, problem]);
  }
});
