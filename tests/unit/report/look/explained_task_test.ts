import { assertEquals } from "@std/assert";
import { type ExplainedTask, formatExplained } from "../../../../src/report/look/explained_task.ts";

const waits: ExplainedTask = {
  ...{ name: "A", state: "QUEUED", phase: "ready", isPaused: false, needs: "4 cores", free: { cores: 1, of: 4 } },
  ...{ fits: false, after: [], before: { tasks: 5, first: ["B", "C"] }, expectedAtMs: 4_000 },
  changes: [{ kind: "cores", count: 1 }, { kind: "end", tasks: ["D", "E"], more: 2 }],
};

Deno.test("formatExplained() tells why a task waits, and what would start it", () => {
  assertEquals(formatExplained({ ...waits, alike: 2 }, 1_000).split("\n"), [
    "A: waits for resources (2 more tasks of the job wait, too)",
    "  needs     4 cores; free now 1 of 4 cores",
    "  before it 5 tasks: B, C …",
    "  expected  in about 3.0s",
    "  sooner if it asks for 1 core: that is free",
    "  or if     D, E and 2 more tasks end",
    "",
  ]);
});

Deno.test("formatExplained() tells dependencies, limits, what is held back, a pause and a retry", () => {
  const first = (more: Partial<ExplainedTask>) => formatExplained({ ...waits, ...more }, 1_000).split("\n");
  const after = [{ name: "B", state: "EXECUTING" as const }];
  assertEquals(first({ name: "A\x1b[2J\u202e", phase: "live", state: "EXECUTING" })[0], "A\ufffd: runs");
  assertEquals(first({ phase: "blocked", after })[0], "A: waits for others: B (EXECUTING)");
  assertEquals(first({ isPaused: true })[0], "A: waits, as the run is paused");
  assertEquals(
    first({ lacksTime: { neededMs: 1_800_000, leftMs: 720_000 } })[0],
    "A: waits for a resumed run: it may take 30m00s, and all work stops in 12m00s, as the allocation ends then",
  );
  assertEquals(first({ phase: "delayed", readyAtMs: 3_500 })[0], "A: failed, and is tried again in about 2.5s");
  assertEquals(first({ phase: "live", state: "EXECUTING" })[0], "A: runs");
  assertEquals(first({ caps: [3] })[2], "  limit     3 tasks of its job or group may run at once, and do");
  assertEquals(
    first({ heldBackFor: "Z" })[2],
    "  held back it would fit, but that is kept free for Z, which has waited too long",
  );
});
