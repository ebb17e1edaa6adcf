import { assertEquals } from "@std/assert";
import { parseJob } from "../../../src/job/parse.ts";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import { planTask } from "../../../src/launch/plan_task.ts";

const allocation = { nodes: [{ name: "a", cores: ["0"], gpus: [] }] };

function plan(job: Record<string, unknown>, attempt = 1, memoryMiB = 0): LaunchPlan {
  const { execution, ...more } = job;
  const parsed = parseJob({ name: "j", execution: { exec: "date", ...execution as object }, ...more }, {});
  const context = { rootWd: "/r", environmentSchema: "common" } as const;
  const planned = planTask({ job: parsed, offset: 0, allocation, nodes: [0], tag: "s", attempt, memoryMiB }, context);
  if ("message" in planned) throw new Error(planned.message);
  return planned;
}

Deno.test("planTask() keeps nothing before the first attempt", () => {
  assertEquals(plan({ execution: { stdout: "o" } }).keep, undefined);
});

Deno.test("planTask() keeps what the attempt before wrote beside the next one's outputs, one file once", () => {
  assertEquals(plan({ execution: { stdout: "o", stderr: "e" } }, 3).keep, [
    { from: "/r/o", to: "/r/o.attempt-2" },
    { from: "/r/e", to: "/r/e.attempt-2" },
  ]);
  assertEquals(plan({ execution: { stdout: "o", stderr: "o" } }, 2).keep, [{ from: "/r/o", to: "/r/o.attempt-1" }]);
  assertEquals(plan({}, 2).keep, []);
});

Deno.test("planTask() limits the memory to what was granted, and only when the job wants that", () => {
  const resources = { memory: "100MiB", numNodes: 1 };
  assertEquals(plan({ resources, enforceMemory: true }, 2, 200).limits, { memoryMiB: 200 });
  assertEquals(plan({ resources, enforceMemory: false }, 1, 100).limits, undefined);
  assertEquals(plan({ resources }, 1, 100).limits, undefined);
});

Deno.test("planTask() passes the limit without output on", () => {
  assertEquals(plan({ execution: { stdout: "o" }, idleMs: 1500 }).limits, { idleMs: 1500 });
});

Deno.test("An attempt adds to a file that its job adds to, and keeps nothing of it aside", () => {
  const log = { path: "log", append: true };
  const both = plan({ execution: { stdout: log, stderr: "e" } }, 2);
  assertEquals([both.append, both.keep], [["stdout"], [{ from: "/r/e", to: "/r/e.attempt-1" }]]);
  const shared = plan({ execution: { stdout: log, stderr: log } }, 2);
  assertEquals([shared.append, shared.keep], [["stdout", "stderr"], []]);
  assertEquals("append" in plan({ execution: { stdout: "o" } }), false);
});
