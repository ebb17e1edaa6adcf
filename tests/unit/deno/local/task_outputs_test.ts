/**
 * Of which tasks the ends of outputs are told.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Exit } from "../../../../src/core/exit.ts";
import { OutputEnds } from "../../../../src/deno/local/task_outputs.ts";
import type { LaunchPlan } from "../../../../src/launch/plan.ts";
import { MemoryFiles } from "./memory_spool.ts";

/** The end of what a task said whose files are in the spool. */
function toldOf(exit: Exit, wasStopped: boolean, tailBytes = 100): string | undefined {
  const system = new MemoryFiles();
  const ends = new OutputEnds({ folders: ["/spool"], system });
  const plan = { taskName: "t", tailBytes } as LaunchPlan;
  const outputs = ends.begin(plan);
  assert(!("step" in outputs));
  if (outputs.stdout !== undefined) system.write(outputs.stdout.descriptor, "said");
  const tails = ends.finish({ plan, outputs }, exit, wasStopped, true);
  return tails?.stdout;
}

Deno.test("OutputEnds.finish() tells the end of what every task said that did not succeed or was stopped", () => {
  assertEquals(toldOf({ code: 0 }, false), undefined);
  assertEquals(toldOf({ code: 0 }, true), "said");
  assertEquals(toldOf({ code: 1 }, false), "said");
  assertEquals(toldOf({ signal: "SIGKILL" }, false), "said");
  assertEquals(toldOf({ code: 1 }, false, 0), undefined);
});
