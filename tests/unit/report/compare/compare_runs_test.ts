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

const slower = compareRuns([["one", runOn(1, 2)], ["two", runOn(2, 5)]]);
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
  assertEquals(changedJobs(slower), [{ name: "own", run: 1, beforeMs: 2000, afterMs: 5000, factor: 2.5 }]);
  const noisy = (shift: number) =>
    runOf([1, 9, 2, 8].map((seconds, index) => ran(`n:${index}`, ["0"], index * 10, index * 10 + seconds + shift)));
  assertEquals(changedJobs(compareRuns([["a", noisy(0)], ["b", noisy(2)]])), []);
});

Deno.test("changedJobs() tells of one or two tasks only where the change is great", () => {
  const taking = (...seconds: number[]) => runOf(seconds.map((time, index) => ran(`n:${index}`, ["0"], 0, time)));
  const factors = (before: number[], after: number[]) =>
    changedJobs(compareRuns([["a", taking(...before)], ["b", taking(...after)]])).map(({ factor }) => factor);
  assertEquals(factors([0.009], [0.014]), []);
  assertEquals(factors([2], [4]), []);
  assertEquals(factors([10], [14]), []);
  assertEquals(factors([2], [5]), [2.5]);
  assertEquals(factors([5], [2]), [0.4]);
  assertEquals(factors([1, 1], [2, 2, 2]), []);
  assertEquals(factors([1, 1, 1], [2, 2, 2]), [2]);
});

Deno.test("compareRuns() gives no speed-up over a run that has no job in common, and tells why", () => {
  const [job, other] = ["job", "other"].map((name) =>
    runOf([ran(name, ["0"], 0, 1)], { begunAt: 0, endedAt: 1e6, cores: 1 })
  );
  const empty = runOf([], { begunAt: 0, endedAt: 1e3, cores: 1 });
  const compared = compareRuns([["a", job!], ["b", other!], ["c", empty], ["d", job!]]);
  assertEquals(compared.map(({ speedUp, efficiencyPercent }) => [speedUp, efficiencyPercent]), [
    [1, 100],
    [undefined, undefined],
    [undefined, undefined],
    [1, 100],
  ]);
  assertEquals(comparisonLines(compared).slice(-3), [
    "b has no job in common with a, so their times say nothing of a speed-up",
    "c ran no task, so it has no speed-up",
    "no job took clearly longer or shorter than in the first run",
  ]);
  assertEquals(
    comparisonLines(compareRuns([["c", empty], ["a", job!]])).at(-1),
    "c ran no task that a could be compared with",
  );
});

Deno.test("comparisonLines() shows what would turn the direction of names", () => {
  const taking = (seconds: number) => runOf([ran("a\u202eb", ["0"], 0, seconds)]);
  const text = comparisonLines(compareRuns([["x", taking(1)], ["y\u2066", taking(9)]])).join("\n");
  assertEquals(/[\u202e\u2066]/.test(text), false);
  assertStringIncludes(text, "a\ufffdb took 9.00 times as long in y\ufffd: 9.0 s after 1.0 s");
});

Deno.test("compareRuns() counts failed and omitted tasks apart, and no iterative job beside its iterations", () => {
  const tasks: TimedTask[] = ["bad", "it", "it:0", "it:1"].map((name, index) => ({
    ...{ name, state: index === 0 ? "FAILED" : "OMITTED", nodes: [] },
  }));
  const [run] = compareRuns([["a", runOf(tasks, { taskCount: 3, failedCount: 3 })]]);
  assertEquals([run!.failed, run!.omitted], [1, 2]);
});

Deno.test("comparisonLines() and comparisonTable() tell the same to people and to programs", () => {
  const text = comparisonLines(slower).map((line) => line.trimEnd()).join("\n");
  assertStringIncludes(text, "\nfailed: timeout          1             1\n");
  assertStringIncludes(text, "own took 2.50 times as long in two: 5.0 s after 2.0 s");
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
