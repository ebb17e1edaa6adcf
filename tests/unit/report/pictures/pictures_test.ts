import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ganttPicture, gapsPicture } from "../../../../src/report/pictures/gantt_picture.ts";
import { histogramPicture } from "../../../../src/report/pictures/histogram_picture.ts";
import { queuePicture, utilisationPicture } from "../../../../src/report/pictures/lines_picture.ts";
import { renderPicture } from "../../../../src/report/pictures/picture.ts";
import { pictureRun } from "../../../../src/report/pictures/pictured_run.ts";
import { layOutJobs } from "../../../../src/report/dashboard/job_graph.ts";
import { graphPicture } from "../../../../src/report/pictures/graph_picture.ts";
import type { TimedTask } from "../../../../src/report/figures/timed_run.ts";
import { failedWith, ViewedRun } from "../look/support.ts";
import { ran, runOf } from "../figures/support.ts";
import style from "../../../../src/report/html/report.css" with { type: "text" };
import golden from "./gantt_svg.txt" with { type: "text" };

const service = { begunAt: 0, endedAt: 10e6, cores: 2 };
const tasks = [ran("a", ["0"], 1, 4), ran("it:3", ["0", "1"], 5, 9), {
  ...ran("b", ["1"], 1, 3),
  state: "FAILED" as const,
}];
const small = pictureRun(runOf(tasks, service));

/** So many tasks one after the other on each of so many cores; those on the last core fail. */
function large(count: number, cores: number) {
  const tasks = Array.from({ length: count }, (_, index): TimedTask => {
    const [core, at] = [index % cores, Math.floor(index / cores)];
    const task = ran(`t:${index}`, [String(core)], at, at + 1);
    return core === cores - 1 ? { ...task, queuedAt: 0, state: "FAILED" } : { ...task, queuedAt: 0 };
  });
  return pictureRun(runOf(tasks, { begunAt: 0, endedAt: Math.ceil(count / cores) * 1e6, cores }));
}

/** What must be true of every picture; a page that holds it has a colour of its own for each part. */
function check(svg: string): void {
  for (const [, name] of svg.matchAll(/class="((?:fill|stroke)-\w+)"/g)) assertStringIncludes(style, `.${name} {`);
  assertMatch(svg, /^<svg [^>]*viewBox="-16 -8 \d+ [\d.]+"[^>]*role="img"/);
  assertMatch(svg, /<title>[^<]{8,}<\/title><desc>[^<]{8,}<\/desc>/);
  assertEquals(svg.includes("NaN") || svg.includes("undefined") || svg.includes("Infinity"), false, svg);
  const open = [...svg.matchAll(/<([a-z]+)[^>]*?(\/?)>/g)].filter(([, , closes]) => closes === "").length;
  assertEquals(open, [...svg.matchAll(/<\/[a-z]+>/g)].length);
}

const pictures = [
  ganttPicture,
  gapsPicture,
  utilisationPicture,
  queuePicture,
  (run: Parameters<typeof ganttPicture>[0]) => histogramPicture(run, "run"),
  (run: Parameters<typeof ganttPicture>[0]) => histogramPicture(run, "wait"),
];

Deno.test("renderPicture() draws every picture of a small run, of an empty one, and of one without an end", () => {
  const waiting: TimedTask = { name: "w", state: "QUEUED", queuedAt: 5e6, nodes: [] };
  for (const run of [small, pictureRun(runOf([])), pictureRun(runOf([waiting])), large(1, 1)]) {
    for (const picture of pictures) check(renderPicture(picture(run)));
  }
});

Deno.test("renderPicture() draws 100,000 tasks on 128 cores within 200 kB a picture, and each core that failed", () => {
  const run = large(100_000, 128);
  for (const picture of pictures) {
    const svg = renderPicture(picture(run));
    check(svg);
    assert(svg.length < 200_000, `${svg.length}`);
  }
  assertStringIncludes(renderPicture(ganttPicture(run)), `fill="#d55e00"`);
});

Deno.test("ganttPicture() draws a small run as it did: a bar for each task on neighbouring cores", () => {
  const svg = renderPicture(ganttPicture(small));
  assertEquals(svg, golden);
  assertEquals([...svg.matchAll(/<g [^>]*><title>([^<]*)/g)].map(([, told]) => told), [
    ...["a, SUCCEED, 3.0 s", "b, FAILED, 2.0 s", "it:3, SUCCEED, 4.0 s"],
  ]);
});

Deno.test("ganttPicture() draws bars as wide as tasks are long", () => {
  const svg = renderPicture(ganttPicture(small));
  const [left, end] = [...svg.matchAll(/<text x="([\d.]+)"[^>]*>(0|10)<\/text>/g)].map(([, x]) => Number(x));
  const scale = (end! - left!) / 10;
  const bars = [...svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="([\d.]+)" rx="2"/g)].filter(
    ([, , width]) => width !== "10",
  );
  const seconds = bars.map(([, x, width]) => [(Number(x) - left!) / scale, (Number(width) + 0.5) / scale]);
  assertEquals(seconds.map((pair) => pair.map((value) => Math.round(value * 10) / 10)), [[1, 3], [1, 2], [5, 4]]);
  assertEquals(bars.map(([, , , height]) => Number(height)), [20, 20, 42]);
});

Deno.test("graphPicture() draws each job once, right of what it waits for, with a stripe of its states", () => {
  const run = new ViewedRun("a", "b x3 after=a", "<c> after=a,b");
  run.start(0, 2_000);
  run.end(0, 3_000);
  run.start(2, 3_000);
  run.end(2, 4_000, failedWith(1));
  const svg = renderPicture(graphPicture(layOutJobs(run.view)));
  check(svg);
  assertEquals([...svg.matchAll(/<g><title>([^<]*)/g)].map(([, told]) => told), [
    ...["a: 1 SUCCEED", "b: 2 QUEUED, 1 FAILED", "&lt;c&gt;: 1 QUEUED"],
  ]);
  const stripes = [...svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="5" height="([\d.]+)" class="fill-(\w+)"/g)];
  const told = stripes.map(([, , height, paint]) => [Math.round(Number(height)), paint]);
  assertEquals(told, [[36, "succeeded"], [13, "failed"], [23, "waiting"], [36, "waiting"]]);
  const [a, b, again, c] = stripes.map(([, x]) => Number(x)) as [number, number, number, number];
  assert(a < b && b === again && b < c);
  assertEquals(svg.match(/C[\d.]/g)?.length, 3);
});

Deno.test("graphPicture() keeps a long name within its box", () => {
  const svg = renderPicture(graphPicture(layOutJobs(new ViewedRun("W".repeat(200)).view)));
  check(svg);
  assertMatch(svg, /<svg x="12" y="[\d.]+" width="164" height="36"><text x="0"[^>]*>W{10,30}…<\/text>/);
});

Deno.test("ganttPicture() cuts a name to the room that it has, and of an iteration keeps the index", () => {
  const named = (name: string, until: number) => {
    const svg = renderPicture(ganttPicture(pictureRun(runOf([ran(name, ["0"], 0, until)], service))));
    check(svg);
    return /class="on-bar"[^>]*>([^<]*)</.exec(svg)?.[1];
  };
  const wide = "分析模拟第一步".repeat(4);
  assertEquals([named("without_index", 10), named("without_index", 1)], ["without_index", "without_in…"]);
  assertEquals([named("of_a_long_sweep:12", 1), named("of_a_long_sweep:12", 0.4)], [":12", ":12"]);
  assertEquals([named("without_index", 0.1), named("of_a_long_sweep:12", 0.1)], [undefined, undefined]);
  // Letters of Chinese are as wide as two.
  assertEquals(named(wide, 1), "分析模拟第…");
  assertEquals(named("😀".repeat(40), 1), "😀😀😀😀😀…");
});

Deno.test("pictures count one thing as one, and the cores of the run beside those in use", () => {
  const one = pictureRun(runOf([ran("a", ["0"], 1, 4)], service));
  assertEquals(ganttPicture(one).title, "What ran where: 1 task on 1 of 2 cores in 10.0 s");
  assertEquals(ganttPicture(pictureRun(runOf([], service))).title, "What ran where: 0 tasks on 2 cores in 10.0 s");
  assertEquals(histogramPicture(one, "run").description, "a: 1 task ran, at most 3.0 s.");
  assertStringIncludes(gapsPicture(pictureRun(runOf([ran("a", ["0"], 0, 1), ran("b", ["0"], 2, 3)]))).title, "1 gap, ");
});

Deno.test("ganttPicture() shows both ends of its scale where it draws densities", () => {
  const legend = renderPicture(ganttPicture(large(10_000, 128))).match(/<rect [^>]*rx="2"[^>]*\/><text[^>]*>[^<]*/g);
  assertEquals(legend?.map((mark) => [/fill-opacity="([^"]*)"/.exec(mark)?.[1], mark.split(">").at(-1)]), [
    [undefined, "failed"],
    [undefined, "always in use"],
    ["0.17", "seldom in use"],
  ]);
});

Deno.test("utilisationPicture() tells the share of the cores that tasks had", () => {
  // 3 + 2 + 2 × 4 core-seconds of 2 × 10.
  assertEquals(utilisationPicture(small).title, "Cores in use: 65 % of 2 cores over 10.0 s");
  assertEquals(gapsPicture(small).title, "When cores were idle: 2 gaps, 3.0 s in all");
});

Deno.test("ganttPicture() and histogramPicture() show hostile names as text", () => {
  const name = '<img src=x onerror="alert(1)">\u202e';
  const run = pictureRun(runOf([{ ...ran(name, ["0"], 0, 10), queuedAt: 0 }], service));
  for (const picture of pictures) assertEquals(/<img|\u202e/.test(renderPicture(picture(run))), false);
});

Deno.test("ganttPicture() counts tasks, tells of further attempts, and marks a failure where it ended", () => {
  const again = pictureRun(
    runOf([ran("a", ["0"], 5, 9), ran("b", ["1"], 0, 9)], { ...service, earlier: [ran("a", ["0"], 1, 4)] }),
  );
  assertEquals(ganttPicture(again).title, "What ran where: 2 tasks (3 attempts) on 2 cores in 10.0 s");
  const many = Array.from({ length: 65 }, (_, core) => ran(`t:${core}`, [String(core)], 0, 10));
  const one = pictureRun(runOf([{ ...many[0]!, state: "FAILED" }, ...many.slice(1)], { begunAt: 0, endedAt: 10e6 }));
  const marks = [...renderPicture(ganttPicture(one)).matchAll(/<path d="([^"]*)"[^>]*class="fill-failed"/g)];
  assertEquals(marks.map(([, d]) => /^M[\d.]+,[\d.]+h2v4h-2z$/.test(d!)), [true]);
});
