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

const refused = "it could not be signalled (EPERM: it runs as another user)";

Deno.test("A task that cannot be signalled keeps its cores until it is gone, and its result says so", () => {
  const runner = new TraceRunner({ nodes: "1" });
  runner.tellAll("submit A limit=500 retry=1 | B", "start A", "time 500");
  assertEquals(runner.tell("refused A"), []);
  assertEquals(runner.tell("refused A"), []);
  assertEquals(runner.core.freeCores, 0);
  const [ended, ...others] = runner.tell("exit A 0");
  assertEquals(ended, `failed A, again at 500: stopped after its time limit of 0.5 s; ${refused}`);
  assertEquals(others.some((line) => line.includes("launch")), true);
});

Deno.test("A pilot that was told to end does not wait for a task that cannot be signalled", () => {
  const runner = new TraceRunner({ nodes: "1" });
  runner.tellAll("submit A", "start A", "drain", "shutdown all");
  const told = runner.tell("refused A");
  assertEquals(told[0], `ended A canceled: canceled by the shutdown; ${refused} and is left behind`);
  assertEquals(told.at(-1), "-> stop");
  assertEquals(runner.tell("exit A 0"), []);
});

Deno.test("That a signal was refused means nothing for a task that is not being stopped", () => {
  const runner = new TraceRunner({ nodes: "1" });
  runner.tellAll("submit A", "start A");
  assertEquals(runner.tell("refused A"), []);
  assertEquals(runner.tell("exit A 0")[0], "ended A succeeded");
});
