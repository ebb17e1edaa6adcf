import "../support/empty_home.ts";
import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { QCGPJExecutor } from "@qcg/pilotjob";
import { metrics } from "@qcg/pilotjob/doors";
import { Scratch } from "../e2e/support/scratch.ts";
import { until } from "../e2e/support/processes.ts";
import { replaceMethod } from "../sim/replace.ts";

Deno.test("metrics() writes the numbers of a run again and again, and at its end", async () => {
  await using scratch = new Scratch();
  const path = scratch.in("run.prom");
  const doors = [metrics({ path, intervalMs: 100 })];
  const executor = new QCGPJExecutor({ wd: scratch.path, resources: "2", doors });
  assertMatch(scratch.read("run.prom"), /qcgpj_tasks\{run=".*",state="running"\} 0\n/);
  const future = executor.submit({
    name: "task",
    execution: { exec: "sh", args: ["-c", "while [ ! -e go ]; do sleep 0.01; done"] },
  });
  await until(() => /state="running"\} 1\n/.test(scratch.read("run.prom")), "the file tells that the task runs");
  scratch.write("go", "");
  await future.result();
  await executor.shutdown();
  assertMatch(scratch.read("run.prom"), /outcome="succeeded"\} 1\n[^]*# EOF\n$/);
});

Deno.test("metrics() tells once that its file cannot be written, and the jobs go on", async () => {
  await using scratch = new Scratch();
  const told: string[] = [];
  using _console = replaceMethod(console, "warn", () => (text) => void told.push(text));
  const doors = [metrics({ path: scratch.in("no/such/folder"), intervalMs: 100 })];
  const executor = new QCGPJExecutor({ wd: scratch.path, resources: "2", doors });
  assertEquals(await executor.submit({ name: "a", execution: { exec: "sleep", args: ["0.3"] } }).result(), {
    a: "SUCCEED",
  });
  await executor.shutdown();
  assertEquals(told.length, 1);
  assertStringIncludes(told[0]!, "cannot write the metrics to ");
});

Deno.test("metrics() refuses options that are unknown or wrong", () => {
  assertThrows(() => metrics({ path: "" }), TypeError, 'Option "path" of metrics() must be the path of a file');
  assertThrows(() => metrics({ path: "x", intervalMs: 1 }), RangeError, "intervalMs");
  assertThrows(() => metrics({ path: "x", interval: 1 } as never), TypeError, "interval");
});
