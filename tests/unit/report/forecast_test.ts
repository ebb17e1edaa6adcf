import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseJob } from "../../../src/job/parse.ts";
import { submitVariablesAt } from "../../../src/job/variables.ts";
import { findCriticalPath } from "../../../src/report/critical_path.ts";
import { forecast, learntMs } from "../../../src/report/forecast.ts";
import { forecastText, type PlannedOrder } from "../../../src/report/forecast_text.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";

const variables = submitVariablesAt(0, 0, 1, "test");
const job = (name: string, more: object = {}) =>
  parseJob({ name, execution: { exec: "date" }, ...more }, { variables });
const cores = (numCores: number, wt?: string) => ({ resources: { numCores, ...(wt === undefined ? {} : { wt }) } });
const after = (...names: string[]) => ({ dependencies: { after: names } });
const order: PlannedOrder = { by: "age", jobsKnownBy: { job: 0, file: 0, command: 0, limit: 0, none: 2 } };
const planOf = (jobs: ReturnType<typeof job>[], nodes = "4") =>
  forecast([jobs], { nodes: parseNodeSpec(nodes), reserveCore: false, taskMs: 1000 });

Deno.test("forecast() tells when the real scheduler would start and end each job", () => {
  const plan = planOf([
    job("prep", cores(1, "1m")),
    job("sim", { ...cores(2, "10m"), iteration: { stop: 5 }, ...after("prep") }),
    job("sum", after("sim")),
  ]);
  assertEquals(plan.jobs.map(({ name, startsAtMs, endsAtMs }) => [name, startsAtMs, endsAtMs]), [
    ["prep", 0, 60_000],
    ["sim", 60_000, 1_860_000],
    ["sum", 1_860_000, 1_861_000],
  ]);
  assertEquals(plan.waves, [
    { atMs: 0, tasks: 1, coresInUse: 1 },
    { atMs: 60_000, tasks: 2, coresInUse: 4 },
    { atMs: 660_000, tasks: 2, coresInUse: 4 },
    { atMs: 1_260_000, tasks: 1, coresInUse: 2 },
    { atMs: 1_860_000, tasks: 1, coresInUse: 1 },
  ]);
  const { tasks, peakCores, peakTasks, endsAtMs, waveCount } = plan;
  assertEquals([tasks, peakCores, peakTasks, endsAtMs, waveCount], [7, 4, 2, 1_861_000, 5]);
  assertEquals(plan.slowestPath, { jobs: ["prep", "sim", "sum"], totalMs: 661_000 });
});

Deno.test("forecast() takes for one wave what starts at one time, however much it is", () => {
  const plan = planOf([job("wide", { ...cores(1), iteration: { stop: 5000 } })], "a:9000");
  assertEquals(plan.waves, [{ atMs: 0, tasks: 5000, coresInUse: 5000 }]);
});

Deno.test("forecast() tells the chain with most tasks from the one that takes longest", () => {
  const plan = planOf([
    job("long", cores(1, "1h")),
    job("a"),
    job("b", after("a")),
    job("c", after("b")),
  ]);
  assertEquals(plan.longestPath.jobs, ["a", "b", "c"]);
  assertEquals(plan.slowestPath, { jobs: ["long"], totalMs: 3_600_000 });
});

Deno.test("forecast() fills gaps as the scheduler does, and tells the share of the cores", () => {
  const plan = planOf([job("wide", cores(3)), job("all", cores(4)), job("thin", cores(1))]);
  assertEquals(plan.jobs.map(({ startsAtMs }) => startsAtMs), [1000, 0, 1000], "the large one comes first");
  assertEquals(plan.utilisation, 1);
  assertEquals(planOf([job("one")]).utilisation, 0.25);
});

Deno.test("forecast() omits what waits for a job that is not there", () => {
  const plan = planOf([job("a", after("gone")), job("b", after("a")), job("c")]);
  assertEquals(plan.jobs.map(({ outcome }) => outcome), ["omitted", "omitted", "succeeded"]);
  assertEquals([plan.tasks, plan.slowestPath.jobs], [1, ["c"]]);
});

Deno.test("forecast() follows aligned iterations and single ones", () => {
  const plan = planOf([
    job("a", { iteration: { stop: 8 } }),
    job("b", { iteration: { stop: 8 }, ...after("a:${it}") }),
    job("c", after("a:0")),
  ]);
  assertEquals(plan.jobs.map(({ startsAtMs, endsAtMs }) => [startsAtMs, endsAtMs]), [[0, 2000], [2000, 4000], [
    4000,
    5000,
  ]]);
  assertEquals([plan.tasks, plan.endsAtMs], [17, 5000]);
});

Deno.test("forecast() keeps the first waves only, and counts all", () => {
  const plan = planOf([job("many", { iteration: { stop: 5000 } })], "1");
  assertEquals([plan.waves.length, plan.waveCount, plan.endsAtMs], [1000, 5000, 5_000_000]);
});

Deno.test("findCriticalPath() goes back to the longest of several before it, in any order", () => {
  const jobs = [
    { id: 0, after: [], length: 1 },
    { id: 1, after: [], length: 5 },
    { id: 2, after: [0], length: 3 },
    { id: 3, after: [2, 1, 0], length: 1 },
    { id: 4, after: [1, 2, 99], length: 1 },
  ];
  assertEquals(findCriticalPath(jobs), [1, 3]);
  assertEquals(findCriticalPath(jobs.toReversed()), [1, 4]);
});

Deno.test("findCriticalPath() takes a chain of any length", () => {
  const jobs = Array.from({ length: 100_000 }, (_, id) => ({ id, after: id === 0 ? [] : [id - 1], length: 1 }));
  assertEquals(findCriticalPath(jobs.toReversed()).length, 100_000);
  assertEquals(findCriticalPath([]), []);
});

Deno.test("forecast() tells how many GPUs are in use, and nothing of them when no job asks for some", () => {
  const gpu = (count: number) => ({ resources: { numNodes: 1, numCores: 1, nodeCrs: { gpu: count } } });
  const jobs = [job("half", gpu(0.5)), job("other", gpu(0.25)), job("whole", gpu(1)), job("more", gpu(1))];
  const plan = planOf(jobs, "a:8:gpu=2");
  assertEquals(plan.gpus, { nodes: "a:8:gpu=2", peak: 1.75 });
  assertEquals(plan.waves.map(({ gpusInUse }) => gpusInUse), [1.75, 1]);
  const text = forecastText(plan, new Map(jobs.map((one) => [one.name, one])), [], order);
  assertStringIncludes(text, "  0s: 3 tasks, 3 cores and 1.75 GPUs in use\n  1s: 1 task, 1 core and 1 GPU in use\n");
  assertStringIncludes(text, "Peak of GPUs:       1.75 of the nodes a:8:gpu=2\n");
  const plain = planOf([job("a")], "a:8:gpu=2");
  assertEquals([plain.gpus, "gpusInUse" in plain.waves[0]!], [undefined, false]);
});

Deno.test("forecastText() shows names that move the cursor or turn the direction of writing as what they are", () => {
  const jobs = [job("a\x1b[2J\u202eb"), job("c", after("a\x1b[2J\u202eb"))];
  const text = forecastText(planOf(jobs), new Map(jobs.map((one) => [one.name, one])), [], order);
  assertEquals(text.split("\n").slice(1, 3), [
    "a\ufffdb  1      1 core      1s          0s      1s",
    "c    1      1 core      1s          1s      2s    a\ufffdb",
  ]);
  assertStringIncludes(text, "in 2 jobs: a\ufffdb > c\n");
});

Deno.test("forecastText() shows jobs, waves, width, path and what never runs", () => {
  const jobs = [job("a", cores(2, "90s")), job("b", after("a"))];
  const text = forecastText(
    planOf(jobs),
    new Map(jobs.map((one) => [one.name, one])),
    [{ name: "x", reason: "why" }],
    order,
  );
  assertEquals(text.split("\n").slice(0, 3), [
    "job  tasks  each needs  each takes  starts  ends   after",
    "a    1      2 cores     1m30s       0s      1m30s",
    "b    1      1 core      1s          1m30s   1m31s  a",
  ]);
  assertStringIncludes(text, "2 waves of starts:\n  0s: 1 task, 2 cores in use\n");
  assertStringIncludes(text, "Peak width:         2 of 4 cores\n");
  assertStringIncludes(text, "Critical path:      1m31s in 2 jobs: a > b\n");
  assertStringIncludes(text, "Can never run:\n  x: why\n");
});

Deno.test("forecast() lets tasks take as long as they took in the run that it learns from", () => {
  const jobs = [job("a"), job("long"), job("b", cores(1, "2s"))];
  const learnt = { jobs: new Map([["long", 5000.4]]), commands: new Map([["date", 500]]) };
  const plan = (order: "rank" | "age") =>
    forecast([jobs], { nodes: parseNodeSpec("2"), reserveCore: false, taskMs: 1000, learnt, order });
  assertEquals(plan("rank").jobs.map(({ taskMs }) => taskMs), [500, 5000, 500]);
  assertEquals(plan("rank").endsAtMs, 5000);
  assertEquals(jobs.map((job) => learntMs(learnt, job)?.of), ["command", "job", "command"]);
  assertEquals(learntMs(undefined, jobs[0]!), undefined);
  const none = { jobs: new Map([["long", 0.2]]), commands: new Map() };
  const options = { nodes: parseNodeSpec("2"), reserveCore: false, taskMs: 1000, learnt: none };
  assertEquals(forecast([jobs], options).jobs.find(({ name }) => name === "long")!.taskMs, 1, "no task takes no time");
});

Deno.test("forecastText() says which order it assumes, and what age alone would come to", () => {
  const jobs = [job("a")];
  const orderLine = (order: Parameters<typeof forecastText>[3]) =>
    forecastText(planOf(jobs), new Map(jobs.map((one) => [one.name, one])), [], order).split("\n")
      .find((line) => line.startsWith("Order: "))!.slice(20);
  const jobsKnownBy = { job: 1, file: 4, command: 2, limit: 1, none: 3 };
  const known =
    "1 job of which the times are known, 4 jobs of which the file tells the times, 2 jobs of which those of " +
    "the command are, 1 job with a time limit, 3 jobs of which nothing is known";
  assertEquals(orderLine({ by: "age", jobsKnownBy }), `by age alone, with ${known}`);
  assertEquals(
    orderLine({ by: "rank", jobsKnownBy, learntFrom: "/wd/run", byAgeEndsAtMs: 90_000 }),
    `by the longest chain that waits, with ${known}, learnt from /wd/run; by age alone it would take 1m30s`,
  );
});
