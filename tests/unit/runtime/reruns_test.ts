/** Which tasks run again when a resume is asked for that, and what of them is on record. */
import { assertEquals, assertThrows } from "@std/assert";
import { UnknownJobError } from "../../../src/errors.ts";
import type { RunSettings } from "../../../src/runtime/run_settings.ts";
import { quiet } from "../../sim/virtual_clock.ts";
import { folder, RunHarness } from "./run_harness.ts";

/** A run in which A:1 failed, which omitted B and, of C, what depends on it; D succeeded. */
async function failedRun(): Promise<RunHarness> {
  const first = new RunHarness();
  await first.submit("A x3", "B after=A", "C x3 after=A:${it}", "D");
  await finishAll(first, new Map([["A:1", "4"]]));
  return first;
}

/** Goes on with a run, and lets everything succeed that is launched. */
async function goOn(first: RunHarness, settings: Partial<RunSettings>): Promise<RunHarness> {
  const second = new RunHarness({ resume: folder, ...settings }, first.disk);
  await quiet();
  await finishAll(second);
  return second;
}

/** Ends all that is launched, with the exit codes that are given, and then the run. */
async function finishAll(harness: RunHarness, exits: ReadonlyMap<string, string> = new Map()): Promise<void> {
  for (let done = 0; done < harness.launcher.launched.size;) {
    for (const name of [...harness.launcher.launched.keys()].slice(done)) {
      await harness.finish(name, exits.get(name) ?? "0");
      done++;
    }
  }
  await harness.release();
}

const launchedOf = (harness: RunHarness) => [...harness.launcher.launched.keys()].sort();
const statesOf = ({ run: { pilot: { ledger } } }: RunHarness) =>
  Array.from({ length: 8 }, (_, task) => ledger.state(task)).join(" ");
const failed = { outcomes: "failed" } as const;

Deno.test("a resume with rerun runs what failed again, with what was omitted because of it, and keeps the rest", async () => {
  const second = await goOn(await failedRun(), { rerun: failed });
  assertEquals(launchedOf(second), ["A:1", "B", "C:1"]);
  assertEquals(statesOf(second), Array(8).fill("SUCCEED").join(" "));
  const { jobs, iterations } = second.run.statistics;
  assertEquals([jobs.finished, jobs.failed, iterations.finished, iterations.failed], [4, 0, 8, 0]);
  assertEquals(second.run.pilot.ledger.task(1).attempts, 2);
});

Deno.test("what runs again is on record: a later resume finds how it ended then, and runs nothing", async () => {
  const first = await failedRun();
  await goOn(first, { rerun: failed });
  const third = await goOn(first, {});
  assertEquals([launchedOf(third), statesOf(third)], [[], Array(8).fill("SUCCEED").join(" ")]);
  const { jobs, iterations } = third.run.statistics;
  assertEquals([jobs.finished, jobs.failed, iterations.finished, iterations.failed], [4, 0, 8, 0]);
});

Deno.test("a crash before the tasks have run again leaves them to the next resume", async () => {
  const first = await failedRun();
  const second = new RunHarness({ resume: folder, rerun: failed }, first.disk);
  second.run.suspend();
  second.run.pilot.abandon(new Error("crash"));
  await quiet();
  assertEquals(launchedOf(await goOn(first, {})), ["A:1", "B", "C:1"]);
});

Deno.test("rerun with names runs these alone, and without failed whatever became of them", async () => {
  const first = await failedRun();
  assertEquals(launchedOf(await goOn(first, { rerun: { ...failed, only: ["D"] } })), []);
  assertEquals(launchedOf(await goOn(first, { rerun: { outcomes: "any", only: ["D", "A:0"] } })), ["A:0", "D"]);
  // B waits for the whole of A, of which A:1 is still a failure.
  assertEquals(launchedOf(await goOn(first, { rerun: { outcomes: "any", only: ["B"] } })), []);
  assertEquals(launchedOf(await goOn(first, { rerun: { ...failed, only: ["A"] } })), ["A:1", "B", "C:1"]);
});

Deno.test("rerun refuses a name that nobody knows, and leaves the records as they are", async () => {
  const first = await failedRun();
  const before = first.disk.journals.get(folder)!.length;
  const rerun = { outcomes: "any", only: ["A:7"] } as const;
  assertThrows(() => new RunHarness({ resume: folder, rerun }, first.disk), UnknownJobError, "it has 0 to 2");
  assertEquals(first.disk.journals.get(folder)!.length, before);
});

Deno.test("rerun tells its readers of events which tasks run again", async () => {
  const first = await failedRun();
  const second = new RunHarness({ resume: folder, rerun: failed }, first.disk);
  const told: string[] = [];
  const events = second.run.events({ from: "start" });
  for await (const event of events) {
    if (event.event !== "tasksReopened") continue;
    const { job, iterations } = event;
    told.push(iterations === undefined ? job : `${job} ${iterations.start}-${iterations.stop}`);
    if (told.length === 3) break;
  }
  assertEquals(told, ["A 1-2", "B", "C 1-2"]);
  second.run.pilot.abandon(new Error("over"));
});

Deno.test("rerun runs of one job what failed by itself and what was omitted because of another", async () => {
  const first = new RunHarness();
  await first.submit("A x2", "C x2 after=A:${it}");
  await finishAll(first, new Map([["A:1", "4"], ["C:0", "3"]]));
  assertEquals(launchedOf(await goOn(first, { rerun: failed })), ["A:1", "C:0", "C:1"]);
});
