/**
 * `qcgpj run FILE` as a user runs it: what it says, where, with which exit code, and what it leaves behind.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  call,
  exists,
  findRecords,
  listRecords,
  readReport,
  readStates,
  shell,
  writeJobs,
} from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

const yes = { name: "yes", execution: { exec: "true" } };
const no = { name: "no", execution: { exec: "false" } };

Deno.test("qcgpj run exits with 0 when all succeeded, and writes nothing to standard output", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [yes, { name: "it", iteration: { stop: 3 }, execution: { exec: "true" } }]);
  const { code, out, err } = await call(["run", "jobs.json"], { cwd: scratch.path });
  assertEquals([code, out], [0, ""]);
  assertMatch(err, /^2 jobs: 2 succeeded \(4 tasks: 4 succeeded\) in \d+\.\d s\nrecords: \S+\n$/);
  assertStringIncludes(err, findRecords(scratch.path));
  assertEquals(readReport(scratch.path).length, 5);
});

Deno.test("qcgpj run exits with 1 when some did not succeed, and says which and why", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [
    yes,
    no,
    { name: "gone", execution: { exec: "/no/such/program" } },
    { name: "after", execution: { exec: "true" }, dependencies: { after: ["no"] } },
    { name: "it", iteration: { start: 4, stop: 6 }, execution: { exec: "test", args: ["${it}", "-eq", "4"] } },
  ]);
  const { code, out, err } = await call(["run", "jobs.json", "--nodes", "1"], { cwd: scratch.path });
  assertEquals([code, out], [1, ""]);
  assertMatch(err, /^5 jobs: 1 succeeded, 3 failed, 1 omitted \(6 tasks: 2 succeeded, 3 failed, 1 omitted\) in /);
  assertStringIncludes(err, "FAILED   2 tasks: exit code 1\n         no it:5\n");
  assertStringIncludes(err, 'FAILED   gone: program "/no/such/program" does not exist');
  assertStringIncludes(err, 'OMITTED  after: job "no" did not succeed');
});

Deno.test("qcgpj run takes requests, one request, one job, an array of jobs, and an object with jobs", async () => {
  await using scratch = new Scratch();
  const forms = [
    [{ request: "submit", jobs: [yes] }, { request: "control", command: "finishAfterAllTasksDone" }],
    { request: "submit", jobs: [yes] },
    yes,
    [yes, { ...yes, name: "other" }],
    { jobs: [yes] },
  ];
  const codes = await Promise.all(forms.map(async (form, i) => {
    scratch.write(`${i}.json`, JSON.stringify(form));
    const { code } = await call(["run", `${i}.json`, "--wd", `${i}`], { cwd: scratch.path });
    return [code, readStates(scratch.in(`${i}`))["yes"]];
  }));
  assertEquals(codes, forms.map(() => [0, "SUCCEED"]));
});

Deno.test("qcgpj run exits with 2 for a file with a fault in it, tells line, column and path, and runs nothing", async () => {
  await using scratch = new Scratch();
  const touch = '{"name": "touch", "execution": {"exec": "touch", "args": ["ran"]}}';
  const faults: [name: string, text: string, told: RegExp][] = [
    ["comma", `[\n  ${touch},\n]`, /^qcgpj run: comma:2:\d+: no comma may stand before "\]"\n$/],
    ["quotes", "[\n  {'name': 1}]", /^qcgpj run: quotes:2:4: \[0\]: keys are written in double quotes\n$/],
    [
      "args",
      `[${touch},\n {"name": "b",\n  "execution": {"exec": "true", "args": "x"}}]`,
      /^qcgpj run: args:3:33: \[1\]\.execution\.args: must be an array.* \(job "b"\)$/m,
    ],
    [
      "key",
      `[{"request": "submit", "jobs": [${touch},\n {"name": "b", "exection": {}}]}]`,
      /^qcgpj run: key:2:16: \[0\]\.jobs\[1\]\.exection: .*did you mean "execution"/,
    ],
    ["twice", `[${touch},\n${touch}]`, /^qcgpj run: twice:2:2: \[1\]\.name: Job "touch" already exists/],
    ["request", `[{"request": "sumbit"}]`, /^qcgpj run: request:1:2: \[0\]: .*Unknown request name: sumbit/],
    [
      "after",
      `[${touch}, {"name": "b", "execution": {"exec": "true"},\n "dependencies": {"after": ["touhc"]}}]`,
      /^qcgpj run: after:2:29: \[1\]\.dependencies\.after\[0\]: .*"touhc".*did you mean "touch"/,
    ],
    [
      "wide",
      `{"name": "w", "execution": {"exec": "true"}, "resources": {"numCores": 9}}`,
      /Not enough resources.*9 cores/,
    ],
    ["none", "3", /^qcgpj run: none:1:1: The file holds the number 3/],
  ];
  for (const [name, text, told] of faults) {
    scratch.write(name, text);
    const { code, out, err } = await call(["run", name, "--nodes", "2"], { cwd: scratch.path });
    assertEquals([name, code, out], [name, 2, ""]);
    assertMatch(err, told);
    assertEquals([exists(scratch.in("ran")), listRecords(scratch.path)], [false, []], name);
  }
});

Deno.test("qcgpj run tells all faults of a file at once", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [{ name: "a" }, { name: "b:c", execution: { exec: "true" } }, { execution: {} }]);
  const { code, err } = await call(["run", "jobs.json"], { cwd: scratch.path });
  assertEquals([code, err.trimEnd().split("\n").length], [2, 4]);
});

Deno.test("qcgpj run exits with 2 for wrong usage, and says what would be right", async () => {
  await using scratch = new Scratch();
  scratch.write("file", "");
  writeJobs(scratch, "jobs.json", [yes]);
  const wrong: [args: string[], told: string][] = [
    [[], "request file is missing"],
    [["nowhere.json"], "nowhere.json: There is no such file"],
    [["."], ".: It is a folder; name a file"],
    [["jobs.json", "--nodse", "2"], 'did you mean "--nodes"?'],
    [["jobs.json", "--nodes", "n1:0"], "Option --nodes is wrong"],
    [["jobs.json", "more.json"], "only one request file"],
    [["jobs.json", "--durability", "forever"], "must be one of memory, process, power"],
    [["jobs.json", "--resume", "."], "There is no run to go on with in "],
    [["--resume", ".", "--durability", "memory"], "cannot be used with --resume"],
    [["jobs.json", "--events"], "needs the file -"],
    [["jobs.json", "--wd", "file"], "a part of the path is not a folder"],
  ];
  for (const [args, told] of wrong) {
    const { code, out, err } = await call(["run", ...args], { cwd: scratch.path });
    assertEquals([args, code, out], [args, 2, ""]);
    assertStringIncludes(err, told);
  }
});

Deno.test("qcgpj run --quiet says nothing when all is well, and a summary when not", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "good.json", [yes]);
  writeJobs(scratch, "bad.json", [no]);
  assertEquals(await call(["run", "-q", "good.json"], { cwd: scratch.path }), { code: 0, out: "", err: "" });
  const { code, err } = await call(["run", "--quiet", "bad.json"], { cwd: scratch.path });
  assertEquals(code, 1);
  assertStringIncludes(err, "1 job: 1 failed");
});

Deno.test("qcgpj run --durability memory keeps no records", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [yes]);
  const { code, err } = await call(["run", "jobs.json", "--durability", "memory"], { cwd: scratch.path });
  assertEquals([code, listRecords(scratch.path)], [0, []]);
  assert(!err.includes("records:"), err);
});

Deno.test("qcgpj run --resume runs what is new in the file, and leaves out what the earlier run knows", async () => {
  await using scratch = new Scratch();
  const append = { name: "append", execution: { exec: "bash", args: ["-c", "echo x >> appended"] } };
  writeJobs(scratch, "jobs.json", [append]);
  assertEquals((await call(["run", "jobs.json"], { cwd: scratch.path })).code, 0);
  writeJobs(scratch, "jobs.json", [append, { ...append, name: "again" }]);
  const { code, err } = await call(["run", "jobs.json", "--resume", "."], { cwd: scratch.path });
  assertEquals([code, scratch.read("appended")], [0, "x\nx\n"]);
  assertStringIncludes(err, "2 jobs: 2 succeeded");
  // Another job of a known name is another matter.
  writeJobs(scratch, "jobs.json", [{ ...append, execution: { exec: "true" } }]);
  const changed = await call(["run", "jobs.json", "--resume", "."], { cwd: scratch.path });
  assertEquals(changed.code, 1);
  assertStringIncludes(changed.err, 'Job "append" has another definition than in the run that is resumed');
});

Deno.test("qcgpj run --resume gives submits the numbers that they had, though those before are left out", async () => {
  await using scratch = new Scratch();
  const submit = () => ({
    request: "submit",
    jobs: [{ name: "j${rcnt}", execution: { exec: "touch", args: ["${jname}"] } }],
  });
  scratch.write("jobs.json", JSON.stringify([submit()]));
  assertEquals((await call(["run", "jobs.json"], { cwd: scratch.path })).code, 0);
  scratch.write("jobs.json", JSON.stringify([submit(), submit()]));
  assertEquals((await call(["run", "jobs.json", "--resume", "."], { cwd: scratch.path })).code, 0);
  assertEquals(readStates(scratch.path), { j1: "SUCCEED", j2: "SUCCEED" });
});

Deno.test("qcgpj run --resume goes on where the run worked, unless --wd says otherwise", async () => {
  await using scratch = new Scratch();
  const touch = (name: string) => ({ name, execution: { exec: "touch", args: [name] } });
  writeJobs(scratch, "jobs.json", [touch("a")]);
  assertEquals((await call(["run", "jobs.json", "--wd", "work"], { cwd: scratch.path })).code, 0);
  const resume = async (name: string, args: string[]) => {
    writeJobs(scratch, "jobs.json", [touch(name)]);
    assertEquals((await call(["run", "jobs.json", "--resume", "work", ...args], { cwd: scratch.path })).code, 0);
  };
  await resume("b", []);
  await resume("c", ["--wd", "."]);
  const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
  const files = names(`${scratch.path}/work`).filter((name) => name.length === 1);
  assertEquals([files, names(scratch.path)], [["a", "b"], ["c", "jobs.json", "work"]]);
});

Deno.test("qcgpj run --resume of a finished run, by its id, runs nothing again and tells how it went", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [yes, no]);
  assertEquals((await call(["run", "jobs.json"], { cwd: scratch.path })).code, 1);
  const id = findRecords(scratch.path).split("service-")[1]!;
  const { code, err } = await call(["run", "--resume", id], { cwd: scratch.path });
  assertEquals(code, 1);
  assertStringIncludes(err, "2 jobs: 1 succeeded, 1 failed");
  assertStringIncludes(err, "FAILED   no: exit code 1");
  assertEquals(readReport(scratch.path).length, 2);
});

Deno.test("qcgpj run goes on when nobody reads what it says", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [{ name: "late", execution: { script: "sleep 0.2; touch ran" } }]);
  const { code } = await shell("qcgpj run jobs.json 2>&1 | true", scratch.path);
  assertEquals([code, exists(scratch.in("ran"))], [0, true]);
});

Deno.test("qcgpj run gives variables, working directory, nodes and a reserved core to tasks", async () => {
  await using scratch = new Scratch();
  const script = 'echo "$QCG_PM_NODELIST $QCG_PM_NPROCS ${SLURM_NODELIST:-none} $(pwd)"';
  writeJobs(scratch, "jobs.json", [{
    name: "who",
    execution: { exec: "bash", args: ["-c", script], stdout: "who.out" },
    resources: { numCores: 2 },
  }]);
  const args = ["run", "jobs.json", "--nodes", "a:2,b:2", "--system-core", "--wd", "deep/down", "--envschema", "slurm"];
  assertEquals((await call(args, { cwd: scratch.path })).code, 0);
  const wd = Deno.realPathSync(scratch.in("deep/down"));
  assertEquals(Deno.readTextFileSync(`${wd}/who.out`), `b 2 b ${wd}\n`);
});
