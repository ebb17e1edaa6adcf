import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { changedJobs, compareRuns } from "../../../../src/report/compare/compare_runs.ts";
import { comparisonLines, comparisonTable } from "../../../../src/report/compare/comparison_text.ts";
import { renderPicture } from "../../../../src/report/pictures/picture.ts";
import { scalingPicture } from "../../../../src/report/pictures/scaling_picture.ts";
import type { TimedTask } from "../../../../src/report/figures/timed_run.ts";
import { ran, runOf } from "../figures/support.ts";

/** Four tasks of a second on so many cores, and one of a job of its own that takes so long. */
function runOn(cores: number, seconds: number) {
  const tasks = [0, 1, 2, 3].map((index) =>
    ran(`it:${index}`, [String(index % cores)], Math.floor(index / cores), Math.floor(index / cores) + 1)
  );
  const last: TimedTask = { ...ran("own", ["0"], 4 / cores, 4 / cores + seconds), state: "FAILED", cause: "timeout" };
  return runOf([...tasks, last], { begunAt: 0, endedAt: (4 / cores + seconds) * 1e6, cores, failedCount: 1 });
}

const runs = compareRuns([["one", runOn(1, 2)], ["two", runOn(2, 4)]]);

Deno.test("compareRuns() tells what each run took and cost, and how much faster it was than the first", () => {
  const [one, two] = runs;
  assertEquals([one!.makespanMs, two!.makespanMs, one!.speedUp, two!.speedUp], [6000, 6000, 1, 1]);
  assertAlmostEquals(two!.efficiencyPercent!, 50);
  assertAlmostEquals(two!.coreHours, 8 / 3600);
  assertAlmostEquals(two!.usedPercent!, 8 / 12 * 100);
  assertEquals([two!.overheadMs, [...two!.causes]], [0, [["timeout", 1]]]);
  assertEquals(two!.jobs.get("it"), { tasks: 4, failed: 0, meanMs: 1000, spreadMs: 0 });
});

Deno.test("changedJobs() tells of jobs whose times differ by more than their spread", () => {
  assertEquals(changedJobs(runs), [{ name: "own", run: 1, beforeMs: 2000, afterMs: 4000, factor: 2 }]);
  const noisy = (shift: number) =>
    runOf([1, 9, 2, 8].map((seconds, index) => ran(`n:${index}`, ["0"], index * 10, index * 10 + seconds + shift)));
  assertEquals(changedJobs(compareRuns([["a", noisy(0)], ["b", noisy(2)]])), []);
});

Deno.test("comparisonLines() and comparisonTable() tell the same to people and to programs", () => {
  const text = comparisonLines(runs).map((line) => line.trimEnd()).join("\n");
  assertStringIncludes(text, "\nfailed: timeout          1             1\n");
  assertStringIncludes(text, "own took 2.00 times as long in two: 4.0 s after 2.0 s");
  const { columns, rows } = comparisonTable(runs);
  const all = [...rows].map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])));
  assertEquals(all.map(({ run, job }) => `${run} ${job ?? ""}`), [
    "one ",
    "one it",
    "one own",
    "two ",
    "two it",
    "two own",
  ]);
  assertEquals([all[3]!["makespanSeconds"], all[5]!["meanSeconds"], all[0]!["meanSeconds"]], [6, 4, undefined]);
});

Deno.test("scalingPicture() draws each run that has its cores and its length on record", () => {
  const svg = renderPicture(scalingPicture([...runs, ...compareRuns([["x", runOf([])]])]));
  assertEquals(svg.match(/<circle/g)?.length, 2);
  assertStringIncludes(svg, "2 cores: 1.00 times as fast, an efficiency of 50 %.");
  assertEquals(/NaN|undefined/.test(renderPicture(scalingPicture([]))), false);
});
