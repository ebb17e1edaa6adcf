import { assertEquals } from "@std/assert";
import { TraceRunner } from "../../traces/trace_runner.ts";

Deno.test("A task ends as its process does: by code 0, another code, or a signal with its number where it has one", () => {
  const ends = (exit: string) => new TraceRunner().tellAll("submit A", `exit A ${exit}`)[0];
  assertEquals(ends("0"), "ended A succeeded");
  assertEquals(ends("1"), "ended A failed: exit code 1");
  assertEquals(ends("255"), "ended A failed: exit code 255");
  assertEquals(ends("SIGSEGV"), "ended A failed: killed by signal SIGSEGV (11)");
  assertEquals(ends("SIG34"), "ended A failed: killed by signal SIG34 (34)");
  assertEquals(ends("UNKNOWN"), "ended A failed: killed by signal UNKNOWN");
});

Deno.test("A process that starts when its task was given up is killed, of whatever attempt", () => {
  const runner = new TraceRunner({ nodes: "a:1,b:1" });
  runner.tellAll("submit A", "submit B cores=1", "lose 0");
  assertEquals(runner.tell("start A"), ["-> SIGKILL A"]);
  assertEquals(runner.tell("start B#7"), ["-> SIGKILL B"]);
  assertEquals(runner.tell("start B"), ["started B"]);
});

Deno.test("A success that is told to be older than its start took no time, whatever cores it may have", () => {
  const runner = new TraceRunner({ nodes: "a:4" });
  runner.tell("submit A cores=1-2");
  const key = { task: 0, attempt: 1 };
  const { events } = runner.core.step([
    { kind: "taskStarted", atMs: 1000, ...key, pid: 1 },
    { kind: "taskExited", atMs: 990, ...key, exit: { code: 0 }, usage: {} },
  ]);
  assertEquals(events.map(({ kind }) => kind), ["taskStarted", "taskEnded", "jobEnded"]);
});
