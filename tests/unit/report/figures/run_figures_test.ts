import { assertAlmostEquals, assertEquals } from "@std/assert";
import { describeLaunches, describeTimes, tasksOn } from "../../../../src/report/figures/run_figures.ts";
import { describeSample } from "../../../../src/report/figures/sample.ts";
import { timeView } from "../../../../src/report/figures/view_run.ts";
import type { TimedTask } from "../../../../src/report/figures/timed_run.ts";
import { failedWith, ViewedRun } from "../look/support.ts";
import { ran, runOf } from "./support.ts";

Deno.test("describeSample() has the numbers that Python's statistics has", () => {
  assertEquals(describeSample([4, 1, 3, 2]), {
    ...{ max: 4, min: 1, mean: 2.5, median: 2.5, median_lo: 2, median_hi: 3 },
    ...{ stdev: Math.sqrt(5 / 3), pstdev: Math.sqrt(1.25), var: 5 / 3, pvar: 1.25 },
  });
  const one = { max: 3, min: 3, mean: 3, median: 3, median_lo: 3, median_hi: 3 };
  assertEquals(describeSample([3]), { ...one, pstdev: 0, pvar: 0 });
});

Deno.test("describeTimes() measures what of a run was before its first task and behind its last", () => {
  const figures = describeTimes(runOf([ran("a", ["0"], 2, 5), ran("b", ["0"], 5, 9)], { begunAt: 1e6, endedAt: 11e6 }));
  const { runtime, initOverhead, finishOverhead, firstStartAt, lastFinishAt, runTimes } = figures;
  assertEquals([runtime, initOverhead, finishOverhead, firstStartAt, lastFinishAt], [10e6, 1e6, 2e6, 2e6, 9e6]);
  assertEquals([runTimes?.min, runTimes?.max, runTimes?.mean], [3, 4, 3.5]);
});

Deno.test("describeTimes() leaves out what is not known, and the run time of what could not be started", () => {
  const lost = { name: "lost", state: "FAILED", ranMicros: 0, nodes: [{ name: "n", cores: ["0"] }] } as const;
  assertEquals(describeTimes(runOf([lost], { failedCount: 1 })), { tasks: 1, failed: 1 });
});

Deno.test("describeLaunches() takes the mean of each task's overhead to its own run time", () => {
  const slow = { ...ran("slow", ["0"], 10, 20), executingAt: 9e6, endedAt: 22e6 };
  const fast = { ...ran("fast", ["0"], 30, 31), executingAt: 30e6, endedAt: 32e6 };
  const waiting = { name: "waiting", state: "QUEUED", nodes: [] } as const;
  const { overheads, ...figures } = describeLaunches(runOf([slow, fast, waiting]));
  assertEquals(overheads.map(({ name, start, finish }) => [name, start, finish]), [["slow", 1e6, 2e6], [
    "fast",
    0,
    1e6,
  ]]);
  assertEquals(figures, { tasks: 2, start: 1e6, finish: 3e6, processTime: 5.5e6, pilotTime: 7.5e6, percent: 65 });
  const { percent, ...none } = describeLaunches(runOf([]));
  assertEquals([none.tasks, percent, none.processTime], [0, 0, 0]);
});

Deno.test("tasksOn() lists what ran on one core, by its start", () => {
  const run = runOf([ran("c", ["1"], 5, 6), ran("a", ["0"], 3, 4), ran("b", ["0", "1"], 1, 2)]);
  assertEquals(tasksOn(run, "n", "0").map(({ name }) => name), ["b", "a"]);
  assertEquals([tasksOn(run, "m", "0"), tasksOn(run, "n", "7")], [[], []]);
});

Deno.test("timeView() tells when tasks of a run were where, and counts all", () => {
  const run = new ViewedRun("good", "bad", "waiting");
  run.start(0, 2_000.5);
  run.end(0, 3_000.25);
  run.start(1, 2_000);
  run.end(1, 2_500, failedWith(3));
  const facts = { id: "x", folder: "/x", begunAtMs: 900, liveness: "ended", cores: 4, nodes: 2 } as const;
  const { tasks, ...timed } = timeView(run.view, facts, 60);
  assertEquals(timed, {
    ...{ begunAt: 900_000, endedAt: 2_500_000, untilAt: 2_500_000, nodes: 2, cores: 4, taskCount: 3, failedCount: 1 },
    ...{ knowsProcessTimes: true, zone: 60 },
  });
  const [good, bad, waiting] = tasks;
  const { nodes, ...times } = good!;
  assertEquals(nodes.map(({ name, cores }) => [name, ...cores]), [["a", "0"]]);
  assertEquals<Omit<TimedTask, "nodes">>(times, {
    ...{ name: "good", state: "SUCCEED" },
    ...{ queuedAt: 1_000_000, scheduledAt: 2_000_500, executingAt: 2_000_500, beganAt: 2_000_500 },
    ...{
      endedAt: 3_000_250,
      ranMicros: 999_750,
      finishedAt: 3_000_250,
      exitCode: "0",
      pid: "70",
      program: good!.program!,
    },
  });
  assertEquals([bad!.state, bad!.cause, bad!.exitCode, waiting!.state, waiting!.ranMicros], [
    "FAILED",
    "exit",
    "3",
    "QUEUED",
    undefined,
  ]);
  assertAlmostEquals(describeTimes({ tasks, ...timed }).runTimes!.mean, (0.99975 + 0.5) / 2);
});
