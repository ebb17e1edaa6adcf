/**
 * A forecast as a text for people.
 *
 * @module
 */

import { formatColumns } from "../base/columns.ts";
import { formatWallTime } from "../base/duration.ts";
import { isSize, type JobDescription, type SizeRequest } from "../job/description.ts";
import { serializeDependency } from "../job/dependencies.ts";
import { countOf, gpusText } from "../resources/request.ts";
import type { CriticalPath, Forecast } from "./forecast.ts";
import { visible } from "./look/last_words.ts";

/** A job that can never run, and why. */
export interface NeverRuns {
  readonly name: string;
  readonly reason: string;
}

/** Which order a plan assumes. */
export interface PlannedOrder {
  /** What decides among tasks of equal priority. */
  readonly by: "rank" | "age";
  /** The folder of the run that run times were learnt from. */
  readonly learntFrom?: string;
  /** By what the times of how many jobs are known: by an earlier run of the job, by the file, by the command, … */
  readonly jobsKnownBy: Readonly<Record<"job" | "file" | "command" | "limit" | "none", number>>;
  /** When all would have ended by age alone; absent when that was not planned too. */
  readonly byAgeEndsAtMs?: number;
}

/** More waves than these are only counted. */
const wavesShown = 10;
/** Of a longer path only the ends are shown. */
const pathShown = 8;

/** Writes a forecast. `descriptions` are those of the jobs of the forecast. */
export function forecastText(
  plan: Forecast,
  descriptions: ReadonlyMap<string, JobDescription>,
  never: readonly NeverRuns[],
  order: PlannedOrder,
): string {
  const rows = plan.jobs.map((job) => {
    const description = descriptions.get(job.name)!;
    const time = (ms: number | undefined) => ms === undefined ? "never" : shortTime(ms);
    return [
      job.name,
      `${job.tasks}`,
      needsText(description),
      shortTime(job.taskMs),
      time(job.startsAtMs),
      time(job.endsAtMs),
      afterText(description),
    ].map(visible);
  });
  const table = formatColumns([["job", "tasks", "each needs", "each takes", "starts", "ends", "after"], ...rows]);
  const waves = plan.waves.slice(0, wavesShown).map(({ atMs, tasks, coresInUse, gpusInUse }) => {
    const gpus = gpusInUse === undefined ? "" : ` and ${gpusText(gpusInUse)}`;
    return `  ${shortTime(atMs)}: ${countOf(tasks, "task")}, ${countOf(coresInUse, "core")}${gpus} in use`;
  });
  const more = plan.waveCount - waves.length;
  const percent = Math.round(plan.utilisation * 100);
  return [
    ...table,
    "",
    `${countOf(plan.waveCount, "wave")} of starts:`,
    ...waves,
    ...(more > 0 ? [`  and ${more} more`] : []),
    "",
    `Tasks that run:     ${plan.tasks}, at most ${plan.peakTasks} at once`,
    `Peak width:         ${plan.peakCores} of ${countOf(plan.cores, "core")}`,
    ...(plan.gpus === undefined ? [] : [`Peak of GPUs:       ${plan.gpus.peak} of the nodes ${plan.gpus.nodes}`]),
    `Whole time:         ${shortTime(plan.endsAtMs)}, with ${percent} % of the cores in use`,
    `Order:              ${orderText(order)}`,
    `Critical path:      ${pathText(plan.slowestPath)}`,
    `Longest chain:      ${pathText(plan.longestPath)}`,
    ...(never.length === 0 ? [] : ["", "Can never run:", ...never.map(({ name, reason }) => `  ${name}: ${reason}`)]),
  ].map((line) => `${visible(line.trimEnd())}\n`).join("");
}

function orderText({ by, learntFrom, jobsKnownBy, byAgeEndsAtMs }: PlannedOrder): string {
  const { job, file, command, limit, none } = jobsKnownBy;
  const known = [
    ...(job > 0 ? [`${countOf(job, "job")} of which the times are known`] : []),
    ...(file > 0 ? [`${countOf(file, "job")} of which the file tells the times`] : []),
    ...(command > 0 ? [`${countOf(command, "job")} of which those of the command are`] : []),
    ...(limit > 0 ? [`${countOf(limit, "job")} with a time limit`] : []),
    ...(none > 0 ? [`${countOf(none, "job")} of which nothing is known`] : []),
  ].join(", ");
  const source = learntFrom === undefined ? "" : `, learnt from ${learntFrom}`;
  const age = byAgeEndsAtMs === undefined ? "" : `; by age alone it would take ${shortTime(byAgeEndsAtMs)}`;
  const order = by === "age" ? "by age alone" : "by the longest chain that waits";
  return `${order}, with ${known === "" ? "no jobs" : known}${source}${age}`;
}

function shortTime(ms: number): string {
  return ms === 0 ? "0s" : formatWallTime(ms);
}

function pathText({ jobs, totalMs }: CriticalPath): string {
  if (jobs.length === 0) return "none";
  const shown = jobs.length <= pathShown ? jobs : [...jobs.slice(0, pathShown / 2), "…", ...jobs.slice(-pathShown / 2)];
  return `${shortTime(totalMs)} in ${countOf(jobs.length, "job")}: ${shown.join(" > ")}`;
}

/** Says what each task asks for. */
export function needsText({ resources }: JobDescription): string {
  const { cores, nodes, gpus, memoryMiB, counted = {} } = resources;
  const parts = [
    ...(nodes === undefined ? [] : [sizeText(nodes, "node")]),
    ...(cores === undefined ? [] : [sizeText(cores, "core") + (nodes === undefined ? "" : " on each")]),
    ...(gpus > 0 ? [gpusText(gpus)] : []),
    ...(memoryMiB > 0 ? [`${memoryMiB} MiB`] : []),
    ...Object.entries(counted).map(([name, count]) => `${count} ${name}`),
  ];
  return parts.length === 0 ? "1 core" : parts.join(", ");
}

function sizeText(size: SizeRequest, word: string): string {
  if (!isSize(size)) return `${word}s by ${size.scheduler.name}`;
  return size.min === size.max ? countOf(size.min, word) : `${size.min}-${size.max} ${word}s`;
}

/** Says what a job waits for; empty for nothing. */
export function afterText({ dependencies, finally: isLast }: JobDescription): string {
  if (isLast && dependencies.length === 0) return "all others";
  const ends = { end: " (any end)", failure: " (failure)" };
  return dependencies.map((one) => `${serializeDependency(one)}${one.awaits === undefined ? "" : ends[one.awaits]}`)
    .join(", ");
}
