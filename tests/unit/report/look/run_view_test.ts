import { assertEquals, assertMatch } from "@std/assert";
import { textWidth } from "../../../../src/base/columns.ts";
import { cutName } from "../../../../src/report/look/cut_name.ts";
import { compareRows, rowOf } from "../../../../src/report/look/task_row.ts";
import { formatRows } from "../../../../src/report/look/row_table.ts";
import { estimateLeft } from "../../../../src/report/look/time_left.ts";
import { countWaits, waitOf } from "../../../../src/report/look/waits.ts";
import { gatherAttempts } from "../../../../src/report/look/attempts.ts";
import { describeRun } from "../../../../src/report/look/run_status.ts";
import { formatStatus } from "../../../../src/report/look/status_text.ts";
import { failedWith, submittedAtMs, ViewedRun } from "./support.ts";

const none = { groups: [], failed: 0, canceled: 0, omitted: 0, total: 0 };

Deno.test("RunView keeps jobs that the run has forgotten, and finds the newest of a name", () => {
  const run = new ViewedRun("A", "B");
  run.start(0, 1_010);
  run.end(0, 1_020);
  run.apply({ kind: "jobForgotten", atMs: 1_030, job: 0 });
  run.apply({ kind: "jobSubmitted", atMs: 1_040, job: { ...run.jobs[0]!, id: 7, firstTask: 9 } });
  assertEquals(run.view.find("A")?.firstTask, 9);
  assertEquals([...run.view.tasks()].map(({ job }) => job.firstTask), [0, 1, 9]);
  assertEquals(run.view.counts().SUCCEED, 1);
  assertEquals(rowOf(run.view, { job: run.jobs[0]!, offset: 0 }, 0).queuedAtMs, submittedAtMs);
  assertEquals([run.view.firstAtMs, run.view.lastAtMs, run.view.isFinished], [submittedAtMs, 1_040, false]);
});

Deno.test("rowOf() tells how long a task waited and ran, up to now while it runs", () => {
  const run = new ViewedRun("A x2", "B");
  const [job] = run.jobs;
  run.start(0, 1_500);
  run.start(1, 1_600);
  run.end(1, 1_900, failedWith(3));
  const row = (offset: number) => rowOf(run.view, { job: job!, offset }, 2_000);
  assertEquals([row(0).name, row(0).waitedMs, row(0).ranMs, row(0).nodes, row(0).cores], ["A:0", 500, 500, ["a"], 1]);
  assertEquals([row(1).state, row(1).exitCode, row(1).cause, row(1).ranMs], ["FAILED", 3, "exit", 300]);
  const waiting = rowOf(run.view, { job: run.jobs[1]!, offset: 0 }, 2_000);
  assertEquals([waiting.state, waiting.waitedMs, waiting.ranMs, waiting.cores], ["QUEUED", 1_000, undefined, 0]);
  const [heading, , , last] = [...formatRows([row(0), row(1), waiting])];
  assertEquals(heading, "task  state      cause  exit  tries  node  cores  waited  ran    cpu  memory\n");
  assertEquals(last, "B     QUEUED     -      -     0      -     -      1.0s    -      -    -\n");
});

Deno.test("formatRows() cuts long names to the screen, but not the index that tells iterations apart", () => {
  const run = new ViewedRun(`${"long".repeat(20)} x12`, "short", "分析".repeat(30));
  const rows = [...run.view.tasks()].map((task) => rowOf(run.view, task, 2_000));
  for (const columns of [80, 100, 130]) {
    const lines = [...formatRows(rows, columns)].map((line) => line.trimEnd());
    assertEquals(lines.filter((line) => textWidth(line) > columns), []);
    assertEquals(new Set(lines).size, lines.length);
    assertMatch(lines[1]!, /^(long)+[a-z]{0,3}…:0 +QUEUED /);
    assertMatch(lines[12]!, /^(long)+[a-z]{0,3}…:11 +QUEUED /);
    assertMatch(lines[14]!, /^[分析]+… +QUEUED /);
  }
  assertMatch([...formatRows(rows)][1]!, /^(long){20}:0 +QUEUED /);
  assertEquals([cutName("abcdef:12", 6), cutName("abcdef:12", 4), cutName("a:1", 3)], ["ab…:12", "abc…", "a:1"]);
});

Deno.test("compareRows() puts the longest first, what lacks a length last, and iterations in their order", () => {
  const row = (name: string, ranMs?: number) => ({
    ...{ name, state: "SUCCEED" as const, attempts: 1, nodes: [], cores: 1, queuedAtMs: 0 },
    ...(ranMs === undefined ? {} : { ranMs }),
  });
  const names = (order: "ran" | "name") =>
    [row("a:10"), row("a:9", 5), row("B", 7)].sort(compareRows(order)).map(({ name }) => name);
  assertEquals(names("ran"), ["B", "a:9", "a:10"]);
  assertEquals(names("name"), ["B", "a:9", "a:10"]);
});

Deno.test("waitOf() names what a task depends on, and tells retries from what waits for resources", () => {
  const run = new ViewedRun("A x2 retry=1", "B after=A", "C x2 after=A:${it}", "D");
  const [a, b, c, d] = run.jobs;
  run.start(0, 1_010);
  run.end(0, 1_020);
  run.start(1, 1_010);
  const outcome = { kind: "failed", cause: "exit", reason: "exit code 1" } as const;
  run.apply({ kind: "attemptEnded", atMs: 1_030, task: 1, job: 0, attempt: 1, outcome, usage: {}, readyAtMs: 2_000 });
  assertEquals(waitOf(run.view, { job: a!, offset: 1 }), { kind: "retry" });
  assertEquals(waitOf(run.view, { job: b!, offset: 0 }), { kind: "dependencies", on: ["A"] });
  assertEquals(waitOf(run.view, { job: c!, offset: 0 }), { kind: "resources" });
  assertEquals(waitOf(run.view, { job: c!, offset: 1 }), { kind: "dependencies", on: ["A:1"] });
  assertEquals(waitOf(run.view, { job: d!, offset: 0 }), { kind: "resources" });
  assertEquals(countWaits(run.view), [
    { kind: "resources", tasks: 2 },
    { kind: "dependencies", tasks: 2, on: ["A", "A:1"] },
    { kind: "retry", tasks: 1 },
  ]);
});

Deno.test("estimateLeft() goes by how long the tasks of the same job took, on the cores in use", () => {
  const run = new ViewedRun("quick x4", "slow x4");
  assertEquals(estimateLeft(run.view, 1, 2_000), undefined);
  for (const task of [0, 1]) {
    run.start(task, 1_000);
    run.end(task, 1_100);
  }
  run.start(4, 1_000);
  run.end(4, 2_000);
  run.start(5, 2_000);
  // Two quick ones of 100 ms; three slow ones of 1,000 ms, of which one has run for 400.
  assertEquals(estimateLeft(run.view, 1, 2_400), 2 * 100 + 3 * 1000 - 400);
  assertEquals(estimateLeft(run.view, 2, 2_400), (2 * 100 + 3 * 1000 - 400) / 2);
  // However many cores there are, the one that runs takes its time.
  assertEquals(estimateLeft(run.view, 64, 2_400), 600);
});

Deno.test("gatherAttempts() tells each attempt of one task, and not those of others", () => {
  const run = new ViewedRun("A retry=1", "B");
  const allocation = { nodes: [{ name: "a", cores: ["3"], gpus: [] }] };
  const outcome = { kind: "failed", cause: "exit", exit: { code: 2 }, reason: "exit code 2" } as const;
  const attempts = gatherAttempts([
    { kind: "taskScheduled", atMs: 10, task: 0, job: 0, attempt: 1, allocation },
    { kind: "taskScheduled", atMs: 10, task: 1, job: 1, attempt: 1, allocation },
    { kind: "taskStarted", atMs: 11, task: 0, job: 0, attempt: 1, pid: 5 },
    { kind: "attemptEnded", atMs: 12, task: 0, job: 0, attempt: 1, outcome, usage: { cpuMs: 1 }, readyAtMs: 13 },
    { kind: "taskScheduled", atMs: 14, task: 0, job: 0, attempt: 2, allocation },
  ], run.jobs[0]!.firstTask);
  assertEquals(attempts, [
    {
      ...{ attempt: 1, allocation: "a[3]", gpus: "", scheduledAtMs: 10, startedAtMs: 11, pid: 5, endedAtMs: 12 },
      ...{ succeeded: false, cause: "exit", reason: "exit code 2", exit: { code: 2 }, cpuMs: 1 },
    },
    { attempt: 2, allocation: "a[3]", gpus: "", scheduledAtMs: 14 },
  ]);
});

Deno.test("describeRun() counts up to now while a run lives, and up to its last event when it was broken off", () => {
  const run = new ViewedRun("A", "B");
  run.start(0, 1_500);
  const facts = { id: "x", folder: "/w/x", begunAtMs: 900, cores: 4 };
  const alive = describeRun(run.view, { ...facts, liveness: "alive", processId: 9 }, none, 5_000);
  assertEquals([alive.elapsedMs, alive.coresInUse, alive.longest[0]?.ranMs], [4_100, 1, 3_500]);
  const broken = describeRun(run.view, { ...facts, liveness: "brokenOff" }, none, 5_000);
  assertEquals([broken.elapsedMs, broken.leftMs, broken.longest[0]?.ranMs], [600, undefined, 0]);
  const options = { readWords: () => undefined, groupsMax: 1, namesMax: 1, linesMax: [0, 0] as const };
  assertEquals(formatStatus(alive, 0, options).split("\n"), [
    "run      x: alive (process 9)",
    "folder   /w/x",
    "time     begun 1970-01-01 00:00:00, for 4.1s",
    "tasks    2: 1 running, 1 waiting",
    "cores    1 of 4 in use",
    "longest  A runs for 3.5s on a",
    "waiting  1 task for resources",
    "",
  ]);
  assertEquals(formatStatus(broken, 0, options).split("\n")[4], "longest  A ran for 0ms on a");
  assertEquals(formatStatus(broken, 0, options).split("\n").at(-2), "go on    qcgpj run --resume /w/x");
});
