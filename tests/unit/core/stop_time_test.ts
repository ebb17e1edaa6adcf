import { assertEquals } from "@std/assert";
import { TraceRunner } from "../../traces/trace_runner.ts";

/** The jobs of which tasks were started by the last step. */
function launched(runner: TraceRunner): string[] {
  const names = new Map([...runner.jobs.values()].map((job) => [job.id, job.description.name]));
  return runner.output.events.flatMap((event) => event.kind === "taskScheduled" ? [names.get(event.job)!] : []);
}

function step(runner: TraceRunner, stopAtMs: number | undefined, atMs: number): string[] {
  runner.output = runner.core.step([
    { kind: "stopTimeSet", atMs, ...(stopAtMs === undefined ? {} : { stopAtMs }) },
  ]);
  return launched(runner);
}

Deno.test("schedule() starts what can end before all work stops, and what has no limit, past what cannot", () => {
  const runner = new TraceRunner({ nodes: "a:2" });
  step(runner, 1000, 0);
  runner.tell("submit Long limit=1001 | Fits limit=1000 | Open");
  assertEquals(launched(runner), ["Fits", "Open"]);
});

Deno.test("setStopTime() lets what was too long start when there is more time after all", () => {
  const runner = new TraceRunner({ nodes: "a:4" });
  step(runner, 1000, 0);
  runner.tell("submit Long limit=5000 x2 | Longer limit=9000");
  assertEquals(launched(runner), []);
  assertEquals(step(runner, 900, 10), []);
  assertEquals(step(runner, 5011, 10), ["Long", "Long"]);
  assertEquals(step(runner, undefined, 20), ["Longer"]);
});

Deno.test("Core.explain() says of what cannot end before all work stops how much time it lacks, and of nothing else", () => {
  const runner = new TraceRunner({ nodes: "a:1" });
  step(runner, 1000, 0);
  runner.tell("submit Long limit=5000 | Runs limit=900 | Next limit=900 | Open");
  const lackOf = (name: string, nowMs: number) => {
    const job = [...runner.jobs.values()].find(({ description }) => description.name === name)!;
    return runner.core.explain(job.firstTask, nowMs).lacksTime;
  };
  assertEquals(lackOf("Long", 100), { neededMs: 5000, leftMs: 900 });
  assertEquals([lackOf("Next", 100), lackOf("Open", 100)], [undefined, undefined]);
  assertEquals(lackOf("Next", 101), { neededMs: 900, leftMs: 899 }, "time goes by");
});

Deno.test("Core.isOutOfTime when nothing is left that could start, and nothing may come", () => {
  const runner = new TraceRunner({ nodes: "a:4" });
  step(runner, 1000, 0);
  runner.tell("submit Long limit=5000 | Short limit=10 | After limit=10 after=Long");
  runner.tell("drain");
  assertEquals(runner.core.isOutOfTime, false);
  runner.tell("start Short");
  runner.tell("exit Short 0");
  assertEquals(runner.core.isOutOfTime, true);
  runner.core.step([{ kind: "pauseRequested", atMs: 20 }]);
  assertEquals(runner.core.isOutOfTime, false, "a pause may end, and is what is waited for");
  runner.core.step([{ kind: "pauseEnded", atMs: 20 }]);
  assertEquals(runner.core.isOutOfTime, true);
  step(runner, 10_000, 20);
  assertEquals(runner.core.isOutOfTime, false);
});
