/**
 * Runs side by side, as text and as tables for programs.
 *
 * @module
 */

import { formatColumns } from "../../base/columns.ts";
import { countOf } from "../../resources/request.ts";
import type { FigureTable } from "../figures/table.ts";
import { visible } from "../look/last_words.ts";
import { lengthText } from "../pictures/pictured_run.ts";
import { type ChangedJob, changedJobs, type ComparedRun, hasJobOf } from "./compare_runs.ts";

/** How many jobs that changed are told. */
const changedMax = 12;

/** Writes a comparison for people; lines without line feeds. */
export function comparisonLines(runs: readonly ComparedRun[]): string[] {
  const causes = [...new Set(runs.flatMap(({ causes }) => [...causes.keys()]))].sort();
  const rows: readonly (readonly [string, (run: ComparedRun) => string])[] = [
    ["tasks", ({ tasks }) => String(tasks)],
    ["failed", ({ failed }) => String(failed)],
    ["omitted", ({ omitted }) => String(omitted)],
    ...causes.map((cause) => [`failed: ${cause}`, (run: ComparedRun) => String(run.causes.get(cause) ?? 0)] as const),
    ["cores", ({ cores }) => String(cores ?? "–")],
    ["from start to end", ({ makespanMs }) => makespanMs === undefined ? "–" : lengthText(makespanMs)],
    ["core-hours of tasks", ({ coreHours }) => coreHours.toPrecision(3)],
    ["of the cores' time used", ({ usedPercent }) => percent(usedPercent)],
    ["overhead per task", ({ overheadMs }) => overheadMs === undefined ? "–" : lengthText(overheadMs)],
    ["speed-up", ({ speedUp }) => speedUp?.toFixed(2) ?? "–"],
    ["efficiency", ({ efficiencyPercent }) => percent(efficiencyPercent)],
  ];
  const names = [...new Set(runs.flatMap(({ jobs }) => [...jobs.keys()]))];
  const jobRows = names.slice(0, changedMax).map((name) => [
    `${name}, mean ± spread`,
    ...runs.map(({ jobs }) => {
      const times = jobs.get(name);
      if (times === undefined) return "–";
      const mean = lengthText(times.meanMs);
      return times.tasks === 1 ? mean : `${mean} ± ${lengthText(times.spreadMs)}`;
    }),
  ]);
  const more = names.length > changedMax
    ? [`and ${countOf(names.length - changedMax, "more job")}; --json has all`]
    : [];
  const table = [
    ["", ...runs.map(({ name }) => name)],
    ...rows.map(([word, of]) => [word, ...runs.map(of)]),
    ...jobRows,
  ];
  const apart = strangerLines(runs);
  const changes = apart.length < runs.length - 1 ? changeLines(changedJobs(runs), runs) : [];
  return [...formatColumns(table.map((row) => row.map(visible))), ...more, ...[...apart, ...changes].map(visible)];
}

/** Says of which runs there is no speed-up, and why. */
function strangerLines([first, ...others]: readonly ComparedRun[]): string[] {
  if (first === undefined) return [];
  if (first.jobs.size === 0) {
    return others.map(({ name }) => `${first.name} ran no task that ${name} could be compared with`);
  }
  return others.filter((run) => !hasJobOf(first, run)).map(({ name, jobs }) =>
    jobs.size === 0
      ? `${name} ran no task, so it has no speed-up`
      : `${name} has no job in common with ${first.name}, so their times say nothing of a speed-up`
  );
}

function changeLines(changed: readonly ChangedJob[], runs: readonly ComparedRun[]): string[] {
  if (changed.length === 0) return ["no job took clearly longer or shorter than in the first run"];
  const told = changed.slice(0, changedMax).map(({ name, run, beforeMs, afterMs, factor }) =>
    `${name} took ${factor.toFixed(2)} times as long in ${runs[run]!.name}: ${lengthText(afterMs)} after ` +
    `${lengthText(beforeMs)}`
  );
  return changed.length > changedMax ? [...told, `and ${changed.length - changedMax} more`] : told;
}

function percent(value: number | undefined): string {
  return value === undefined ? "–" : `${value.toFixed(1)} %`;
}

/** The comparison for programs: a row for each run and job, and one for each run as a whole, without a job. */
export function comparisonTable(runs: readonly ComparedRun[]): FigureTable {
  return {
    columns: [
      ...["run", "job", "tasks", "failed", "omitted", "cores", "makespanSeconds", "coreHours", "usedPercent"],
      ...["overheadSeconds", "speedUp", "efficiencyPercent", "meanSeconds", "spreadSeconds"],
    ],
    rows: runs.flatMap((run) => {
      const { name, tasks, failed, omitted, cores, makespanMs, coreHours, usedPercent, overheadMs, speedUp } = run;
      const seconds = (ms: number | undefined) => ms === undefined ? undefined : ms / 1000;
      const whole = [
        ...[name, undefined, tasks, failed, omitted, cores, seconds(makespanMs), coreHours, usedPercent],
        ...[seconds(overheadMs), speedUp, run.efficiencyPercent, undefined, undefined],
      ];
      const unknown = Array.from({ length: 8 }, () => undefined);
      const jobs = [...run.jobs].map(([job, { tasks, failed, meanMs, spreadMs }]) => [
        ...[name, job, tasks, failed, ...unknown, meanMs / 1000, spreadMs / 1000],
      ]);
      return [whole, ...jobs];
    }),
  };
}
