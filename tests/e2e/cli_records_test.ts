/**
 * Records that cannot be written: the jobs go on, it is told once, what is missing is written when that works again,
 * and the end says what is missing.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { call, findRecords, letGo, start, untilStarted, waitingJob, writeJobs } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

const jobs: readonly object[] = [
  { name: "many", iteration: { stop: 3 }, execution: { exec: "true" } },
  { name: "after", execution: { exec: "true" }, dependencies: { after: ["many"] } },
];
const goesOn = "; the jobs go on, and what is missing is written when that works again\n";
const submit = (...jobs: readonly object[]): string => `${JSON.stringify({ request: "submit", jobs })}\n`;

function statesOf(report: string): string[] {
  return report.trim().split("\n").map((line) => JSON.parse(line)).map(({ name, state }) => `${name} ${state}`);
}

const states = ["many:0 SUCCEED", "many:1 SUCCEED", "many:2 SUCCEED", "many SUCCEED", "after SUCCEED"];

Deno.test("qcgpj run runs its jobs to their end when the report is full, tells it, and the journal has it", async () => {
  await using scratch = new Scratch();
  const file = writeJobs(scratch, "jobs.json", jobs);
  const wd = scratch.in("wd");
  const { code, err } = await call(["run", file, "--wd", wd, "--nodes", "1", "--report-file", "/dev/full"]);
  assertEquals(code, 1);
  const complaint = "qcgpj run: Cannot write the job report /dev/full: no space is left on the device";
  assertStringIncludes(err, `${complaint}${goesOn}`);
  assertStringIncludes(err, `${complaint}; at the end it lacks 5 records, which the journal has: qcgpj journal report`);
  assertEquals(err.split(complaint).length, 3, "told when it begins and at the end, and not for every record");
  assertStringIncludes(err, "2 jobs: 2 succeeded (4 tasks: 4 succeeded)");
  const log = Deno.readTextFileSync(`${findRecords(wd)}/service.log`);
  assertStringIncludes(log, "Cannot write the job report /dev/full");
  assertStringIncludes(log, "it lacks 5 records");
  assert(Deno.statSync("/dev/full").isCharDevice, "a device is not replaced by a file");
  const again = await call(["journal", "report", findRecords(wd)]);
  assertEquals([again.code, statesOf(again.out), again.err], [0, states, ""]);
});

Deno.test("qcgpj run runs its jobs when a directory stands in the place of the report, and exits with 1", async () => {
  await using scratch = new Scratch();
  const file = writeJobs(scratch, "jobs.json", jobs);
  const wd = scratch.in("wd");
  const { code, err } = await call(["run", file, "--wd", wd, "--nodes", "1", "--report-file", scratch.path]);
  assertEquals(code, 1);
  assertStringIncludes(
    err,
    `Cannot open the job report ${scratch.path}: it is a folder; give the path of a file${goesOn}`,
  );
  assertStringIncludes(err, "it lacks 5 records");
  assertStringIncludes(err, "2 jobs: 2 succeeded");
});

Deno.test("qcgpj run runs its jobs when the log is full, exits with 0, and says what the log lacks", async () => {
  await using scratch = new Scratch();
  const file = writeJobs(scratch, "jobs.json", jobs);
  const folder = scratch.in("wd/.qcgpjm-service-x");
  Deno.mkdirSync(folder, { recursive: true });
  Deno.symlinkSync("/dev/full", `${folder}/service.log`);
  const { code, err } = await call(["run", file, "--wd", scratch.in("wd"), "--nodes", "1", "--id", "x"]);
  assertEquals(code, 0);
  assertStringIncludes(err, `Cannot write the log ${folder}/service.log: no space is left on the device${goesOn}`);
  assertMatch(err, /service\.log: no space is left on the device; at the end it lacks \d+ messages\n/);
  assertEquals(statesOf(Deno.readTextFileSync(`${folder}/jobs.report`)), states);
});

Deno.test("qcgpj run without records has no report that could fail", async () => {
  await using scratch = new Scratch();
  const file = writeJobs(scratch, "jobs.json", jobs);
  const options = ["--wd", scratch.path, "--nodes", "1", "--report-file", "/dev/full", "--durability", "memory"];
  const { code, err } = await call(["run", file, ...options]);
  assertEquals([code, err.includes("Cannot")], [0, false]);
});

Deno.test("qcgpj service tells on the standard error that its report is full, and exits as without", async () => {
  await using scratch = new Scratch();
  const file = writeJobs(scratch, "jobs.json", jobs);
  const { code, err } = await call([
    "service",
    "--file-path",
    file,
    "--wd",
    scratch.path,
    "--report-file",
    "/dev/full",
  ]);
  assertEquals(code, 0);
  assertStringIncludes(err, `qcgpj service: Cannot write the job report /dev/full`);
  assertStringIncludes(err, "it lacks 5 records");
});

/** Mounts a small file system for a test, which is left out where that is not permitted. */
async function withSmallDisk(folder: string, test: () => Promise<void>): Promise<void> {
  Deno.mkdirSync(folder);
  const options = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder];
  assert(new Deno.Command("mount", { args: options }).outputSync().success, "run this test as root");
  try {
    await test();
  } finally {
    new Deno.Command("umount", { args: ["-l", folder] }).outputSync();
  }
}

Deno.test({
  name: "A report on a full disk catches up as soon as there is room, whole and in order, and nothing is lacking then",
  ignore: Deno.uid() !== 0,
}, async () => {
  await using scratch = new Scratch();
  const disk = scratch.in("disk");
  await withSmallDisk(disk, async () => {
    const report = `${disk}/jobs.report`;
    const filler = `${disk}/filler`;
    // Some bytes are left, so that the first record gets half into the file.
    Deno.writeTextFileSync(report, "");
    Deno.writeFileSync(filler, new Uint8Array(60 * 1024));
    const wd = scratch.in("wd");
    Deno.mkdirSync(wd);
    const running = start(["run", "-", "--wd", wd, "--nodes", "2", "--report-file", report, "--events"]);
    await running.write(submit(
      { name: "fill", iteration: { stop: 40 }, execution: { exec: "true" } },
      waitingJob(scratch, "last"),
    ));
    await running.untilLine((line) => line.includes('"job":"fill","state":"SUCCEED"'), "the end of the iterations");
    await untilStarted(scratch, "last");
    const half = Deno.readTextFileSync(report);
    assert(half.length > 0 && !half.endsWith("\n"), "the disk is full in the midst of a record");
    Deno.removeSync(filler);
    await letGo(scratch, "last");
    await running.closeInput();
    const { code, err } = await running.ended;
    const written = statesOf(Deno.readTextFileSync(report));
    assertEquals(written, statesOf((await call(["journal", "report", wd])).out));
    assertEquals(written.length, 42);
    assertEquals([code, err.includes("lacks")], [0, false], err);
    assertStringIncludes(err, `Cannot write the job report ${report}: no space is left on the device${goesOn}`);
  });
});
