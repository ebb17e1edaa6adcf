import { assertEquals } from "@std/assert";
import { timeView } from "../../../src/report/figures/view_run.ts";
import { pictureRun } from "../../../src/report/pictures/pictured_run.ts";
import { traceLines } from "../../../src/report/trace_events.ts";
import { ViewedRun } from "./look/support.ts";

Deno.test("traceLines() writes tasks as slices on their cores, and what waited for what as flows", () => {
  const run = new ViewedRun("first x2", "then after=first", "pair x2 after=first:${it}");
  for (
    const [task, from, to] of [[0, 2_000, 3_000], [1, 2_000, 4_000.5], [2, 5_000, 6_000], [4, 4_500, 5_500]] as const
  ) {
    run.start(task, from);
    run.end(task, to);
  }
  const facts = { id: "x", folder: "/x", begunAtMs: 1_000, liveness: "ended" } as const;
  const text = [...traceLines(run.view, pictureRun(timeView(run.view, facts, 0)))].join("");
  const { traceEvents } = JSON.parse(text) as { traceEvents: Record<string, unknown>[] };
  const of = (ph: string) => traceEvents.filter((event) => event["ph"] === ph);
  assertEquals(of("X").map(({ name, ts, dur }) => [name, ts, dur]), [
    ["first:0", 1_000_000, 1_000_000],
    ["first:1", 1_000_000, 2_000_500],
    ["pair:1", 3_500_000, 1_000_000],
    ["then", 4_000_000, 1_000_000],
  ]);
  assertEquals(of("M").map(({ args }) => args), [{ name: "node a" }, { name: "core 0" }]);
  // From the last of the job to the one that waited, and from each iteration to that of the same index.
  assertEquals(of("s").map(({ ts }) => ts), [3_000_500, 3_000_500]);
  assertEquals(of("f").map(({ ts }) => ts), [4_000_000, 3_500_000]);
});

Deno.test("traceLines() draws an arrow to each iteration that waited for a job, and tells where a run was broken off", () => {
  const run = new ViewedRun("first x2", "each x3 after=first");
  for (
    const [task, from, to] of [[0, 2_000, 3_000], [1, 2_000, 3_500], [2, 9_000, 9_500], [4, 9_600, 9_700]] as const
  ) {
    run.start(task, from);
    run.end(task, to);
  }
  const breaks = [{ fromMs: 3_500, toMs: 8_500 }];
  const facts = { id: "x", folder: "/x", begunAtMs: 1_000, liveness: "ended", breaks } as const;
  const { traceEvents } = JSON.parse([...traceLines(run.view, pictureRun(timeView(run.view, facts, 0)))].join("")) as {
    traceEvents: Record<string, unknown>[];
  };
  const at = (ph: string) => traceEvents.filter((event) => event["ph"] === ph).map(({ ts }) => ts);
  // From the last of the job, without the five seconds in which nobody had the run, to each that has started.
  assertEquals([at("s"), at("f")], [[2_500_000, 2_500_000], [3_000_000, 3_600_000]]);
  const told = traceEvents.find(({ name }) => String(name).startsWith("stopped"));
  assertEquals([told?.["name"], told?.["ts"]], ["stopped for 5.0 s, which is left out", 2_500_000]);
});
