import { assertEquals } from "@std/assert";
import type { Event } from "../../../src/core/types.ts";
import { betweenBreaks, BreakFinder, breakTime, elapsedTime, timeBetween } from "../../../src/report/breaks.ts";
import { describeEfficiency, describeUse, findGaps } from "../../../src/report/figures/core_use.ts";
import { describeTimes } from "../../../src/report/figures/run_figures.ts";
import { ranTasks, type TimedTask } from "../../../src/report/figures/timed_run.ts";
import { ganttPicture } from "../../../src/report/pictures/gantt_picture.ts";
import { queuePicture, utilisationPicture } from "../../../src/report/pictures/lines_picture.ts";
import { renderPicture } from "../../../src/report/pictures/picture.ts";
import { pictureRun, waitsOf } from "../../../src/report/pictures/pictured_run.ts";
import { ran, runOf } from "./figures/support.ts";

const header = (pilotBegunMs: number) => ({ metadata: { pilotBegunMs } });
const event = (atMs: number): Event => ({ kind: "pilotDrained", atMs });

Deno.test("BreakFinder tells of a break at the first header of another pilot, and of none at copies of a header", () => {
  const finder = new BreakFinder();
  const seen = [header(10), header(10)].map((one) => finder.look(one));
  finder.apply(event(20));
  seen.push(finder.look(header(10)), finder.look(header(50)), finder.look(header(50)));
  finder.apply(event(60));
  seen.push(finder.look({ metadata: {} }), finder.look(undefined), finder.look(header(60)));
  const found = { fromMs: 20, toMs: 50 };
  assertEquals([seen, finder.found], [[
    undefined,
    undefined,
    undefined,
    found,
    undefined,
    undefined,
    undefined,
    undefined,
  ], [
    found,
  ]]);
});

Deno.test("BreakFinder tells of no break before the first event, nor where the clock was set back", () => {
  const finder = new BreakFinder();
  finder.look(header(10));
  finder.look(header(20));
  finder.apply(event(40));
  finder.look(header(30));
  assertEquals(finder.found, []);
});

Deno.test("breakTime(), timeBetween(), elapsedTime() and betweenBreaks() take breaks out of any time", () => {
  const breaks = [{ from: 10, to: 20 }, { from: 30, to: 35 }];
  const cases: [from: number, to: number, left: number, parts: number[][]][] = [
    [0, 5, 5, [[0, 5]]],
    [0, 40, 25, [[0, 10], [20, 30], [35, 40]]],
    [12, 18, 0, []],
    [15, 32, 10, [[20, 30]]],
    [10, 20, 0, []],
    [9, 9, 0, []],
  ];
  for (const [from, to, left, parts] of cases) {
    assertEquals([timeBetween(breaks, from, to), breakTime(breaks, from, to)], [left, to - from - left]);
    assertEquals([...betweenBreaks(breaks, from, to)].map(({ from, to }) => [from, to]), parts);
  }
  assertEquals(timeBetween(breaks, 40, 0), 0);
  assertEquals([elapsedTime([{ fromMs: 10, toMs: 20 }], 0, 25), elapsedTime(undefined, 0, 25)], [15, 25]);
});

/** One core: 2 s to 5 s, killed at 6 s while the next task ran, resumed at 100 s, which ran it again. */
const lost: TimedTask = { ...ran("b", ["0"], 5, 101), attempt: 1, state: "FAILED" };
const resumed = runOf([ran("a", ["0"], 2, 5), ran("b", ["0"], 102, 104)], {
  ...{ begunAt: 0, endedAt: 105e6, cores: 1, earlier: [lost], breaks: [{ from: 6e6, to: 100e6 }] },
});

Deno.test("no figure counts a break of a run, and no task outlives its pilot", () => {
  assertEquals(ranTasks(resumed).map(({ name, beganAt, finishedAt }) => [name, beganAt / 1e6, finishedAt / 1e6]), [
    ["a", 2, 5],
    ["b", 102, 104],
    ["b", 5, 6],
  ]);
  const { runtime, initOverhead, finishOverhead } = describeTimes(resumed);
  // 6 s and 5 s of two pilots; before their first tasks 2 s each, after the last of the second 1 s.
  assertEquals([runtime, initOverhead, finishOverhead], [11e6, 4e6, 1e6]);
  const use = describeUse(resumed)!;
  assertEquals([use.time, use.cores[0]!.unused, use.usedPercent], [11e6, 5e6, 6 / 11 * 100]);
  assertEquals(describeUse(resumed, { withoutInit: true })!.time, 8e6);
  const efficiency = describeEfficiency(resumed)!;
  assertEquals([efficiency.time, efficiency.cores[0]!.unused], [8e6, 2e6]);
  assertEquals([...findGaps(resumed)].map(({ from, to }) => [from, to]), [[100e6, 102e6]]);
});

Deno.test("pictures leave breaks out of their time, and mark where they were and how long", () => {
  const pictured = pictureRun(resumed);
  assertEquals([pictured.lengthMs, pictured.breaks], [11_000, [{ at: 6_000, lengthMs: 94_000 }]]);
  assertEquals(pictured.ran.map(({ from, to }) => [from, to]), [[2_000, 5_000], [5_000, 6_000], [8_000, 10_000]]);
  assertEquals(utilisationPicture(pictured).title, "Cores in use: 55 % of 1 core over 11.0 s");
  for (const picture of [ganttPicture, utilisationPicture, queuePicture]) {
    const svg = renderPicture(picture(pictured));
    assertEquals([svg.match(/stopped for 1 min 34 s/g)?.length, svg.match(/stroke-dasharray="2 3"/g)?.length], [1, 1]);
    assertEquals(svg.includes("time since the start, without breaks"), true);
  }
});

Deno.test("waitsOf() counts a task as waiting before each of its attempts, and never while it runs", () => {
  const queued = (task: TimedTask) => ({ ...task, queuedAt: 0 });
  const waiting: TimedTask = { name: "w", state: "QUEUED", queuedAt: 3e6, nodes: [] };
  const never: TimedTask = { name: "n", state: "OMITTED", queuedAt: 1e6, endedAt: 4e6, nodes: [] };
  const run = runOf([queued(ran("r", ["0"], 6, 8)), waiting, never], {
    ...{ begunAt: 0, endedAt: 9e6, earlier: [ran("r", ["0"], 1, 2)] },
  });
  assertEquals(waitsOf(pictureRun(run)).map(({ name, waits }) => [name, ...waits.map(({ from, to }) => [from, to])]), [
    ["r", [0, 1000], [2000, 6000]],
    ["w", [3000, 9000]],
    ["n", [1000, 4000]],
  ]);
});
