/**
 * Runs that version 0.1.0 recorded, killed or to their end, are read and gone on with. `tests/fixtures/0.1.0` holds what
 * it left; its working directory was `/tmp/study-010`.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { call, type Ended, readReport } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

const fixtures = new URL("../fixtures/0.1.0", import.meta.url).pathname;

function copyFolder(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copyFolder(`${from}/${name}`, `${to}/${name}`);
    else Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}

/** Goes on with a run in a folder of its own; the record is where the run had it. */
async function goOn(scratch: Scratch, run: string): Promise<Ended> {
  copyFolder(`${fixtures}/${run}/records`, scratch.in(`.qcgpjm-service-${run}`));
  return await call(["run", "--resume", scratch.path, "--wd", scratch.path], { cwd: scratch.path });
}

/** How often each job and iteration is in the report, with its last state. */
function statesIn(scratch: Scratch): Record<string, string> {
  return Object.fromEntries(readReport(scratch.path).map(({ name, state }) => [name, state]));
}

for (const run of ["finished", "interrupted", "each"]) {
  Deno.test(`qcgpj journal salvage reads the journal of 0.1.0: ${run}`, async () => {
    await using scratch = new Scratch();
    copyFolder(`${fixtures}/${run}/records`, scratch.in(".qcgpjm-service-old"));
    const { code, out, err } = await call(["journal", "salvage", scratch.path]);
    assertEquals(code, 0, err);
    assertStringIncludes(out, "nothing is lost");
  });
}

for (const run of ["finished", "interrupted"]) {
  Deno.test(`qcgpj validate finds nothing wrong with a request file of 0.1.0: ${run}`, async () => {
    const { code, out, err } = await call(["validate", `${fixtures}/${run}/jobs.json`]);
    assertEquals(code, 0, out + err);
  });
}

Deno.test("qcgpj run --resume of a run that 0.1.0 finished tells how it ended, and runs nothing", async () => {
  await using scratch = new Scratch();
  const { code, err } = await goOn(scratch, "finished");
  assertEquals(code, 1, err);
  assertStringIncludes(err, "7 jobs: 4 succeeded, 2 failed, 1 omitted");
  const before = Deno.readTextFileSync(`${fixtures}/finished/records/jobs.report`);
  assertEquals(scratch.read(".qcgpjm-service-finished/jobs.report"), before);
  assertEquals([...Deno.readDirSync(scratch.path)].map(({ name }) => name), [".qcgpjm-service-finished"]);
});

Deno.test("qcgpj run --resume goes on with a run of 0.1.0 that was killed, and repeats nothing that had ended", async () => {
  await using scratch = new Scratch();
  scratch.write("begun", "");
  const { code, err } = await goOn(scratch, "interrupted");
  assertEquals(code, 1, err);
  assertEquals(statesIn(scratch), {
    "first:0": "SUCCEED",
    "first:1": "FAILED",
    "first:2": "SUCCEED",
    "first:3": "SUCCEED",
    first: "FAILED",
    again: "FAILED",
    stopped: "FAILED",
    "omitted:0": "OMITTED",
    "omitted:1": "OMITTED",
    "omitted:2": "OMITTED",
    omitted: "OMITTED",
    long: "SUCCEED",
    after: "SUCCEED",
  });
  const before = Deno.readTextFileSync(`${fixtures}/interrupted/records/jobs.report`);
  const report = scratch.read(".qcgpjm-service-interrupted/jobs.report");
  assertEquals(report.startsWith(before), true, "what had ended is not reported again");
});

Deno.test("qcgpj each --run --resume goes on with a run of 0.1.0 that was killed", async () => {
  // It goes on in the directory of the run only, and the record says which that was.
  const wd = "/tmp/study-010";
  // No two runs of the tests on one machine are there at once.
  using lock = await Deno.open("/tmp");
  await lock.lock(true);
  await Deno.remove(wd, { recursive: true }).catch(() => {});
  copyFolder(`${fixtures}/each`, `${wd}/sweep`);
  try {
    Deno.renameSync(`${wd}/sweep/records`, `${wd}/sweep/.qcgpjm-service-each`);
    Deno.writeTextFileSync(`${wd}/begun-3`, "");
    const { command } = JSON.parse(Deno.readTextFileSync(`${wd}/sweep/each.json`)) as { command: string[] };
    const inputs = ["1", "2", "3", "4"];
    const { code, out, err } = await call(
      ["each", "-j", "2", "--run", "sweep", "--resume", ...command, ":::", ...inputs],
      { cwd: wd },
    );
    assertEquals([code, out], [1, "value 3\n"], err);
  } finally {
    await Deno.remove(wd, { recursive: true });
  }
});
