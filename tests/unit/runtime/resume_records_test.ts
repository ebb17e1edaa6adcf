/**
 * A run that goes on with records of which something is lost.
 */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { concatenate } from "../../../src/base/bytes.ts";
import { JournalError } from "../../../src/errors.ts";
import { quiet } from "../../sim/virtual_clock.ts";
import { folder, type MemoryDisk, RunHarness } from "./run_harness.ts";

/** A run of three jobs, of which `a` and `b` have ended and `c` waits, and whose pilot has gone without a word. */
async function runHalf(): Promise<RunHarness> {
  const harness = new RunHarness();
  await harness.submit("a", "b", "c after=b");
  await harness.finish("a");
  await harness.finish("b", "1");
  return harness;
}

/** Flips a bit in the middle of the nth write of a run's journal. */
function damage(disk: MemoryDisk, nth: number): void {
  const chunk = disk.journals.get(folder)!.at(nth)!;
  chunk[Math.floor(chunk.length / 2)]! ^= 1;
}

const bytesOf = (disk: MemoryDisk) => concatenate(disk.journals.get(folder)!);

Deno.test("Run goes on with damaged records only if that is accepted, and changes nothing before", async () => {
  const { disk } = await runHalf();
  damage(disk, 2);
  const [journal, texts] = [bytesOf(disk), new Map(disk.texts)];
  const error = assertThrows(() => new RunHarness({ resume: folder }, disk), JournalError);
  assertStringIncludes(error.message, `The journal ${folder}/journal is damaged: 1 record is lost (from offset `);
  assertStringIncludes(error.message, "nothing was run");
  assertStringIncludes(error.message, "--accept-loss (in the library: resume: { path, acceptLoss: true })");
  assertEquals([bytesOf(disk), disk.texts], [journal, texts]);
});

Deno.test("Run tells a loss that was accepted to the user, the log and the final status, and asks only once", async () => {
  const { disk } = await runHalf();
  damage(disk, 2);
  const second = new RunHarness({ resume: folder, acceptLoss: true, instanceId: "other" }, disk);
  await quiet();
  const told = second.run.resumed!.losses[0]!;
  assertStringIncludes(told, "1 record is lost");
  assertEquals(second.warnings.includes(told), true);
  assertStringIncludes(disk.texts.get(`${folder}/service.log`)!, told);
  await second.finish("a");
  await second.release();
  assertEquals(JSON.parse(disk.texts.get(`${folder}/final_status.json`)!).System.Losses, second.run.resumed!.losses);

  const third = new RunHarness({ resume: folder, instanceId: "third" }, disk);
  assertEquals(third.run.resumed!.losses, []);
  await third.release();
  assertEquals("Losses" in JSON.parse(disk.texts.get(`${folder}/final_status.json`)!).System, false);
});

Deno.test("Run refuses a journal that knows less than the job report, which stays as it is", async () => {
  const { disk } = await runHalf();
  const report = disk.texts.get(`${folder}/jobs.report`)!;
  disk.journals.get(folder)!.splice(2);
  const error = assertThrows(() => new RunHarness({ resume: folder }, disk), JournalError);
  assertStringIncludes(error.message, `The job report ${folder}/jobs.report has 3 records, and the journal knows of 0`);
  assertEquals(disk.texts.get(`${folder}/jobs.report`), report);

  const second = new RunHarness({ resume: folder, acceptLoss: true }, disk);
  assertEquals(disk.texts.get(`${folder}/jobs.report.old`), report);
  assertEquals(disk.texts.get(`${folder}/jobs.report`), "");
  assertEquals(second.warnings.at(-1), `The job report as it was is kept in ${folder}/jobs.report.old`);
});

Deno.test("Run refuses a report that ends with half a record only if the journal does not know that one", async () => {
  const { disk } = await runHalf();
  const path = `${folder}/jobs.report`;
  const report = disk.texts.get(path)!;
  disk.texts.set(path, report.slice(0, -5));
  const second = new RunHarness({ resume: folder }, disk);
  assertEquals([second.run.resumed!.losses, disk.texts.get(path)], [[], report]);
  disk.texts.set(path, `${report}{"na`);
  assertThrows(
    () => new RunHarness({ resume: folder }, disk),
    JournalError,
    "has 4 records, and the journal knows of 3",
  );
});

Deno.test("Run refuses the journal of another folder by name", async () => {
  const { disk } = await runHalf();
  const other = "/wd/.qcgpjm-service-there.2";
  disk.journals.set(other, disk.journals.get(folder)!);
  const error = assertThrows(() => new RunHarness({ resume: other }, disk), JournalError);
  assertStringIncludes(
    error.message,
    `Cannot resume ${other}/journal: it is the journal of the run .qcgpjm-service-here.1, not of .qcgpjm-service-there.2`,
  );
});
