/**
 * Damage to the records of a run, and what a resume makes of it.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { call, findRecords, writeJobs } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

/** Runs two jobs to their end, and returns the folder of their records. */
async function runTwo(scratch: Scratch): Promise<string> {
  const file = writeJobs(scratch, "jobs.json", [
    { name: "a", iteration: { stop: 5 }, execution: { exec: "true" } },
    { name: "b", execution: { exec: "sh", args: ["-c", "echo only-in-b >> b.out"] }, dependencies: { after: ["a"] } },
  ]);
  const { code } = await call(["run", file, "--wd", scratch.in("w"), "--nodes", "2", "-q"]);
  assertEquals(code, 0);
  return findRecords(scratch.in("w"));
}

function flipAt(path: string, at: (bytes: Uint8Array) => number): void {
  const bytes = Deno.readFileSync(path);
  bytes[at(bytes)]! ^= 1;
  Deno.writeFileSync(path, bytes);
}

function placeOf(bytes: Uint8Array, text: string): number {
  return new TextDecoder("latin1").decode(bytes).lastIndexOf(text);
}

Deno.test("qcgpj run --resume restores the description of a job that is damaged, and says so", async () => {
  await using scratch = new Scratch();
  const records = await runTwo(scratch);
  flipAt(`${records}/journal`, (bytes) => placeOf(bytes, "only-in-b"));
  const { code, err } = await call(["run", "--resume", scratch.in("w")]);
  assertEquals(code, 0);
  assertStringIncludes(err, "is damaged, and nothing is lost: 1 record was restored from the second copy");
  assertStringIncludes(err, "2 jobs: 2 succeeded");
});

Deno.test("qcgpj run --resume mends the second copy, so that it holds when the journal is damaged later", async () => {
  await using scratch = new Scratch();
  const records = await runTwo(scratch);
  flipAt(`${records}/journal.copy`, (bytes) => placeOf(bytes, "only-in-b"));
  assertEquals((await call(["run", "--resume", scratch.in("w")])).code, 0);
  assert(placeOf(Deno.readFileSync(`${records}/journal.copy`), "only-in-b") > 0);
  flipAt(`${records}/journal`, (bytes) => placeOf(bytes, "only-in-b"));
  const { code, err } = await call(["run", "--resume", scratch.in("w")]);
  assertEquals(code, 0);
  assertStringIncludes(err, "nothing is lost");
});

Deno.test("qcgpj run --resume of a journal that was cut runs nothing, exits with 2 and keeps the report", async () => {
  await using scratch = new Scratch();
  const records = await runTwo(scratch);
  Deno.truncateSync(`${records}/journal`, 16);
  const report = Deno.readTextFileSync(`${records}/jobs.report`);
  const refused = await call(["run", "--resume", scratch.in("w")]);
  assertEquals([refused.code, refused.out], [2, ""]);
  assertStringIncludes(refused.err, "what was written last may be lost");
  assertStringIncludes(refused.err, "jobs.report has 7 records, and the journal knows of 0; nothing was run");
  assertEquals(Deno.statSync(`${records}/journal`).size, 16);
  assertEquals(Deno.readTextFileSync(`${records}/jobs.report`), report);

  const accepted = await call(["run", "--resume", scratch.in("w"), "--accept-loss"]);
  assertEquals(accepted.code, 0);
  assertStringIncludes(accepted.err, "2 jobs: 2 succeeded (6 tasks: 6 succeeded)");
  assertEquals(Deno.readTextFileSync(`${records}/jobs.report.old`), report);
  assertEquals(Deno.readTextFileSync(scratch.in("w/b.out")), "only-in-b\nonly-in-b\n");
  const { System: { Losses } } = JSON.parse(Deno.readTextFileSync(`${records}/final_status.json`));
  assertEquals(Losses.length, 2);
  assertStringIncludes(Deno.readTextFileSync(`${records}/service.log`), Losses[1]);
});

Deno.test("qcgpj run --resume refuses a journal that was copied from another run", async () => {
  await using scratch = new Scratch();
  const records = await runTwo(scratch);
  await using other = new Scratch();
  const foreign = await runTwo(other);
  Deno.copyFileSync(`${foreign}/journal`, `${records}/journal`);
  const mixed = await call(["run", "--resume", scratch.in("w")]);
  assertEquals(mixed.code, 2);
  assertStringIncludes(mixed.err, "holds records of two runs");
  Deno.removeSync(`${records}/journal.copy`);
  const alone = await call(["run", "--resume", scratch.in("w")]);
  assertEquals(alone.code, 2);
  assertStringIncludes(alone.err, `it is the journal of the run ${foreign.split("/").at(-1)}`);
});

Deno.test("--accept-loss without a run to resume is refused", async () => {
  const { code, err } = await call(["run", "-", "--accept-loss"]);
  assertEquals(code, 2);
  assertStringIncludes(err, "Option --accept-loss needs the run that has lost something; give --resume DIR");
});

Deno.test("qcgpj run and each say that the journal was cut or removed while they ran, and do not end with success", async () => {
  await using scratch = new Scratch();
  const cuts = { exec: "sh", args: ["-c", ": > $(echo .qcgpjm-*/journal)"] };
  const file = writeJobs(scratch, "jobs.json", [
    { name: "a", execution: cuts },
    { name: "b", execution: { exec: "true" }, dependencies: { after: ["a"] } },
  ]);
  const run = await call(["run", file, "--wd", scratch.in("w"), "--nodes", "2"]);
  assertEquals(run.code, 1, run.err);
  assertMatch(run.err, /journal was cut while it was written: .*; the jobs go on\n/);
  assertStringIncludes(run.err, "2 jobs: 2 succeeded");
  const removes = ["each", "--run", "sweep", "sh", "-c", 'rm "$1"/.qcgpjm-*/journal', "sh", ":::", scratch.in("sweep")];
  const each = await call(removes, { cwd: scratch.path });
  assertEquals(each.code, 1, each.err);
  assertMatch(each.err, /journal was removed or moved while it was written: .*; the jobs go on\n/);
});
