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
  assertStringIncludes(time.err, "--task-time must be a time such as 1h30m");
});
