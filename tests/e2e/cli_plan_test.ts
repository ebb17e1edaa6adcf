/**
 * `qcgpj plan`: what would run when.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { call, listRecords, writeJobs } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

const job = (name: string, more: object = {}) => ({ name, execution: { exec: "touch", args: ["ran"] }, ...more });
const after = (...names: string[]) => ({ dependencies: { after: names } });
const jobs = [
  job("prep", { resources: { numCores: 1, wt: "2m" } }),
  job("sim", { resources: { numCores: 2, wt: "10m" }, iteration: { stop: 20 }, ...after("prep") }),
  job("sum", after("sim")),
];

Deno.test("qcgpj plan shows jobs, waves, peak width and critical path, and runs nothing", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", jobs);
  const { code, out, err } = await call(["plan", "jobs.json", "--nodes", "n1:4,n2:4"], { cwd: scratch.path });
  assertEquals([code, err], [0, ""]);
  assertStringIncludes(out, "sim   20     2 cores     10m         2m      52m    prep\n");
  assertStringIncludes(out, "7 waves of starts:\n  0s: 1 task, 1 core in use\n  2m: 4 tasks, 8 cores in use\n");
  assertStringIncludes(out, "Tasks that run:     22, at most 4 at once\nPeak width:         8 of 8 cores\n");
  assertStringIncludes(out, "Critical path:      12m1s in 3 jobs: prep > sim > sum\n");
  assertEquals([[...Deno.readDirSync(scratch.path)].length, listRecords(scratch.path)], [1, []]);
});

Deno.test("qcgpj plan --json gives the same to programs, for any time of a task", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [job("a", { iteration: { stop: 5 } }), job("b", after("a"))]);
  const { out } = await call(["plan", "jobs.json", "--nodes", "3", "--task-time", "1m", "--system-core", "--json"], {
    cwd: scratch.path,
  });
  const plan = JSON.parse(out);
  assertEquals([plan.cores, plan.peakCores, plan.tasks, plan.endsAtMs, plan.waveCount], [2, 2, 6, 240_000, 4]);
  assertEquals(plan.jobs[1], {
    name: "b",
    tasks: 1,
    taskMs: 60_000,
    startsAtMs: 180_000,
    endsAtMs: 240_000,
    outcome: "succeeded",
    needs: "1 core",
  });
  assertEquals([plan.never, plan.slowestPath], [[], { jobs: ["a", "b"], totalMs: 120_000 }]);
});

Deno.test("qcgpj plan exits with 1 and says what can never run", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [
    ...jobs,
    job("big", { resources: { numCores: 100 } }),
    job("tail", after("big")),
  ]);
  const { code, out, err } = await call(["plan", "jobs.json", "--nodes", "4"], { cwd: scratch.path });
  assertEquals(code, 1);
  assertStringIncludes(
    out,
    '  big: Not enough resources for job "big": it needs 100 cores, but the pool has 1 node with',
  );
  assertStringIncludes(out, "  tail: waits for a job that can never run\n");
  assertStringIncludes(err, "A run would refuse the whole request");
});

Deno.test("qcgpj plan exits with 2 for a wrong file and says what validate says", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [{ name: "a", execution: {} }, job("b", after("nobody"))]);
  const { code, out, err } = await call(["plan", "jobs.json", "--nodes", "4"], { cwd: scratch.path });
  assertEquals([code, out], [2, ""]);
  assertEquals(err, (await call(["validate", "jobs.json"], { cwd: scratch.path })).out);
  const time = await call(["plan", "jobs.json", "--task-time", "soon"], { cwd: scratch.path });
  assertEquals(time.code, 2);
  assertStringIncludes(time.err, "--task-time must be seconds, or a time such as");
});

Deno.test("qcgpj plan and run learn from the newest finished run of the same file, or from the one that is named", async () => {
  await using scratch = new Scratch();
  const sleep = (name: string, seconds: number, more: object = {}) => ({
    name,
    execution: { exec: "sleep", args: [`${seconds}`] },
    ...more,
  });
  writeJobs(scratch, "jobs.json", [sleep("a", 0.05), sleep("b", 0.05), sleep("long", 1.5)]);
  writeJobs(scratch, "other.json", [sleep("a", 0.05)]);
  const order = async (...args: string[]) => {
    const { out } = await call(["plan", "jobs.json", "--nodes", "2", "--json", ...args], { cwd: scratch.path });
    return JSON.parse(out).order;
  };
  assertEquals(await order(), {
    by: "rank",
    jobsKnownBy: { job: 0, file: 0, command: 0, limit: 0, none: 3 },
    byAgeEndsAtMs: 2000,
  });
  for (const [file, id] of [["jobs.json", "first"], ["other.json", "second"]] as const) {
    const { code } = await call(["run", file, "--nodes", "2", "--id", id, "-q"], { cwd: scratch.path });
    assertEquals(code, 0);
  }
  const { learntFrom, jobsKnownBy } = await order();
  assertEquals([learntFrom, jobsKnownBy.job], [`${scratch.path}/.qcgpjm-service-first`, 3]);
  assertEquals((await order("--learn", "second")).jobsKnownBy, { job: 1, file: 0, command: 2, limit: 0, none: 0 });
  assertEquals((await order("--learn", "none")).jobsKnownBy.none, 3);
  assertEquals((await order("--order", "age")).by, "age");
  writeJobs(scratch, "fails.json", [{ name: "a", execution: { exec: "false" } }]);
  assertEquals((await call(["run", "fails.json", "--id", "failed", "-q"], { cwd: scratch.path })).code, 1);
  const nothing = `nothing is learnt from ${scratch.path}/.qcgpjm-service-failed: no task of that run has succeeded`;
  const failed = await call(["plan", "jobs.json", "--learn", "failed"], { cwd: scratch.path });
  assertEquals([failed.code, failed.err], [0, `qcgpj plan: ${nothing}\n`]);
  const again = await call(["run", "fails.json", "--learn", "failed", "-q"], { cwd: scratch.path });
  assertStringIncludes(again.err, `qcgpj run: ${nothing}\n`);
  const wrong = await call(["plan", "jobs.json", "--learn", "frist"], { cwd: scratch.path });
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.err, 'did you mean "first"?');
  // A run starts what took longest first, as it has learnt that.
  const { out } = await call(["plan", "jobs.json", "--nodes", "1", "--json"], { cwd: scratch.path });
  assertEquals(JSON.parse(out).jobs.map(({ startsAtMs }: { startsAtMs: number }) => startsAtMs > 0), [
    true,
    true,
    false,
  ]);
  const run = await call(["run", "jobs.json", "--nodes", "1", "--id", "third", "--report-format", "text"], {
    cwd: scratch.path,
  });
  assertEquals(run.code, 0);
  const report = Deno.readTextFileSync(`${scratch.path}/.qcgpjm-service-third/jobs.report`);
  assertEquals(report.trimStart().split(/\s/)[0], "long");
});

Deno.test("qcgpj plan and run know how long tasks take from the run times of a workflow", async () => {
  await using scratch = new Scratch();
  const runs = [["a", 2], ["b", 2], ["long", 60], ["new", 0]].map(([id, runtimeInSeconds]) => ({
    ...{ id, runtimeInSeconds },
    command: { program: "true" },
  }));
  const workflow = { specification: { tasks: runs.map(({ id }) => ({ id })) }, execution: { tasks: runs } };
  Deno.writeTextFileSync(scratch.in("flow.json"), JSON.stringify({ workflow }));
  const callWith = (...args: string[]) =>
    call([args[0]!, "flow.json", "--from", "wfformat", ...args.slice(1)], { cwd: scratch.path });
  const plan = async (...args: string[]) => {
    const { out } = await callWith("plan", "--nodes", "2", "--json", ...args);
    const { jobs, order, endsAtMs } = JSON.parse(out);
    return [jobs.map(({ taskMs }: { taskMs: number }) => taskMs), order.jobsKnownBy, endsAtMs];
  };
  const times = [2000, 2000, 60_000, 21_333];
  assertEquals(await plan(), [times, { job: 0, file: 3, command: 1, limit: 0, none: 0 }, 60_000]);
  assertEquals(await plan("--order", "age"), [times, { job: 0, file: 3, command: 1, limit: 0, none: 0 }, 62_000]);
  assertEquals(await plan("--learn", "none"), [
    [1000, 1000, 1000, 1000],
    { job: 0, file: 0, command: 0, limit: 0, none: 4 },
    2000,
  ]);
  const { code } = await callWith("run", "--nodes", "1", "--id", "one", "--report-format", "text");
  assertEquals(code, 0);
  const report = Deno.readTextFileSync(`${scratch.path}/.qcgpjm-service-one/jobs.report`);
  assertEquals(report.trimStart().split(/\s/)[0], "long");
  // What was seen in that run counts more than what the file tells.
  const [seen, knownBy] = await plan();
  assertEquals(knownBy, { job: 4, file: 0, command: 0, limit: 0, none: 0 });
  assertEquals(seen.every((ms: number) => ms < 60_000), true);
  const wrong = JSON.stringify({ workflow }).replace(":60", ':"60"');
  Deno.writeTextFileSync(scratch.in("flow.json"), wrong);
  const refused = await callWith("plan");
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.err, 'workflow.execution.tasks[2]: has the text "60" as runtimeInSeconds');
});
