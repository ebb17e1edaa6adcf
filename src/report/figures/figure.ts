/**
 * The figures of a run, each in the layout of QCG-PilotJob's tool and as a table.
 *
 * @module
 */

import { type CoresUse, describeEfficiency, describeUse, findGaps, type UseChoice } from "./core_use.ts";
import {
  allocationLines,
  coreLine,
  launchLines,
  recordLines,
  runLines,
  taskLine,
  taskLines,
  useLines,
} from "./figure_lines.ts";
import { absentTask } from "./places.ts";
import type { ReportLine } from "./report_record.ts";
import { describeLaunches, describeTimes, tasksOn } from "./run_figures.ts";
import { type FigureTable, singleRow } from "./table.ts";
import { formatMicros, type TimedRun, type TimedTask } from "./timed_run.ts";

/** What one figure tells. */
export interface Figure {
  /** For people; without line feeds. */
  readonly lines: Iterable<string>;
  /** For programs. */
  readonly table: FigureTable;
  /** What has to be said beside it, in sentences without their ends. */
  readonly warnings?: readonly string[];
  /** Of each task that was asked for and that there is not, a sentence without its end. */
  readonly absent?: readonly string[];
}

/** What tasks are listed by. */
export type TaskOrder = "start" | "finish" | "runtime" | "name" | "state";

/** Which tasks are listed. */
export interface TaskChoice {
  /** Their state, in any case. */
  readonly state?: string;
  readonly node?: string;
  readonly core?: string;
  readonly order?: TaskOrder;
}

/** What no figure can be made of. */
export const nothingRan = "no task ran, so there is nothing to measure";

/** `stats`. */
export function runFigure(run: TimedRun, showsDetails: boolean): Figure {
  const figures = describeTimes(run);
  const { tasks, failed, cores, nodes, runtime, initOverhead, finishOverhead, runTimes = {} } = figures;
  const seconds = (micros: number | undefined) => micros === undefined ? undefined : micros / 1e6;
  const overhead = initOverhead === undefined || finishOverhead === undefined
    ? undefined
    : initOverhead + finishOverhead;
  const times = [
    ...["begunAt", "endedAt", "firstQueuedAt", "lastQueuedAt", "firstStartAt", "lastFinishAt"] as const,
  ].map((key) => [`${key}Ms`, msOf(figures[key])]);
  return {
    lines: runLines(figures, run.zone, showsDetails),
    table: singleRow({
      ...{ tasks, failed, cores, nodes },
      ...Object.fromEntries(times),
      ...{ runtimeSeconds: seconds(runtime), initOverheadSeconds: seconds(initOverhead) },
      ...{ finishOverheadSeconds: seconds(finishOverhead), overheadSeconds: seconds(overhead) },
      overheadPercent: overhead === undefined || !runtime ? undefined : overhead / runtime * 100,
      overheadCoreHours: overhead === undefined || cores === undefined ? undefined : cores * overhead / 3.6e9,
      ...Object.fromEntries(Object.entries(runTimes).map(([name, value]) => [`${name}Seconds`, value])),
    }),
  };
}

/** `launch-stats`. */
export function launchFigure(run: TimedRun, showsDetails: boolean): Figure {
  const figures = describeLaunches(run);
  const { tasks, start, finish, processTime, pilotTime, percent, overheads } = figures;
  const each = Math.max(1, tasks) * 1e6;
  const table = showsDetails
    ? {
      columns: ["name", "startSeconds", "finishSeconds"],
      rows: overheads.map(({ name, start, finish }) => [name, start / 1e6, finish / 1e6]),
    }
    : singleRow({
      ...{ tasks, startSeconds: start / each, finishSeconds: finish / each, overheadSeconds: (start + finish) / each },
      ...{ processSeconds: processTime / 1e6, pilotSeconds: pilotTime / 1e6, overheadPercent: percent },
    });
  return { lines: launchLines(figures, showsDetails), table };
}

/** `rusage`; `undefined` if no task ran. */
export function usageFigure(run: TimedRun, choice: UseChoice, showsDetails: boolean): Figure | undefined {
  const use = describeUse(run, choice);
  if (use === undefined) return undefined;
  const unused = (run.cores ?? 0) - use.cores.length;
  return {
    ...useFigure(use, showsDetails),
    warnings: [
      ...(use.isFromService ? [] : ["what is measured begins with the first start of a task, not with the service"]),
      ...(choice.untilLastTask === true ? ["what comes after the last task of a core is not counted as unused"] : []),
      ...(unused > 0 ? [`${unused} ${unused === 1 ? "core was" : "cores were"} not used by any task`] : []),
    ],
  };
}

/** `efficiency`; `undefined` if no task ran. */
export function efficiencyFigure(run: TimedRun, showsDetails: boolean): Figure | undefined {
  const use = describeEfficiency(run);
  return use === undefined ? undefined : useFigure(use, showsDetails);
}

/** `efficiency-core`; `undefined` if no task ran on the core. */
export function coreFigure(run: TimedRun, node: string, core: string): Figure | undefined {
  const use = describeEfficiency(run);
  const line = use && coreLine(use, node, core);
  if (line === undefined) return undefined;
  const cores = use!.cores.filter((one) => one.node === node && one.core === core);
  return { lines: [line], table: { ...useTable({ ...use!, cores }), isSingle: true } };
}

/** `allocation`: what ran on a core. */
export function allocationFigure(run: TimedRun, node: string, core: string): Figure {
  const tasks = tasksOn(run, node, core);
  return { lines: allocationLines(tasks, `${node}:${core}`, run.zone), table: taskTable(tasks) };
}

/** `job`: everything about some tasks; names that no task has are told in their place. */
export function tasksFigure(run: TimedRun, names: readonly string[]): Figure {
  const byName = new Map(run.tasks.map((task) => [task.name, task]));
  // A name of an iterative job stands for all its iterations, unless the job as a whole is on record.
  const found = names.map((name) =>
    [
      name,
      byName.has(name) ? [byName.get(name)!] : run.tasks.filter((task) => task.name.startsWith(`${name}:`)),
    ] as const
  );
  return {
    lines: found.flatMap(([name, tasks]) =>
      tasks.length === 0 ? [`${name}: missing job data`] : tasks.flatMap((task) => taskLines(task, run.zone))
    ),
    table: taskTable(found.flatMap(([, tasks]) => tasks)),
    absent: found.flatMap(([name, tasks]) => tasks.length === 0 ? [absentTask(run.tasks, name)] : []),
  };
}

/** `jobs`: the tasks that were launched. */
export function listFigure(run: TimedRun, choice: TaskChoice, showsDetails: boolean): Figure {
  const { state, node, core, order } = choice;
  const tasks = run.tasks.filter((task) =>
    task.ranMicros !== undefined &&
    (state === undefined || task.state.toLowerCase() === state.toLowerCase()) &&
    (node === undefined && core === undefined || task.nodes.some(({ name, cores }) =>
      (node === undefined || name === node) && (core === undefined || cores.includes(core))
    ))
  );
  if (order !== undefined) tasks.sort(compareTasks(order));
  const lines = showsDetails
    ? tasks.flatMap((task) => taskLines(task, run.zone))
    : tasks.map((task) => taskLine(task, run.zone));
  return { lines, table: taskTable(tasks) };
}

/** `gaps`: when nothing ran on a core. */
export function gapsFigure(run: TimedRun): Figure {
  const gaps = [...findGaps(run)];
  const time = (at: number) => formatMicros(at, run.zone);
  return {
    lines: gaps.map(({ node, core, from, to }) =>
      `\t${node}:${core} unused ${((to - from) / 1e6).toFixed(4)} s, between ${time(from)} - ${time(to)}`
    ),
    table: {
      columns: ["node", "core", "fromMs", "toMs"],
      rows: gaps.map(({ node, core, from, to }) => [node, core, from / 1000, to / 1000]),
    },
  };
}

/** `text`: the records of the job report. */
export function recordsFigure(records: Iterable<ReportLine>): Figure {
  const all = [...records];
  return {
    lines: all.flatMap(recordLines),
    table: {
      columns: ["name", "state", "messages", "history", "runtime"],
      rows: all.map(({ name, state, messages, history, runtime }) => [
        ...[name, state, messages],
        ...[history.map(({ state, date }) => `${date} ${state}`).join("; ")],
        ...[Object.entries(runtime).map(([key, value]) => `${key}=${value}`).join("; ")],
      ]),
    },
  };
}

function useFigure(use: CoresUse, showsDetails: boolean): Figure {
  const { cores, time, usedPercent, allPercent } = use;
  const sums = singleRow({ usedCores: cores.length, seconds: time / 1e6, usedPercent, allPercent });
  return { lines: useLines(use, showsDetails), table: showsDetails ? useTable(use) : sums };
}

function useTable({ cores, time }: CoresUse): FigureTable {
  return {
    columns: ["node", "core", "percent", "unusedSeconds", "seconds"],
    rows: cores.map(({ node, core, percent, unused }) => [node, core, percent, unused / 1e6, time / 1e6]),
  };
}

function taskTable(tasks: readonly TimedTask[]): FigureTable {
  return {
    columns: [
      ...["name", "state", "exitCode", "queuedAtMs", "scheduledAtMs", "executingAtMs", "endedAtMs", "beganAtMs"],
      ...["finishedAtMs", "ranSeconds", "nodes", "pid", "program"],
    ],
    rows: tasks.map((task) => [
      ...[task.name, task.state, task.exitCode, msOf(task.queuedAt), msOf(task.scheduledAt), msOf(task.executingAt)],
      ...[msOf(task.endedAt), msOf(task.beganAt), msOf(task.finishedAt)],
      task.ranMicros === undefined ? undefined : task.ranMicros / 1e6,
      task.nodes.map(({ name, cores }) => `${name}[${cores.join(":")}]`).join(","),
      ...[task.pid, task.program],
    ]),
  };
}

function compareTasks(order: TaskOrder): (a: TimedTask, b: TimedTask) => number {
  const up = (of: (task: TimedTask) => number | string | undefined) => (a: TimedTask, b: TimedTask) => {
    const [one, other] = [of(a), of(b)];
    if (one === other) return 0;
    if (one === undefined) return 1;
    return other === undefined || one < other ? -1 : 1;
  };
  switch (order) {
    case "start":
      return up(({ executingAt }) => executingAt);
    case "finish":
      return up(({ endedAt }) => endedAt);
    case "runtime":
      return up(({ ranMicros }) => ranMicros);
    case "name":
      return up(({ name }) => name);
    case "state":
      return up(({ state }) => state);
    default:
      return order satisfies never;
  }
}

function msOf(micros: number | undefined): number | undefined {
  return micros === undefined ? undefined : micros / 1000;
}
