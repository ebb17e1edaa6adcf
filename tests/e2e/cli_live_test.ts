/**
 * Asking a live run from another terminal: its socket, and the commands that go through it.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  call,
  exists,
  findRecords,
  letGo,
  start,
  startAtTerminal,
  untilKnown,
  untilStarted,
  waitingJob,
  writeJobs,
} from "./support/command_line.ts";
import { until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

/** A job that runs until it is let go, and one that waits for its only core. */
async function startRun(scratch: Scratch, args: readonly string[] = []) {
  writeJobs(scratch, "jobs.json", [waitingJob(scratch, "runs"), { name: "next", execution: { exec: "true" } }]);
  const running = start(["run", "jobs.json", "--nodes", "n1:1", ...args], { cwd: scratch.path });
  await untilStarted(scratch, "runs");
  await untilKnown(scratch.path);
  return running;
}

Deno.test("qcgpj status, tasks and logs -f look at a run while it lives", async () => {
  await using scratch = new Scratch();
  const script = "echo begun; while [ ! -e go ]; do sleep 0.02; done; echo over";
  writeJobs(scratch, "jobs.json", [{ name: "a", execution: { exec: "sh", args: ["-c", script], stdout: "out" } }]);
  const running = start(["run", "jobs.json", "--nodes", "n1:1"], { cwd: scratch.path });
  const file = `${scratch.path}/out`;
  await until(() => exists(scratch.in("out")) && Deno.readTextFileSync(file) === "begun\n", "the task writes");
  await untilKnown(scratch.path);
  const status = JSON.parse((await call(["status", "--json"], { cwd: scratch.path })).out);
  assertEquals([status.liveness, status.processId, status.counts.EXECUTING], ["alive", running.pid, 1]);
  assertEquals([status.cores, status.coresInUse], [1, 1]);
  const { code, err } = await call(["processes", "tree", "a"], { cwd: scratch.path });
  assertEquals(code, 1);
  assertStringIncludes(err, "a run with --enable-proc-stats writes it at its end, and this one lives\n");
  const following = start(["logs", "-f", "a"], { cwd: scratch.path });
  await until(() => following.out === "begun\n", "what was written is shown");
  scratch.write("go", "");
  assertEquals((await following.ended).out, "begun\nover\n");
  assertEquals((await running.ended).code, 0);
});

Deno.test("qcgpj logs -f says of a task without files that there is nothing to follow, and what to do", async () => {
  await using scratch = new Scratch();
  const running = await startRun(scratch);
  const logs = (...args: string[]) => call(["logs", ...args], { cwd: scratch.path });
  const advice = "so there is nothing to follow until the end, and then only the last words, and those of a failure; " +
    'to see it while it runs, give the job a file for "stdout" and "stderr", or "capture": "both"\n';
  assertEquals(await logs("-f", "runs"), {
    code: 1,
    out: "",
    err: `qcgpj logs: runs writes to no file, ${advice}`,
  });
  assertStringIncludes((await logs("-f", "--all")).err, "runs and 1 other write to no file, ");
  assertStringIncludes(
    (await logs("runs", "--stderr")).err,
    "by its stderr, so there is nothing to show until the end",
  );
  await letGo(scratch, "runs");
  assertEquals((await running.ended).code, 0);
  assertStringIncludes((await logs("-f", "runs")).err, "runs wrote to no file, and no end of it is on record\n");
});

Deno.test("the socket of a run is its user's alone, and goes with the run", async () => {
  await using scratch = new Scratch();
  const running = await startRun(scratch);
  const folder = findRecords(scratch.path);
  const modes = ["door", "door/socket"].map((name) => (Deno.statSync(`${folder}/${name}`).mode! & 0o777).toString(8));
  assertEquals(modes, ["700", "600"]);
  await letGo(scratch, "runs");
  assertEquals((await running.ended).code, 0);
  assertEquals([...Deno.readDirSync(folder)].some(({ name }) => name === "door"), false);
  const late = await call(["pause"], { cwd: scratch.path });
  assertEquals(late.code, 2);
  assertMatch(late.err, /^qcgpj pause: The run .* has ended; look at it by qcgpj status /);
});

Deno.test("qcgpj pause starts nothing more until qcgpj continue; submit, cancel and finish act on the run", async () => {
  await using scratch = new Scratch();
  const running = await startRun(scratch);
  const ask = (...args: string[]) => call(args, { cwd: scratch.path });
  assertEquals((await ask("continue")).code, 1);
  assertEquals((await ask("pause")).out, "paused; 1 task still runs\n");
  await letGo(scratch, "runs");
  const states = async () => {
    const { out } = await ask("tasks", "--json");
    return Object.fromEntries(JSON.parse(out).map(({ name, state }: Record<string, string>) => [name, state]));
  };
  for (let known = await states(); known["runs"] !== "SUCCEED"; known = await states());
  writeJobs(scratch, "more.json", [{ name: "b", execution: { exec: "true" } }, {
    name: "c",
    execution: { exec: "true" },
  }]);
  assertEquals((await ask("submit", "more.json")).out, "submitted 2 jobs\n");
  assertStringIncludes((await ask("submit", "more.json")).err, 'qcgpj submit: Job "b" already exists: remove');
  const nobody = await ask("cancel", "nobody");
  assertEquals([nobody.code, nobody.out], [1, ""]);
  const canceled = await ask("cancel", "c", "nobody");
  assertEquals([canceled.code, canceled.out], [1, "canceling 1 name\n"]);
  assertStringIncludes(canceled.err, "Job 'nobody' doesn't exist");
  assertEquals(await states(), { runs: "SUCCEED", next: "QUEUED", b: "QUEUED", c: "CANCELED" });
  assertEquals((await ask("continue")).code, 0);
  const { code, err } = await running.ended;
  assertEquals(code, 1);
  assertMatch(err, /^4 jobs: 3 succeeded, 1 canceled in /m);
});

Deno.test("qcgpj set lets a job of a live run start before others, and says what it could not set", async () => {
  await using scratch = new Scratch();
  const jobs = ["b", "c"].map((name) => ({ name, execution: { script: `echo ${name} >> ${scratch.path}/order` } }));
  writeJobs(scratch, "jobs.json", [waitingJob(scratch, "runs"), ...jobs]);
  const running = start(["run", "jobs.json", "--nodes", "n1:1"], { cwd: scratch.path });
  await untilStarted(scratch, "runs");
  const set = (...args: string[]) => call(["set", ...args], { cwd: scratch.path });
  const { code, out, err } = await set("c", "nobody", "--priority", "5");
  assertEquals([code, out], [1, "set 1 job\n"]);
  assertStringIncludes(err, "qcgpj set: Job 'nobody' doesn't exist");
  for (const args of [["c"], ["--priority", "1"], ["c", "--priority", "1.5"]]) {
    assertEquals((await set(...args)).code, 2, args.join(" "));
  }
  await letGo(scratch, "runs");
  assertEquals((await running.ended).code, 0);
  assertEquals(Deno.readTextFileSync(`${scratch.path}/order`), "c\nb\n");
});

Deno.test("qcgpj pause --stop stops the processes of tasks, and continue lets them go on", async () => {
  await using scratch = new Scratch();
  const running = await startRun(scratch);
  const { running: [task], stopped } =
    JSON.parse((await call(["pause", "--stop", "--json"], { cwd: scratch.path })).out).data;
  assertEquals([stopped, task.name], [1, "runs"]);
  const stateOf = () => Deno.readTextFileSync(`/proc/${task.pid}/stat`).split(") ").at(-1)![0];
  await until(() => stateOf() === "T", "the process is stopped");
  assertEquals((await call(["continue"], { cwd: scratch.path })).code, 0);
  await until(() => stateOf() !== "T", "the process goes on");
  await letGo(scratch, "runs");
  assertEquals((await running.ended).code, 0);
});

Deno.test("qcgpj explain asks the scheduler why a task waits, and set gives it another priority", async () => {
  await using scratch = new Scratch();
  const wide = { name: "wide", execution: { exec: "true" }, resources: { numCores: { exact: 2 } } };
  const late = { name: "late", execution: { exec: "true" }, dependencies: { after: ["wide"] } };
  writeJobs(scratch, "jobs.json", [waitingJob(scratch, "runs"), waitingJob(scratch, "holds")]);
  // What others wait for would start before the two.
  writeJobs(scratch, "more.json", [wide, late]);
  const running = start(["run", "jobs.json", "--nodes", "n1:2"], { cwd: scratch.path });
  await untilStarted(scratch, "runs");
  await untilStarted(scratch, "holds");
  const ask = (...args: string[]) => call(args, { cwd: scratch.path });
  assertEquals((await ask("submit", "more.json")).code, 0);
  const { out } = await ask("explain", "wide", "late");
  assertMatch(out, /^wide: waits for resources\n +needs +2 cores; free now 0 of 2 cores\n/);
  assertMatch(out, /\n +sooner if runs, holds end\n/);
  assertMatch(out, /\nlate: waits for others: wide \(QUEUED\)\n/);
  assertEquals((await ask("set", "wide", "--priority", "7")).out, "set 1 job\n");
  assertEquals((await ask("explain", "nobody")).code, 1);
  for (const name of ["runs", "holds"]) await letGo(scratch, name);
  assertEquals((await running.ended).code, 0);
  const dead = await ask("explain", "wide");
  assertEquals([dead.code, dead.out], [0, "wide: is SUCCEED; the run: ended\n"]);
});

Deno.test("qcgpj finish --now ends a run that is paused", async () => {
  await using scratch = new Scratch();
  const running = await startRun(scratch);
  await call(["pause"], { cwd: scratch.path });
  assertEquals((await call(["finish", "--now"], { cwd: scratch.path })).out, "the run ends\n");
  const { code, err } = await running.ended;
  assertEquals(code, 1);
  assertStringIncludes(err, "2 jobs: 2 canceled in ");
});

Deno.test("qcgpj attach shows progress and leaves the run alone; --events prints all events, or from a number on", async () => {
  await using scratch = new Scratch();
  const running = await startRun(scratch);
  const attached = startAtTerminal(["attach"], scratch.path);
  const from = start(["attach", "--events", "--from", "3"], { cwd: scratch.path });
  const events = start(["attach", "--events"], { cwd: scratch.path });
  const left = startAtTerminal(["attach"], scratch.path);
  await until(() => events.out.includes("taskStarted") && from.out.includes("taskScheduled"), "events are told");
  // A run that has ended can be attached to no more, so each is let see it before.
  const progress = "0/2, 0%, 1 running, 1 waiting";
  await until(() => [attached, left].every(({ out }) => out.includes(progress)), "progress is shown");
  await left.write("\x03");
  assert(!(await left.ended).out.includes("the run has ended"));
  await letGo(scratch, "runs");
  assertEquals((await running.ended).code, 0);
  assertStringIncludes((await attached.ended).out, "the run has ended\r\n");
  const told = (await events.ended).out.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(told.map(({ number }) => number), told.map((_, index) => index + 1));
  assertEquals([told[0].event, told.at(-1).event], ["jobSubmitted", "runFinished"]);
  assertEquals((await from.ended).out, told.slice(2).map((event) => `${JSON.stringify(event)}\n`).join(""));
});

Deno.test("a long path, a stale socket and a folder that cannot be made keep no run from its end", async () => {
  await using scratch = new Scratch();
  const deep = `${scratch.path}/${"long".repeat(20)}/${"deep".repeat(20)}`;
  Deno.mkdirSync(deep, { recursive: true });
  Deno.writeTextFileSync(`${deep}/jobs.json`, JSON.stringify([waitingJob(scratch, "runs")]));
  Deno.mkdirSync(`${deep}/.qcgpjm-service-x/door`, { recursive: true });
  Deno.writeTextFileSync(`${deep}/.qcgpjm-service-x/door/socket`, "stale");
  const running = start(["run", "jobs.json", "--id", "x"], { cwd: deep });
  await untilStarted(scratch, "runs");
  await untilKnown(deep);
  assertEquals((await call(["pause"], { cwd: deep })).out, "paused; 1 task still runs\n");
  assertEquals((await call(["continue", "-C", deep], { cwd: scratch.path })).code, 0);
  await letGo(scratch, "runs");
  assertEquals((await running.ended).code, 0);

  scratch.write("jobs.json", JSON.stringify([{ name: "a", execution: { exec: "true" } }]));
  Deno.mkdirSync(`${scratch.path}/.qcgpjm-service-y`);
  scratch.write(".qcgpjm-service-y/door", "no folder");
  const { code, err } = await call(["run", "jobs.json", "--id", "y"], { cwd: scratch.path });
  assertEquals(code, 0);
  assert(err.includes("the run cannot be asked by other commands"), err);
});

Deno.test("qcgpj each --run can be asked and paused, and takes no jobs", async () => {
  await using scratch = new Scratch();
  const line = [
    "each",
    "--run",
    "sweep",
    "--jobs",
    "1",
    "sh",
    "-c",
    "touch $0.on; while [ ! -e $0.go ]; do sleep 0.02; done",
  ];
  const running = start([...line, ":::", "a", "b"], { cwd: scratch.path });
  await until(() => exists(scratch.in("a.on")), "the first task runs");
  await untilKnown(scratch.in("sweep"));
  const ask = (...args: string[]) => call([...args, "-C", "sweep"], { cwd: scratch.path });
  assertEquals((await ask("pause")).out, "paused; 1 task still runs\n");
  writeJobs(scratch, "more.json", [{ name: "x", execution: { exec: "true" } }]);
  const refused = await ask("submit", "more.json");
  assertEquals([refused.code, refused.err], [1, "qcgpj submit: A sweep takes no jobs but its own\n"]);
  scratch.write("a.go", "");
  scratch.write("b.go", "");
  assertEquals((await ask("continue")).code, 0);
  assertEquals((await running.ended).code, 0);
  const { counts } = JSON.parse((await ask("status", "--json")).out);
  assertEquals(counts.SUCCEED, 2);
});
