/**
 * What signals do to the command line and to the tasks that it runs.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  call,
  commandLine,
  type Ended,
  exists,
  findRecords,
  letGo,
  processOf,
  readStates,
  Running,
  shell,
  start,
  untilStarted,
  waitingJob,
  writeJobs,
} from "./support/command_line.ts";
import { readState } from "../../src/deno/local/process_scan.ts";
import { processesWith, until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

/** A run with one job that has ended, one that runs, and one that waits for it; at the moment when it is so. */
async function startThree(scratch: Scratch, before = ":"): Promise<Running> {
  writeJobs(scratch, "jobs.json", [
    { name: "done", execution: { exec: "true" } },
    waitingJob(scratch, "runs", { before }),
    { name: "waits", execution: { exec: "touch", args: ["waits-ran"] }, dependencies: { after: ["runs"] } },
  ]);
  const running = start(["run", "jobs.json", "--nodes", "2", "--grace", "60"], { cwd: scratch.path });
  await untilStarted(scratch, "runs");
  await until(() => readStates(scratch.path)["done"] === "SUCCEED", "the first job has ended");
  return running;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test(`qcgpj run stops its tasks at ${signal}, and a resume runs what was unfinished`, async () => {
    await using scratch = new Scratch();
    const running = await startThree(scratch);
    running.signal(signal);
    const { code, out, err } = await running.ended;
    assertEquals([code, out], [1, ""]);
    assertStringIncludes(err, `${signal}: stopping all tasks`);
    assertStringIncludes(err, `interrupted by ${signal}: 2 jobs are unfinished; go on with: qcgpj run --resume`);
    assertEquals(processesWith(scratch.path), []);
    assertEquals(readStates(scratch.path), { done: "SUCCEED" });
    const { JobStats } = JSON.parse(Deno.readTextFileSync(`${findRecords(scratch.path)}/final_status.json`));
    assertEquals([JobStats.TotalJobs, JobStats.FinishedJobs, JobStats.FailedJobs], [3, 1, 0]);

    Deno.removeSync(scratch.in("started-runs"));
    const resumed = start(["run", "--resume", "."], { cwd: scratch.path });
    await untilStarted(scratch, "runs");
    await letGo(scratch, "runs");
    assertEquals((await resumed.ended).code, 0);
    assertEquals(readStates(scratch.path), { done: "SUCCEED", runs: "SUCCEED", waits: "SUCCEED" });
    assert(exists(scratch.in("waits-ran")));
  });
}

Deno.test("qcgpj run kills tasks that ignore SIGTERM at the second Ctrl-C, without waiting for their grace", async () => {
  await using scratch = new Scratch();
  const running = await startThree(scratch, "trap '' TERM");
  running.signal("SIGINT");
  await until(() => running.err.includes("SIGINT: stopping all tasks; once more kills them at once"), "it is told");
  assert(processOf(scratch, "runs") !== undefined, "the task ignores SIGTERM");
  running.signal("SIGINT");
  const { code, err } = await running.endedSoon();
  assertEquals(code, 1);
  assertStringIncludes(err, "SIGINT: killing all tasks");
  await until(() => processesWith(scratch.path).length === 0, "no process is left");
  assertEquals(readStates(scratch.path), { done: "SUCCEED" });
});

Deno.test("qcgpj run gives a task its grace", async () => {
  await using scratch = new Scratch();
  const running = await startThree(scratch, "trap 'echo > tidied; exit 0' TERM");
  running.signal("SIGTERM");
  assertEquals((await running.ended).code, 1);
  assert(exists(scratch.in("tidied")));
});

Deno.test("qcgpj service ends with 0 at SIGINT as QCG-PilotJob, stops its tasks, and can be resumed", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [waitingJob(scratch, "runs")]);
  const running = start(["service", "--file-path", "jobs.json", "--show-progress"], { cwd: scratch.path });
  await untilStarted(scratch, "runs");
  running.signal("SIGINT");
  const { code, out } = await running.ended;
  assertEquals(code, 0);
  assertMatch(out, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} signal interrupt - stopping service$/m);
  assertEquals([processesWith(scratch.path), exists(`${findRecords(scratch.path)}/final_status.json`)], [[], true]);

  Deno.removeSync(scratch.in("started-runs"));
  const resumed = start(["service", "--resume", "."], { cwd: scratch.path });
  await untilStarted(scratch, "runs");
  await letGo(scratch, "runs");
  assertEquals((await resumed.ended).code, 0);
  assertEquals(readStates(scratch.path), { runs: "SUCCEED" });
});

/** Sends a signal to a run that was started to ignore it, lets its task end, and tells how long the start took. */
async function outlive(signal: "HUP" | "INT"): Promise<Ended & { readonly states: object; readonly startMs: number }> {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [waitingJob(scratch, "runs")]);
  const beganMs = performance.now();
  const child = new Deno.Command("bash", {
    args: ["-c", `trap '' ${signal}; exec "$@"`, "bash", ...commandLine, "run", "jobs.json"],
    cwd: scratch.path,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const running = new Running(child);
  await untilStarted(scratch, "runs");
  const startMs = performance.now() - beganMs;
  running.signal(`SIG${signal}`);
  await letGo(scratch, "runs");
  await running.closeInput();
  return { ...await running.ended, states: readStates(scratch.path), startMs };
}

Deno.test("qcgpj survives the end of its terminal under nohup, and Ctrl-C in the background of a script", async () => {
  for (const signal of ["HUP", "INT"] as const) {
    let ended = await outlive(signal);
    // Where the runtime alone needs half a second to start, it has taken the signal over before a line of ours ran.
    for (let retry = 1; retry <= 10 && ended.code !== 0 && ended.startMs > 500; retry++) ended = await outlive(signal);
    assertEquals([ended.code, ended.states], [0, { runs: "SUCCEED" }], `${signal}: ${ended.out}${ended.err}`);
  }
});

Deno.test("qcgpj run --resume refuses while the first run still lives", async () => {
  await using scratch = new Scratch();
  const running = await startThree(scratch);
  const second = await call(["run", "--resume", "."], { cwd: scratch.path });
  assertEquals(second.code, 2);
  await letGo(scratch, "runs");
  assertEquals((await running.ended).code, 0);
});

Deno.test("qcgpj run survives kill -9 at any moment with --resume", async () => {
  await using scratch = new Scratch();
  const running = await startThree(scratch);
  running.signal("SIGKILL");
  await running.ended;
  Deno.removeSync(scratch.in("started-runs"));
  const resumed = start(["run", "jobs.json", "--resume", "."], { cwd: scratch.path });
  await untilStarted(scratch, "runs");
  await letGo(scratch, "runs");
  assertEquals((await resumed.ended).code, 0);
  assertEquals(readStates(scratch.path), { done: "SUCCEED", runs: "SUCCEED", waits: "SUCCEED" });
});

Deno.test("qcgpj run and each live through SIGUSR1, SIGUSR2 and SIGXCPU, and open no debugger's port", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [waitingJob(scratch, "runs")]);
  const task = 'touch started-each; until [ -e go-each ]; do sleep 0.01; done; echo "$1"';
  for (
    const [name, args] of [["runs", ["run", "jobs.json"]], ["each", ["each", "sh", "-c", task, "sh", ":::", "in"]]]
  ) {
    const running = start(args as string[], { cwd: scratch.path });
    await until(() => exists(scratch.in(`started-${name}`)), "the task runs");
    const heedsFromMs = performance.now() + 700;
    await until(() => performance.now() > heedsFromMs, "the runtime heeds SIGUSR1, half a second after its start");
    // A signal of one kind that waits already is merged with the next, so each is sent once.
    for (const signal of ["SIGUSR1", "SIGUSR2", "SIGXCPU"] as const) running.signal(signal);
    // Signals are heeded in the order of their numbers: what stands still by SIGTSTP has met SIGUSR1 while it ran.
    running.signal("SIGTSTP");
    await until(() => readState(running.pid) === "T", "the program stands still");
    running.signal("SIGCONT");
    await letGo(scratch, name as string);
    const { code, err } = await running.endedSoon();
    assertEquals([code, err.includes("Debugger")], [0, false], err);
  }
});

Deno.test("Commands that follow a run live through SIGUSR1, and open no debugger's port", async () => {
  await using scratch = new Scratch();
  const { execution, ...job } = waitingJob(scratch, "runs", { before: "echo text" }) as { execution: object };
  writeJobs(scratch, "jobs.json", [{ ...job, execution: { ...execution, stdout: "out" } }]);
  const running = start(["run", "jobs.json"], { cwd: scratch.path });
  await untilStarted(scratch, "runs");
  const followers = [["attach", "--events"], ["logs", "-f", "runs"]].map((args) => start(args, { cwd: scratch.path }));
  await until(() => followers.every(({ out }) => out !== ""), "they follow");
  const heedsFromMs = performance.now() + 700;
  await until(() => performance.now() > heedsFromMs, "the runtime heeds SIGUSR1, half a second after its start");
  followers.forEach((follower) => follower.signal("SIGUSR1"));
  await letGo(scratch, "runs");
  for (const { code, err } of await Promise.all([running, ...followers].map((one) => one.endedSoon()))) {
    assertEquals([code, err.includes("Debugger")], [0, false], err);
  }
});

Deno.test("qcgpj run says that a file may not grow, where SIGXFSZ would kill it, and can be resumed", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [{ name: "many", iteration: { stop: 2000 }, execution: { exec: "true" } }]);
  // What Deno keeps for itself is under the limit, too, and Deno heeds no signal before the program begins.
  const line = "ulimit -f 16; export DENO_DIR=/dev/null/none; qcgpj run jobs.json --report-format none";
  const limited = await shell(line, scratch.path);
  assertEquals(limited.code, 1, limited.err);
  assertStringIncludes(limited.err, "the file would be larger than is allowed; raise the limit, then resume the run");
  const { code, err } = await call(["run", "--resume", "."], { cwd: scratch.path });
  assertEquals(code, 0, err);
  assertMatch(err, /1 job: 1 succeeded \(2000 tasks: 2000 succeeded\)/);
});

/**
 * Lets a task with a time limit stand still for longer than that, and ends it then; tells how the run ended, and how long
 * the task did not stand still at most.
 */
async function standStill(limitMs: number) {
  await using scratch = new Scratch();
  const script = "trap '' TERM; echo $BASHPID > pid; until [ -e go ]; do echo >> ticks; sleep 0.02; done";
  writeJobs(scratch, "jobs.json", [
    { name: "ticks", execution: { exec: "bash", args: ["-c", script] }, timeoutMs: limitMs },
    { name: "next", execution: { exec: "true" }, dependencies: { after: ["ticks"] } },
  ]);
  const beganMs = performance.now();
  const running = start(["run", "jobs.json"], { cwd: scratch.path });
  const ticks = () => exists(scratch.in("ticks")) ? Deno.readTextFileSync(scratch.in("ticks")).length : 0;
  await until(() => ticks() > 0, "the task runs");
  running.signal("SIGTSTP");
  const pids = [running.pid, Number(scratch.read("pid"))];
  await until(() => pids.every((pid) => readState(pid) === "T"), "the program and its task stand still");
  const before = ticks();
  const standingMs = limitMs + 200;
  await new Promise((resolve) => setTimeout(resolve, standingMs));
  assertEquals(ticks(), before);
  scratch.write("go", "");
  running.signal("SIGCONT");
  const { code, err } = await running.ended;
  return { code, err, states: readStates(scratch.path), aliveMs: performance.now() - beganMs - standingMs };
}

Deno.test("Ctrl-Z lets the tasks of qcgpj run stand still as well, and their time limits with them", async () => {
  let limitMs = 3000;
  let ended = await standStill(limitMs);
  // A machine that needs as long for the rest proves nothing.
  while (ended.code !== 0 && ended.aliveMs > limitMs && limitMs < 40_000) ended = await standStill(limitMs *= 4);
  assertEquals([ended.code, ended.states], [0, { ticks: "SUCCEED", next: "SUCCEED" }], ended.err);
});
