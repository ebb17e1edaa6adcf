/**
 * Every number of every report, recomputed from the events of whole runs by simpler code (`plain_run.ts`).
 *
 * @module
 */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { compareRuns } from "../../../src/report/compare/compare_runs.ts";
import { describeEfficiency, describeUse, findGaps } from "../../../src/report/figures/core_use.ts";
import { EarlierAttempts } from "../../../src/report/figures/earlier_attempts.ts";
import {
  allocationFigure,
  coreFigure,
  listFigure,
  recordsFigure,
  runFigure,
  tasksFigure,
} from "../../../src/report/figures/figure.ts";
import { parseReportLine } from "../../../src/report/figures/report_record.ts";
import { describeLaunches, describeTimes } from "../../../src/report/figures/run_figures.ts";
import type { FigureTable } from "../../../src/report/figures/table.ts";
import type { TimedRun } from "../../../src/report/figures/timed_run.ts";
import { timeView } from "../../../src/report/figures/view_run.ts";
import { columnsOf } from "../../../src/report/html/task_columns.ts";
import { Ledger } from "../../../src/report/ledger.ts";
import { RunView } from "../../../src/report/look/run_view.ts";
import { Metrics } from "../../../src/report/metrics.ts";
import { ganttPicture, gapsPicture } from "../../../src/report/pictures/gantt_picture.ts";
import { histogramPicture } from "../../../src/report/pictures/histogram_picture.ts";
import { utilisationPicture } from "../../../src/report/pictures/lines_picture.ts";
import { lengthText, pictureRun, waitsOf } from "../../../src/report/pictures/pictured_run.ts";
import { replayReport } from "../../../src/report/replay_report.ts";
import { traceLines } from "../../../src/report/trace_events.ts";
import { heldBy, type Launch, type PlainRun, simulatedRuns } from "./plain_run.ts";

/** How many cores the pools are said to have, which is more than any has. */
const cores = 64;

interface BothWays extends PlainRun {
  readonly view: RunView;
  readonly timed: TimedRun;
  readonly begunAt: number;
  /** The launches that held cores, with when; and the last launch of each task. */
  readonly held: readonly (Launch & { readonly from: number; readonly to: number })[];
  readonly lastOf: ReadonlyMap<number, Launch>;
}

let made: Promise<BothWays[]> | undefined;

/** The runs, made once for all tests. */
function runs(): Promise<BothWays[]> {
  return made ??= simulatedRuns(24).then((all) => all.map(readBothWays));
}

function readBothWays(plain: PlainRun): BothWays {
  const view = new RunView();
  const attempts = new EarlierAttempts(view);
  for (const event of plain.events) {
    view.apply(event);
    attempts.apply(event);
  }
  const begunAt = plain.events[0]!.atMs - 250;
  const facts = { id: "x", folder: "/x", begunAtMs: begunAt, liveness: "ended", cores } as const;
  const held = plain.launches.flatMap((launch) => {
    const times = heldBy(launch, plain.lastAt);
    return times === undefined ? [] : [{ ...launch, from: times[0], to: times[1] }];
  });
  const lastOf = new Map(plain.launches.map((launch) => [launch.task, launch]));
  return { ...plain, view, begunAt, held, lastOf, timed: timeView(view, facts, 0, { earlier: attempts.found }) };
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
const secondsHeld = ({ held }: BothWays): number =>
  sum(held.map(({ from, to, cores }) => (to - from) * cores.length)) / 1000;

/** Rows of a table as objects. */
function rowsOf({ columns, rows }: FigureTable): Record<string, string | number | undefined>[] {
  return [...rows].map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])));
}

/** Declares a test of all runs. */
function each(name: string, test: (run: BothWays) => void): void {
  Deno.test(`${name}, recomputed from events`, async () => {
    for (const run of await runs()) test(run);
  });
}

each("stats", ({ tasks, launches, lastOf, lastAt, begunAt, timed }) => {
  const table = rowsOf(runFigure(timed, true).table)[0]!;
  const ran = [...lastOf.values()].flatMap(({ startedAt, endedAt, isFinal }) =>
    startedAt === undefined || endedAt === undefined || isFinal !== true ? [] : [(endedAt - startedAt) / 1000]
  ).filter((seconds) => seconds > 0).sort((a, b) => a - b);
  const ends = [...launches, ...tasks].flatMap(({ endedAt }) => endedAt ?? []);
  const init = Math.min(...launches.map(({ grantedAt }) => grantedAt)) - begunAt;
  const finish = lastAt - Math.max(...ends);
  const failed = tasks.filter(({ outcome }) => outcome?.kind === "failed" || outcome?.kind === "omitted").length;
  assertEquals([table["tasks"], table["failed"], table["cores"]], [tasks.length, failed, cores]);
  const seconds = ["runtime", "initOverhead", "finishOverhead", "overhead"].map((key) =>
    table[`${key}Seconds`] as number
  );
  for (const [index, ms] of [lastAt - begunAt, init, finish, init + finish].entries()) {
    assertAlmostEquals(seconds[index]!, ms / 1000, 1e-5);
  }
  assertAlmostEquals(table["overheadPercent"] as number, 100 * (init + finish) / (lastAt - begunAt), 1e-6);
  if (ran.length === 0) return assertEquals(describeTimes(timed).runTimes, undefined);
  const middle = (ran[(ran.length - 1) >> 1]! + ran[ran.length >> 1]!) / 2;
  for (
    const [key, value] of [["min", ran[0]!], ["max", ran.at(-1)!], ["mean", sum(ran) / ran.length], [
      "median",
      middle,
    ]] as const
  ) {
    assertAlmostEquals(table[`${key}Seconds`] as number, value, 1e-5, key);
  }
});

each("launch-stats", ({ lastOf, timed }) => {
  const told = [...lastOf.values()].filter(({ startedAt, isFinal }) => startedAt !== undefined && isFinal === true);
  const figures = describeLaunches(timed);
  assertEquals(figures.tasks, told.length);
  assertAlmostEquals(figures.start / 1000, sum(told.map(({ grantedAt, startedAt }) => startedAt! - grantedAt)), 0.01);
  const ran = told.map(({ startedAt, endedAt }) => endedAt! - startedAt!);
  assertAlmostEquals(figures.processTime / 1000, sum(ran) / Math.max(1, ran.length), 0.01);
  const shares = told.flatMap(({ grantedAt, startedAt }, index) =>
    ran[index] === 0 ? [] : [100 * (startedAt! - grantedAt) / ran[index]!]
  );
  assertAlmostEquals(figures.percent, sum(shares) / Math.max(1, shares.length), 1e-3);
});

each("rusage and gaps", (run) => {
  const { held, lastAt, begunAt, timed } = run;
  const byCore = Map.groupBy(
    held.flatMap((launch) => launch.cores.map((core) => ({ core, ms: launch.to - launch.from }))),
    ({ core }) => core,
  );
  const [first, last] = [Math.min(...held.map(({ from }) => from)), Math.max(...held.map(({ to }) => to))];
  for (const [choice, ms] of [[{}, lastAt - begunAt], [{ withoutInit: true }, last - first]] as const) {
    const use = describeUse(timed, choice)!;
    assertEquals(use.cores.length, byCore.size);
    assertAlmostEquals(use.time / 1000, ms, 0.01);
    for (const { node, core, unused } of use.cores) {
      assertAlmostEquals(unused / 1000, ms - sum(byCore.get(`${node}:${core}`)!.map((one) => one.ms)), 0.01);
    }
    const share = secondsHeld(run) * 1000 / (ms * byCore.size) * 100;
    assertAlmostEquals(use.usedPercent, share, 1e-3);
    assertAlmostEquals(use.allPercent!, share * byCore.size / cores, 1e-3);
  }
  const idle = sum([...findGaps(timed)].map(({ from, to }) => to - from)) / 1e6;
  assertAlmostEquals(idle + secondsHeld(run), (last - first) / 1000 * byCore.size, 1e-4);
  for (const { node, core, from, to } of findGaps(timed)) {
    assert(
      !held.some((one) =>
        one.cores.includes(`${node}:${core}`) && one.from * 1000 + 1 < to && one.to * 1000 > from + 1
      ),
    );
  }
});

each("efficiency and efficiency-core", ({ held, timed }) => {
  const first = Math.min(...held.map(({ from }) => from));
  const unused = new Map<string, number>();
  const inOrder = held.toSorted((a, b) => a.from - b.from);
  for (const [index, launch] of inOrder.entries()) {
    const before = inOrder.slice(0, index).filter((other) => other.cores.some((core) => launch.cores.includes(core)));
    const gap = launch.from - Math.max(first, ...before.map(({ to }) => to));
    for (const core of launch.cores) unused.set(core, (unused.get(core) ?? 0) + Math.max(0, gap));
  }
  const use = describeEfficiency(timed)!;
  // Tasks that begin at the same moment on the same core are in no order: only what is no such case is compared.
  const starts = held.flatMap(({ from, cores }) => cores.map((core) => `${core} ${from}`));
  if (new Set(starts).size !== starts.length) return;
  for (const { node, core, unused: told } of use.cores) {
    assertAlmostEquals(told / 1000, unused.get(`${node}:${core}`)!, 0.01);
    const [row] = rowsOf(coreFigure(timed, node, core)!.table);
    assertEquals(row!["unusedSeconds"], told / 1e6);
  }
});

each("allocation, jobs and job", ({ tasks, launches, held, lastOf, timed }) => {
  const [core] = held[0]!.cores;
  const [node, number] = core!.split(":") as [string, string];
  const here = held.filter(({ cores }) => cores.includes(core!)).map(({ task }) => tasks[task]!.name);
  assertEquals(
    rowsOf(allocationFigure(timed, node, number).table).map(({ name }) => name as string).sort(),
    here.sort(),
  );
  const over = [...lastOf.values()].filter(({ isFinal }) => isFinal === true);
  const listed = rowsOf(listFigure(timed, {}, false).table);
  assertEquals(listed.map(({ name }) => name as string).sort(), over.map(({ task }) => tasks[task]!.name).sort());
  for (const row of rowsOf(tasksFigure(timed, tasks.map(({ name }) => name)).table)) {
    const task = tasks.findLast(({ name }) => name === row["name"])!;
    const launch = launches.findLast((one) => tasks[one.task] === task);
    assertEquals(row["queuedAtMs"], task.queuedAt);
    assertEquals(row["endedAtMs"], task.endedAt);
    if (launch !== undefined && launch.endedAt === undefined) assertEquals(row["executingAtMs"], launch.grantedAt);
  }
});

each("text", ({ events, tasks }) => {
  const lines = [...replayReport(events, { rootWd: "/x", format: "json", zone: 0 })];
  const records = rowsOf(recordsFigure(lines.map((line) => parseReportLine(line, "here"))).table);
  const words = { succeeded: "SUCCEED", failed: "FAILED", canceled: "CANCELED", omitted: "OMITTED" } as const;
  const told = records.map(({ name, state }) => `${name} ${state}`);
  for (const { name, outcome } of tasks) {
    if (outcome !== undefined) assert(told.includes(`${name} ${words[outcome.kind]}`), name);
  }
  // A whole iterative job has a record, too, and one that was canceled with all its tasks may be in the way.
  const ended = tasks.filter(({ outcome }) => outcome !== undefined);
  assert(told.length >= ended.length, `${told.length} records of ${ended.length} tasks`);
});

each("gantt, utilisation and trace", (run) => {
  const { launches, held, lastAt, begunAt, view, timed } = run;
  const pictured = pictureRun(timed);
  const drawn = sum(pictured.ran.map(({ from, to, rows }) => (to - from) * rows.length));
  assertAlmostEquals(drawn / 1000, secondsHeld(run), 1e-4);
  // What was granted is what the chart shows, and the launches themselves.
  const over = launches.filter(({ endedAt }) => endedAt !== undefined);
  const granted = sum(over.map(({ grantedAt, endedAt, cores }) => (endedAt! - grantedAt) * cores.length));
  const launching = sum(
    over.map(({ grantedAt, startedAt, cores }) => ((startedAt ?? grantedAt) - grantedAt) * cores.length),
  );
  const open = sum(
    held.filter(({ endedAt }) => endedAt === undefined).map(({ from, to, cores }) => (to - from) * cores.length),
  );
  assertAlmostEquals(granted, drawn + launching - open, 0.1);
  const percent = Math.round(100 * drawn / (cores * (lastAt - begunAt)));
  assertEquals(
    utilisationPicture(pictured).title,
    `Cores in use: ${percent} % of ${cores} cores over ${lengthText(lastAt - begunAt)}`,
  );
  const failed = held.filter(({ outcome }) => outcome?.kind === "failed").length;
  assertEquals(
    ganttPicture(pictured).description.includes(failed === 0 ? "No task failed." : `${failed} failed.`),
    true,
  );
  const idle = sum([...findGaps(timed)].map(({ from, to }) => to - from)) / 1000;
  assertEquals(gapsPicture(pictured).title.endsWith(`, ${lengthText(idle)} in all`), true);
  const { traceEvents } = JSON.parse([...traceLines(view, pictured)].join("")) as {
    traceEvents: Record<string, number>[];
  };
  const slices = traceEvents.filter(({ ph }) => String(ph) === "X");
  assertEquals(slices.length, sum(held.map(({ cores }) => cores.length)));
  assertAlmostEquals(sum(slices.map(({ dur }) => dur!)) / 1e6, secondsHeld(run), 1e-4);
});

each("queue and waits", ({ tasks, held, begunAt, lastAt, timed }) => {
  const waits = waitsOf(pictureRun(timed));
  assertEquals(waits.length, tasks.length);
  for (let part = 0; part < 40; part++) {
    // Between two events, as both ways may count the ends of a time differently.
    const at = begunAt + (part + 0.5) * (lastAt - begunAt) / 40 + 0.0137;
    const waiting = tasks.filter(({ queuedAt, endedAt = Infinity }, task) =>
      queuedAt <= at && at < endedAt && !held.some((one) => one.task === task && one.from <= at && at < one.to)
    );
    const told = waits.filter(({ waits }) => waits.some(({ from, to }) => from <= at - begunAt && at - begunAt < to));
    assertEquals(told.map(({ name }) => name).sort(), waiting.map(({ name }) => name).sort());
  }
});

each("histogram, compare and the table of the HTML report", (run) => {
  const { tasks, held, lastOf, begunAt, lastAt, view, timed } = run;
  const pictured = pictureRun(timed);
  const ran = Map.groupBy(held.filter(({ startedAt }) => startedAt !== undefined), ({ task }) => tasks[task]!.job);
  const [compared] = compareRuns([["one", timed]]);
  assertAlmostEquals(compared!.coreHours, secondsHeld(run) / 3600, 1e-6);
  assertAlmostEquals(compared!.makespanMs!, lastAt - begunAt, 0.01);
  const count = (kind: string) => tasks.filter(({ outcome }) => outcome?.kind === kind).length;
  assertEquals([compared!.tasks, compared!.failed, compared!.omitted], [
    tasks.length,
    count("failed"),
    count("omitted"),
  ]);
  assertEquals(sum(compared!.causes.values()), count("failed"));
  assertEquals([...compared!.jobs.keys()].sort(), [...ran.keys()].sort());
  for (const [job, launches] of ran) {
    const times = launches.map(({ from, to }) => to - from);
    const { tasks: told, meanMs } = compared!.jobs.get(job)!;
    assertEquals(told, times.length);
    assertAlmostEquals(meanMs, sum(times) / times.length, 0.01);
    if (ran.size > 8) continue;
    const words = `${job}: ${times.length} ${times.length === 1 ? "task" : "tasks"} ran, at most ${
      lengthText(Math.max(...times))
    }.`;
    assert(histogramPicture(pictured, "run").description.includes(words), words);
  }
  const columns = columnsOf(view, pictured, []);
  for (const [task, { outcome }] of tasks.entries()) {
    const digit = { succeeded: "2", failed: "3", canceled: "4", omitted: "5" }[outcome?.kind as "failed"];
    if (digit !== undefined) assertEquals(columns.states[task], digit);
    const launch = lastOf.get(task);
    if (launch?.startedAt === undefined || launch.isFinal !== true) continue;
    assertAlmostEquals(columns.start[task]!, launch.startedAt - begunAt, 0.51);
    assertAlmostEquals(columns.ran[task]!, launch.endedAt! - launch.startedAt, 0.51);
  }
});

each("metrics", (run) => {
  const { events, tasks, launches } = run;
  const [ledger, metrics] = [new Ledger(), new Metrics()];
  for (const event of events) {
    ledger.apply(event);
    metrics.apply(event, ledger);
  }
  const samples = new Map(
    metrics.text("x", cores, 0).split("\n").filter((line) => !line.startsWith("#")).map((line) => {
      const [, name = "", value] = /^(\S+) ([\d.]+)$/.exec(line.replace('run="x",', "").replace('{run="x"}', "")) ?? [];
      return [name, Number(value)];
    }),
  );
  for (const kind of ["succeeded", "failed", "canceled", "omitted"]) {
    assertEquals(
      samples.get(`qcgpj_tasks_ended_total{outcome="${kind}"}`),
      tasks.filter(({ outcome }) => outcome?.kind === kind).length,
    );
  }
  for (
    const [cause, failed] of Map.groupBy(
      tasks.filter(({ outcome }) => outcome?.kind === "failed"),
      ({ outcome }) => (outcome as { cause: string }).cause,
    )
  ) {
    assertEquals(samples.get(`qcgpj_tasks_failed_total{cause="${cause}"}`), failed.length);
  }
  assertEquals(samples.get("qcgpj_launches_total"), launches.length);
  const over = launches.filter(({ endedAt }) => endedAt !== undefined);
  const granted = sum(over.map(({ grantedAt, endedAt, cores }) => (endedAt! - grantedAt) * cores.length)) / 1000;
  assertAlmostEquals(samples.get("qcgpj_core_seconds_total")!, granted, 1e-3);
});
