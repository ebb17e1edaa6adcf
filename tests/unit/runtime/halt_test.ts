import { assertEquals } from "@std/assert";
import { Halting, type HaltRule, isFailures } from "../../../src/runtime/halt.ts";
import { PilotHarness } from "./pilot_harness.ts";

/** A pilot on so many cores that halts by a rule, and what it told. */
function halting(rule: HaltRule, spec: string): { readonly stage: PilotHarness; readonly told: string[] } {
  const stage = new PilotHarness({ spec });
  const told: string[] = [];
  stage.hub.add("halt", new Halting(rule, stage.pilot, (text) => told.push(text)));
  return { stage, told };
}

Deno.test("Halting cancels what waits after so many failures, lets go on what runs, and takes nothing more", async () => {
  const { stage, told } = halting({ failures: 2 }, "2");
  const future = stage.submit("A x6");
  await stage.start("A:0", "A:1");
  await stage.exit("A:0", "1");
  await stage.start("A:2");
  assertEquals(told, []);
  await stage.exit("A:2", "1");
  assertEquals(told, ["Halted as 2 tasks of 6 failed: what runs goes on, nothing more is started"]);
  // The next one had started in the same turn.
  await stage.exit("A:1");
  await stage.run("A:3");
  assertEquals(await future.result(), { A: "CANCELED" });
  assertEquals(stage.manager.status("A:5").jobs["A:5"]!.data.status, "CANCELED");
  const later = stage.submit("B", "last finally");
  await stage.run("last");
  assertEquals(await later.result(), { B: "CANCELED", last: "SUCCEED" });
});

Deno.test("Halting now stops what runs, too; a share is of all tasks that were submitted", async () => {
  const { stage, told } = halting({ failures: "30%", how: "now" }, "3");
  stage.submit("A x5");
  await stage.start("A:0", "A:1", "A:2");
  await stage.exit("A:0", "1");
  assertEquals(told, []);
  await stage.start("A:3");
  await stage.exit("A:3", "1");
  assertEquals(told, ["Halted as 2 tasks of 5 failed: what runs is stopped"]);
  assertEquals(stage.notes.filter((note) => note.includes("SIGTERM")).length, 2);
  await stage.exit("A:1", "SIGTERM");
  await stage.exit("A:2", "SIGTERM");
});

Deno.test("Halting takes a share of the tasks of an earlier pilot, too", async () => {
  const stage = new PilotHarness({ spec: "2" });
  const told: string[] = [];
  stage.hub.add("halt", new Halting({ failures: "10%" }, stage.pilot, (text) => told.push(text), 15));
  stage.submit("A x5");
  await stage.start("A:0", "A:1");
  await stage.exit("A:0", "1");
  assertEquals(told, []);
  await stage.exit("A:1", "1");
  assertEquals(told, ["Halted as 2 tasks of 20 failed: what runs goes on, nothing more is started"]);
});

Deno.test("isFailures() takes counts from 1 on, and shares above 0 % up to 100 %", () => {
  assertEquals([1, 10, "5%", "0.5%", "100%"].map(isFailures), [true, true, true, true, true]);
  assertEquals([0, 1.5, "0%", "101%", "5", "%", null].map(isFailures), Array(7).fill(false));
});
