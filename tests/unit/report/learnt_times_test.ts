import { assertEquals } from "@std/assert";
import { joinTimes, TimesReader } from "../../../src/report/learnt_times.ts";
import { TraceRunner } from "../../traces/trace_runner.ts";

Deno.test("TimesReader learns the means of jobs and of their commands, of tasks that succeeded only", () => {
  const runner = new TraceRunner({ nodes: "4" });
  const reader = new TimesReader();
  const tell = (command: string, atMs: number) => {
    runner.nowMs = atMs;
    runner.tell(command);
    runner.output.events.forEach((event) => reader.apply(event));
  };
  tell("submit A x2 | B | C retry=1", 0);
  tell("start A:0 & start A:1 & start B & start C", 100);
  tell("exit A:0 0 & exit C 1", 1100);
  tell("exit A:1 0 & exit B 3 & start C#2", 3100);
  assertEquals(reader.isFinished, false);
  tell("exit C#2 0 & drain", 3600);
  const { jobs, commands } = reader.learnt;
  assertEquals([...jobs], [["A", 2000], ["C", 500]]);
  assertEquals([...commands], [["true", 1500]]);
  assertEquals(reader.isFinished, true);
});

Deno.test("joinTimes() has what either knows, and of what both know what the second does", () => {
  const first = { jobs: new Map([["a", 1], ["b", 2]]), commands: new Map([["x", 3]]) };
  const second = { jobs: new Map([["b", 20], ["c", 30]]), commands: new Map([["x", 40], ["y", 50]]) };
  const joined = joinTimes(first, second)!;
  assertEquals([...joined.jobs], [["a", 1], ["b", 20], ["c", 30]]);
  assertEquals([...joined.commands], [["x", 40], ["y", 50]]);
  assertEquals([joinTimes(first, undefined), joinTimes(undefined, second)], [first, second]);
  assertEquals(joinTimes(undefined, undefined), undefined);
});
