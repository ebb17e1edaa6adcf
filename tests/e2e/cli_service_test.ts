/**
 * `qcgpj service`: options, files, messages and exit codes of QCG-PilotJob's service.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  call,
  commandLine,
  exists,
  findRecords,
  letGo,
  readReport,
  readStates,
  shell,
  start,
  untilStarted,
  waitingJob,
  writeJobs,
} from "./support/command_line.ts";
import { until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

const yes = { name: "yes", execution: { exec: "true" } };
const no = { name: "no", execution: { exec: "false" } };
const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}`;

Deno.test("qcgpj service runs a file, exits with 0 whatever the jobs did, and leaves QCG-PilotJob's files", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [yes, no]);
  const ended = await call(["service", "--file-path", "jobs.json", "--wd", "work"], { cwd: scratch.path });
  assertEquals(ended, { code: 0, out: "", err: "" });
  const records = findRecords(scratch.in("work"));
  assertEquals([...Deno.readDirSync(records)].map(({ name }) => name).toSorted(), [
    "env.log",
    "final_status.json",
    "jobs.report",
    "journal",
    "journal.copy",
    "service.log",
  ]);
  assertEquals(readStates(scratch.in("work")), { yes: "SUCCEED", no: "FAILED" });
  const log = Deno.readTextFileSync(`${records}/service.log`);
  assertMatch(
    log,
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}: service \S+ version \S+ started .* @ \S+ \(with tags \S+\)$/m,
  );
  assertMatch(log, /: available resources: \d+ \(0 used\) cores on 1 nodes$/m);
  const status = JSON.parse(Deno.readTextFileSync(`${records}/final_status.json`));
  assertEquals(Object.keys(status), ["System", "Resources", "JobStats", "IterationStats"]);
  assertEquals([status.System.Ifaces, status.System.Wd], [["FILE"], Deno.realPathSync(scratch.path)]);
  assertEquals(status.JobStats, {
    TotalJobs: 2,
    InScheduleJobs: 0,
    FailedJobs: 1,
    FinishedJobs: 1,
    ExecutingJobs: 0,
  });
});

Deno.test("qcgpj service takes options cut short, --file alone, and names and tags for the instance", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "qcg_pm_reqs.json", [yes]);
  const args = ["service", "--file", "--id", "me.1", "--tags", "a,b", "--report-for", "text", "--node", "n1:2,n2:3"];
  assertEquals((await call(args, { cwd: scratch.path })).code, 0);
  const records = scratch.in(".qcgpjm-service-me.1");
  const log = Deno.readTextFileSync(`${records}/service.log`);
  assertStringIncludes(log, "(with tags me.1,a,b)");
  assertStringIncludes(log, "available resources: 5 (0 used) cores on 2 nodes");
  assertMatch(Deno.readTextFileSync(`${records}/jobs.report`), /^yes \(SUCCEED\) \n\t/);
});

Deno.test("qcgpj service takes --report-file relative and absolute, and writes none with --report-format none", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [yes]);
  const serve = (wd: string, ...args: string[]) =>
    call(["service", "--file-path", "jobs.json", "--wd", wd, ...args], { cwd: scratch.path });
  assertEquals((await serve("a", "--report-file", "my.report")).code, 0);
  assert(exists(`${findRecords(scratch.in("a"))}/my.report`));
  assertEquals((await serve("b", "--report-file", scratch.in("absolute.report"))).code, 0);
  assertStringIncludes(scratch.read("absolute.report"), '"name": "yes"');
  assertEquals((await serve("c", "--report-format", "none")).code, 0);
  assert(!exists(`${findRecords(scratch.in("c"))}/jobs.report`));
});

Deno.test("qcgpj service --show-progress prints QCG-PilotJob's lines", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [
    { name: "it", iteration: { stop: 2 }, execution: { exec: "true" } },
    { name: "gone", execution: { exec: "/no/such" }, dependencies: { after: ["it"] } },
  ]);
  const { code, out, err } = await call(["service", "--file-path", "jobs.json", "--nodes", "1", "--show-progress"], {
    cwd: scratch.path,
  });
  assertEquals([code, err], [0, ""]);
  const lines = out.trimEnd().split("\n");
  for (const line of lines) assertMatch(line, new RegExp(`^${time} `));
  const told = lines.map((line) => line.replace(new RegExp(`^${time} `), ""));
  // Jobs run as soon as they are taken, so when the interfaces are closed is not tied to them.
  assert(told.includes("all interfaces closed"));
  assertEquals(told.filter((line) => line !== "all interfaces closed"), [
    "starting interfaces ...",
    "executing job it:0 ...",
    "job it:0 finished",
    "executing job it:1 ...",
    "job it:1 finished",
    "failed to start job gone",
    "job gone finished",
    "all iterations in manager stopped/finished",
    "finishing QCG-PilotJob",
  ]);
});

Deno.test("qcgpj service --show-progress goes on when nobody reads the lines", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [{ name: "it", iteration: { stop: 20 }, execution: { exec: "true" } }]);
  const { code, out } = await shell("qcgpj service --file-path jobs.json --show-progress | head -1", scratch.path);
  assertEquals([code, out.split("\n").length, readReport(scratch.path).length], [0, 2, 21]);
});

Deno.test("qcgpj service exits with 1 when it cannot start, in QCG-PilotJob's words, and its log says why", async () => {
  await using scratch = new Scratch();
  scratch.write("broken.json", "[{]");
  scratch.write("object.json", "{}");
  scratch.write("empty.json", "[]");
  await Deno.mkdir(scratch.in("foreign/.qcgpjm-service-vm.1"), { recursive: true });
  scratch.write("foreign/.qcgpjm-service-vm.1/track.reqs", "");
  const wrong: [args: string[], told: string, isLogged: boolean][] = [
    [[], "Error: no interface enabled - finishing", false],
    [["--file-path", "nowhere.json"], "nowhere.json: There is no such file", true],
    [["--file-path", "broken.json"], "Wrong job description: ", true],
    [["--file-path", "object.json"], "Not an array of requests in json file", true],
    [["--resume", "nowhere"], "nowhere: give the directory .qcgpjm-service-… of the run", false],
    [["--resume", "foreign"], "foreign was written by QCG-PilotJob (track.reqs)", false],
    [["--resume", "foreign/.qcgpjm-service-vm.1"], "was written by QCG-PilotJob (track.reqs)", false],
    [["--file-path", "empty.json", "--nodes", "n1:0"], "Option --nodes is wrong", true],
    [["--file-path", "empty.json", "--envschema", "x"], 'environment "x" not available', true],
    [["--file-path", "empty.json", "--report-format", "x"], "Option --report-format must be one of", true],
  ];
  for (const [index, [args, told, isLogged]] of wrong.entries()) {
    const { code, out, err } = await call(["service", ...args, "--wd", `${index}`], { cwd: scratch.path });
    assertEquals([args, code, out], [args, 1, ""]);
    assertStringIncludes(err, told);
    assert(!err.includes("    at "), err);
    if (isLogged) {
      assertStringIncludes(Deno.readTextFileSync(`${findRecords(scratch.in(`${index}`))}/service.log`), told);
    } else assertEquals([...Deno.readDirSync(scratch.path)].filter(({ name }) => name === `${index}`), []);
  }
});

Deno.test("qcgpj service exits with 2 for wrong options", async () => {
  for (const args of [["--nope"], ["--file-path"], ["--log", "loud"], ["--net-port", "70000"], ["jobs.json"]]) {
    const { code, out } = await call(["service", ...args]);
    assertEquals([args, code, out], [args, 2, ""]);
  }
});

Deno.test("qcgpj service names the options that have no effect yet, in its log too, and goes on", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [yes]);
  const args = ["service", "--file-path", "jobs.json", "--parent", "tcp://a:1", "--governor"];
  const { code, err } = await call(args, { cwd: scratch.path });
  assertEquals([code, readStates(scratch.path)], [0, { yes: "SUCCEED" }]);
  const log = Deno.readTextFileSync(`${findRecords(scratch.path)}/service.log`);
  for (const option of ["--parent", "--governor"]) {
    assertStringIncludes(err, `qcgpj service: ${option} is accepted, but has no effect`);
    assertStringIncludes(log, `${option} is accepted, but has no effect`);
  }
});

Deno.test("qcgpj service says which options need an allocation of Slurm, and goes on", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [yes]);
  const args = ["service", "--file-path", "jobs.json", "--nl-init-timeout", "5", "--disable-nl"];
  const { code, err } = await call(args, { cwd: scratch.path });
  const sentence = "--disable-nl, --nl-init-timeout have no effect: no allocation of Slurm is used";
  assertEquals([code, err], [0, `qcgpj service: ${sentence}\n`]);
});

interface SeenProcesses {
  readonly node: string;
  // deno-lint-ignore no-explicit-any -- A test looks into whatever was seen.
  readonly pids: Readonly<Record<string, any>>;
}

/** What is seen of a task that sleeps for so long. */
async function seenOfTask(seconds: string): Promise<SeenProcesses> {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [{ name: "a", execution: { exec: "sh", args: ["-c", `sleep ${seconds}; true`] } }]);
  const { code, err } = await call(["service", "--file-path", "jobs.json", "--enable-proc-stats"], {
    cwd: scratch.path,
  });
  assertEquals([code, err], [0, ""]);
  const [name] = [...Deno.readDirSync(scratch.path)].map(({ name }) => name).filter((name) => /^ptrace_/.test(name));
  assertMatch(name!, /^ptrace_.+_\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}_\d+\.log$/);
  return JSON.parse(scratch.read(name!));
}

Deno.test("qcgpj service --enable-proc-stats writes what is seen of the processes of tasks, as a tree", async () => {
  let seconds = 1.5;
  let seen = await seenOfTask(`${seconds}`);
  // There is a look once a second, and on a loaded machine now and then none in time.
  const isWhole = () => Object.values(seen.pids).some(({ name }) => name === "sleep");
  while (!isWhole() && seconds < 30) seen = await seenOfTask(`${seconds *= 4}`);
  const { node, pids } = seen;
  const shell = Object.values(pids).find(({ name }) => name === "sh");
  assertEquals(shell.node, node);
  const child = pids[shell.childs[0]];
  assertEquals([child.cmdline, child.parent_name], [["sleep", `${seconds}`], "sh"]);
  assert(child.memory_info[0] > 0 && child.cpu_affinity.length > 0 && child.cpu_times.length === 5, child);
  assertEquals(Object.keys(pids).length, 2, "nothing of our own");
});

Deno.test("qcgpj service writes no env.log where Deno does not show it the variables", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [{ name: "a", execution: { exec: "true" } }]);
  const words = commandLine.flatMap((word) => word === "-A" ? ["--allow-run", "--allow-read", "--allow-write"] : word);
  const args = [...words.slice(1), "service", "--file-path", "jobs.json"];
  const { code, stderr } = await new Deno.Command(words[0]!, { args, cwd: scratch.path }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  assertEquals(readStates(scratch.path), { a: "SUCCEED" });
});

Deno.test("qcgpj service keeps the values of variables out of env.log, and the file to its owner", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [yes]);
  const env = { MY_TOKEN: "s3cr3t-väl" };
  assertEquals((await call(["service", "--file-path", "jobs.json"], { cwd: scratch.path, env })).code, 0);
  const path = `${findRecords(scratch.path)}/env.log`;
  assertStringIncludes(Deno.readTextFileSync(path), "MY_TOKEN=[10 characters]\n");
  for (const { name } of Deno.readDirSync(findRecords(scratch.path))) {
    assert(!Deno.readTextFileSync(`${findRecords(scratch.path)}/${name}`).includes("s3cr3t"), name);
  }
  assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
});

Deno.test("qcgpj service writes the report through, so that a kill loses none of it", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [yes, no, waitingJob(scratch, "runs")]);
  const running = start(["service", "--file-path", "jobs.json", "--nodes", "3"], { cwd: scratch.path });
  await untilStarted(scratch, "runs");
  await until(() => readReport(scratch.path).length === 2, "the first two jobs are reported");
  running.signal("SIGKILL");
  await running.ended;
  assertEquals(readStates(scratch.path), { yes: "SUCCEED", no: "FAILED" });

  Deno.removeSync(scratch.in("started-runs"));
  const resumed = start(["service", "--resume", ".", "--show-progress"], { cwd: scratch.path });
  await untilStarted(scratch, "runs");
  await letGo(scratch, "runs");
  const { code, out } = await resumed.ended;
  assertEquals(code, 0);
  const records = findRecords(Deno.realPathSync(scratch.path));
  assertEquals(out.split("\n").slice(0, 4), [
    `resuming computations with QCG-PilotJob auxiliary directory from ${records} ...`,
    "read 3 previous job descriptions",
    "read 2 job/iteration previous states",
    "enqueing 1 jobs to scheduler",
  ]);
  assertEquals(readStates(scratch.path), { yes: "SUCCEED", no: "FAILED", runs: "SUCCEED" });
});

Deno.test("qcgpj service runs what stands behind a refused request, a finish and a control in its file", async () => {
  await using scratch = new Scratch();
  const submit = (name: string) => ({ request: "submit", jobs: [{ name, execution: { exec: "true" } }] });
  const requests = [
    { request: "dance" },
    null,
    submit("a"),
    { request: "control", command: "finishAfterAllTasksDone" },
    submit("b"),
    { request: "finish" },
    submit("c"),
  ];
  scratch.write("jobs.json", JSON.stringify(requests));
  const { code } = await call(["service", "--file-path", "jobs.json"], { cwd: scratch.path });
  assertEquals([code, readStates(scratch.path)], [0, { a: "SUCCEED", b: "SUCCEED", c: "SUCCEED" }]);
  const log = Deno.readTextFileSync(`${findRecords(scratch.path)}/service.log`);
  assertStringIncludes(log, "request ? refused: Invalid request: Unknown request name: dance");
});
