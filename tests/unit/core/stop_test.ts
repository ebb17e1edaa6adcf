import { assertEquals } from "@std/assert";
import { TraceRunner } from "../../traces/trace_runner.ts";

Deno.test("The first cause of a stop wins, also while the launcher has not answered yet", () => {
  const runner = new TraceRunner({ nodes: "1" });
  runner.tellAll("submit A", "cancel A");
  assertEquals(runner.tell("shutdown all"), []);
  runner.tell("start A");
  assertEquals(runner.tell("exit A SIGTERM")[0], "ended A canceled: canceled by the user");
});

Deno.test("A job that is canceled as a whole again is not so on record again", () => {
  const runner = new TraceRunner({ nodes: "1" });
  runner.tell("submit A x3");
  assertEquals(runner.tell("cancel A")[0], "canceled job A");
  assertEquals(runner.tell("cancel A"), []);
});
