import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Event } from "../../../../src/core/types.ts";
import { gridOf } from "../../../../src/report/dashboard/core_grid.ts";
import { DashboardModel } from "../../../../src/report/dashboard/dashboard_model.ts";
import { RunView } from "../../../../src/report/look/run_view.ts";
import { runWorld } from "../../../sim/world.ts";
import { failedWith, submittedAtMs, ViewedRun } from "../look/support.ts";

/** A run whose events a model takes in, too. */
class ModelledRun extends ViewedRun {
  declare model: DashboardModel | undefined;

  override apply(event: Event): void {
    this.model ??= new DashboardModel(this.view, submittedAtMs);
    super.apply(event);
    this.model.apply(event);
  }
}

Deno.test("DashboardModel counts as RunView does, and sums the cores in use as a simple walk does, in any run", async () => {
  let compared = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const { entries } = await runWorld(seed);
    const view = new RunView();
    const model = new DashboardModel(view, 0);
    const granted: { fromMs?: number; untilMs?: number; readonly cores: number; readonly task: number }[] = [];
    let lastMs = 0;
    for (const event of entries.flatMap((entry) => entry.kind === "durable" ? entry.events : [])) {
      view.apply(event);
      model.apply(event);
      lastMs = Math.max(lastMs, event.atMs);
      if (event.kind === "taskScheduled") {
        const cores = event.allocation.nodes.flatMap((node) => node.cores).length;
        granted.push({ cores, task: event.task });
      } else if (event.kind === "taskStarted") {
        granted.findLast(({ task }) => task === event.task)!.fromMs = event.atMs;
      } else if (event.kind === "taskEnded" || event.kind === "attemptEnded") {
        const last = granted.findLast(({ task }) => task === event.task);
        if (last !== undefined) last.untilMs = event.atMs;
      }
      assertEquals(model.counts, view.counts(), `seed ${seed}, event ${model.number}: ${event.kind}`);
      compared++;
    }
    // From the start of the process on, as in every report; what could not be started was never in use.
    const coreMs = granted.reduce(
      (sum, { fromMs, untilMs = lastMs, cores }) => sum + (fromMs === undefined ? 0 : cores * (untilMs - fromMs)),
      0,
    );
    assertAlmostEquals(model.timeline(lastMs).coreMs, coreMs, 1e-6 * Math.max(1, coreMs), `seed ${seed}`);
    assertEquals(
      model.coresInUse,
      granted.filter(({ untilMs }) => untilMs === undefined).reduce((n, g) => n + g.cores, 0),
    );
  }
  assertEquals(compared > 500, true);
});

Deno.test("DashboardModel sums the cores in use by when tasks started and ended, in whatever order it is told", () => {
  const run = new ModelledRun("A x3");
  run.start(0, 1_100);
  run.end(0, 2_000);
  run.start(1, 1_500);
  run.end(1, 1_800);
  run.start(2, 1_900);
  assertEquals([2_100, 5_000, 2_100].map((ms) => run.model!.timeline(ms).coreMs), [1_400, 4_300, 1_400]);
});

Deno.test("DashboardModel begins in the middle of a run as if it had seen all of it", () => {
  const run = new ModelledRun("A x4 retry=1", "B after=A");
  run.start(0, 1_010);
  run.start(1, 1_020);
  run.end(0, 1_030, failedWith(2));
  const late = new DashboardModel(run.view, submittedAtMs);
  assertEquals([late.counts, late.coresInUse], [run.model!.counts, run.model!.coresInUse]);
  assertEquals([...late.live()].map(({ offset }) => offset), [1]);
});

Deno.test("DashboardModel takes back the ends of tasks that run again", () => {
  const run = new ModelledRun("A x3");
  for (const task of [0, 1, 2]) {
    run.start(task, 1_010);
    run.end(task, 1_020, task === 0 ? undefined : failedWith(1));
  }
  const counts = { succeeded: 0, failed: 2, canceled: 0, omitted: 0 };
  run.apply({ kind: "tasksReopened", atMs: 2_000, job: 0, first: 1, count: 2, counts });
  assertEquals(run.model!.counts, run.view.counts());
  assertEquals([run.model!.counts.QUEUED, run.model!.counts.FAILED], [2, 0]);
});

Deno.test("DashboardModel.attempts() tells each attempt, also of a task that waits for its next", () => {
  const run = new ModelledRun("A retry=2");
  const [job] = run.jobs;
  const outcome = { kind: "failed", cause: "exit", exit: { code: 1 }, reason: "exit code 1" } as const;
  run.start(0, 1_010);
  run.apply({
    ...{ kind: "attemptEnded", atMs: 1_030, task: 0, job: 0, attempt: 1, outcome, readyAtMs: 2_000 },
    usage: { cpuMs: 7 },
  });
  const attempts = () => run.model!.attempts({ job: job!, offset: 0 });
  assertEquals(attempts().map(({ attempt, endedAtMs, cpuMs, reason }) => [attempt, endedAtMs, cpuMs, reason]), [
    [1, 1_030, 7, "exit code 1"],
  ]);
  run.start(0, 2_010, 2);
  assertEquals(attempts().map(({ attempt, succeeded }) => [attempt, succeeded]), [[1, false], [2, undefined]]);
  run.end(0, 2_050, undefined, 2);
  assertEquals(attempts().map(({ attempt, succeeded, endedAtMs }) => [attempt, succeeded, endedAtMs]), [
    [1, false, 1_030],
    [2, true, 2_050],
  ]);
});

Deno.test("DashboardModel lets what a lost pilot ran wait again from the moment another goes on", () => {
  const run = new ModelledRun("A x2");
  run.start(0, 2_000);
  run.start(1, 2_000);
  run.end(1, 3_000);
  run.model!.takeBreak({ fromMs: 3_000, toMs: 60_000 });
  const { counts, coresInUse } = run.model!;
  assertEquals([counts.QUEUED, counts.EXECUTING, counts.SUCCEED, coresInUse, [...run.model!.live()]], [1, 0, 1, 0, []]);
  run.start(0, 61_000, 2);
  run.end(0, 62_000, undefined, 2);
  // Two cores for a second, then one for a second.
  assertEquals([run.model!.timeline(62_000).coreMs, run.model!.counts.SUCCEED], [3_000, 2]);
});

Deno.test("Happenings after a number are those that came since, with the numbers of their events", () => {
  const run = new ModelledRun("A x3");
  for (const task of [0, 1, 2]) run.start(task, 1_010);
  run.end(0, 1_020, failedWith(4));
  run.end(1, 1_030);
  run.end(2, 1_040, failedWith(5));
  const { happenings } = run.model!;
  assertEquals(happenings.after(0).happenings.map(({ number, text }) => [number, text]), [
    [8, "A:0 failed: exit code 4"],
    [10, "A:2 failed: exit code 5"],
  ]);
  assertEquals(happenings.after(8), { happenings: happenings.after(0).happenings.slice(1), hasMissed: false });
  assertEquals(happenings.after(10).happenings, []);
});

Deno.test("Happenings says that some are missing when it has forgotten what came after the number", () => {
  const run = new ModelledRun("A x2000");
  for (let task = 0; task < 2000; task++) {
    run.start(task, 1_010);
    run.end(task, 1_020, failedWith(1));
  }
  const { happenings, hasMissed } = run.model!.happenings.after(100);
  assertEquals([happenings.length, happenings.at(-1)?.task, hasMissed], [500, "A:1999", true]);
  const { number } = happenings[0]!;
  assertEquals(run.model!.happenings.after(number).hasMissed, false);
});

Deno.test("gridOf() shows each core with its task, and only counts when there are too many", () => {
  const run = new ModelledRun("A x2");
  run.start(1, 1_010);
  const nodes = [{ name: "a", cores: ["0", "1"] }, { name: "b", cores: ["0"] }];
  assertEquals(gridOf(run.model!, nodes), {
    rows: [
      { name: "a", nodes: 1, cores: 2, busy: 1, ids: ["0", "1"], tasks: [0, -1] },
      { name: "b", nodes: 1, cores: 1, busy: 0, ids: ["0"], tasks: [-1] },
    ],
    tasks: ["A:1"],
    cores: 3,
    busy: 1,
  });
  // Nodes that nobody told of are known by what was granted on them.
  assertEquals(gridOf(run.model!, []).rows.map(({ name, ids }) => [name, ids]), [["a", ["0"]]]);
  const cores = Array.from({ length: 100 }, (_, core) => String(core));
  const many = gridOf(
    run.model!,
    Array.from({ length: 2000 }, (_, node) => ({ name: node === 0 ? "a" : `n${node}`, cores })),
  );
  assertEquals([many.rows.length, many.cores, many.busy, many.tasks], [500, 200_000, 1, []]);
  assertEquals(many.rows[0], { name: "a … n3", nodes: 4, cores: 400, busy: 1 });
});
