import { assertEquals } from "@std/assert";
import { RunOutcome } from "../../../../src/cli/run/run_outcome.ts";

Deno.test("RunOutcome.allSucceeded is not said of a run of which not all was heard", () => {
  const outcome = new RunOutcome();
  assertEquals(outcome.allSucceeded, true);
  outcome.dropped();
  assertEquals(outcome.allSucceeded, false);
});
