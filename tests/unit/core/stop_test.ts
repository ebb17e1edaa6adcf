import { assertEquals } from "@std/assert";
import { TraceRunner } from "../../traces/trace_runner.ts";

Deno.test("The first cause of a stop wins, also while the launcher has not answered yet", () => {
  const desk = new TraceRunner({ nodes: "1" });
  desk.tellAll("submit A", "cancel A");
  assertEquals(desk.tell("shutdown all"), []);
  desk.tell("start A");
  assertEquals(desk.tell("exit A SIGTERM")[0], "ended A canceled: canceled by the user");
});

Deno.test("A job that is canceled as a whole again is not so on record again", () => {
  const desk = new TraceRunner({ nodes: "1" });
  desk.tell("submit A x3");
  assertEquals(desk.tell("cancel A")[0], "canceled job A");
  assertEquals(desk.tell("cancel A"), []);
});
