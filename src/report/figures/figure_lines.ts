/**
 * Figures as lines, in the layout of `qcg-pm-report`: a tab, the name at the right of its column, a colon and the value.
 *
 * @module
 */

import { formatElapsed } from "../../base/duration.ts";
import type { CoresUse } from "./core_use.ts";
import type { LaunchFigures, RunFigures } from "./run_figures.ts";
import { formatMicros, type HeldCores, type Micros, type TimedTask } from "./timed_run.ts";
import type { ReportLine } from "./report_record.ts";
import type { ZoneMinutes } from "../times.ts";

/** What is not known. */
const unknown = "???";

/** The figures of a whole run: `stats`. */
export function runLines(figures: RunFigures, zone: ZoneMinutes, showsDetails: boolean): string[] {
  const { initOverhead, finishOverhead, runtime, cores } = figures;
  const line = (label: string, value: string | number) => `\t${label.padStart(20)}: ${value}`;
  const time = (at: Micros | undefined) => at === undefined ? unknown : formatMicros(at, zone);
  const secs = (micros: number | undefined) => `${micros === undefined ? unknown : (micros / 1e6).toFixed(2)} secs`;
  const lines = [
    line("total jobs", figures.tasks),
    line("failed jobs", figures.failed),
    line("total cores", cores ?? unknown),
    line("total nodes", figures.nodes ?? unknown),
    line("service started", time(figures.begunAt)),
    line("service finished", time(figures.endedAt)),
    line("service runtime", secs(runtime)),
    line("init overhead", secs(initOverhead)),
    line("finish overhead", secs(finishOverhead)),
  ];
  if (initOverhead !== undefined && finishOverhead !== undefined && runtime !== undefined) {
    const overhead = initOverhead + finishOverhead;
    lines.push(line("total overhead", secs(overhead)));
    if (runtime > 0) lines.push(line("overhead ratio", `${(overhead / runtime * 100).toFixed(1)} %`));
    if (cores !== undefined) lines.push(line("overhead core-hours", (cores * overhead / 3.6e9).toFixed(2)));
  }
  return showsDetails ? [...lines, ...detailLines(figures, line, time)] : lines;
}

function detailLines(
  { firstQueuedAt, lastQueuedAt, firstStartAt, lastFinishAt, runTimes }: RunFigures,
  line: (label: string, value: string | number) => string,
  time: (at: Micros | undefined) => string,
): string[] {
  const queuing = firstQueuedAt === undefined ? unknown : numberText((lastQueuedAt! - firstQueuedAt) / 1e6);
  return [
    line("first job queued", time(firstQueuedAt)),
    line("last job queued", time(lastQueuedAt)),
    line("total queuing time", queuing),
    line("first job start", time(firstStartAt)),
    line("last job finish", time(lastFinishAt)),
    "\tjobs runtime statistics (seconds):",
    ...Object.entries(runTimes ?? {}).map(([name, value]) => `\t${name.padStart(30)}: ${numberText(value)}`),
  ];
}

/** How long launches took: `launch-stats`. */
export function launchLines(figures: LaunchFigures, showsDetails: boolean): string[] {
  const { tasks, start, finish, processTime, pilotTime, percent, overheads } = figures;
  const secs = (micros: number) => (micros / 1e6).toFixed(4);
  const each = (micros: number) => secs(micros / Math.max(1, tasks));
  const lines = [
    wideLine("total start overhead", secs(start)),
    wideLine("total finish overhead", secs(finish)),
    wideLine("total start and finish overhead", secs(start + finish)),
    wideLine("average job start overhead", each(start)),
    wideLine("average job finish overhead", each(finish)),
    wideLine("average job total overhead", each(start + finish)),
    wideLine("average real job run time", secs(processTime)),
    wideLine("average qcg job run time", secs(pilotTime)),
    wideLine("average job overhead per runtime (%)", percent.toFixed(2)),
    wideLine("generated for total jobs", String(tasks)),
  ];
  if (!showsDetails || tasks === 0) return lines;
  const details = overheads.map(({ name, start, finish }) =>
    `\t\t${name}: total ${secs(start + finish)}, start ${secs(start)}, stop ${secs(finish)}`
  );
  return [...lines, `\t${"individual job statistics".padStart(40)}`, ...details];
}

/** How cores were used: `rusage` and `efficiency`. */
export function useLines(use: CoresUse, showsDetails: boolean): string[] {
  const { cores, usedPercent, allPercent } = use;
  const lines = [wideLine("used cores", String(cores.length))];
  if (allPercent === undefined) lines.push(wideLine("average core utilization (%)", `${usedPercent.toFixed(1)}%`));
  else {
    lines.push(
      wideLine("average USED core utilization (%)", `${usedPercent.toFixed(1)}%`),
      wideLine("average ALL cores utilization (%)", `${allPercent.toFixed(1)}%`),
    );
  }
  if (!showsDetails) return lines;
  let node: string | undefined;
  for (const { node: name, core, percent, unused } of cores) {
    if (name !== node) lines.push(`\t${name}`);
    node = name;
    lines.push(`\t\t${core.padEnd(4)}: ${percent.toFixed(1)}%, unused ${(unused / 1e6).toFixed(4)} s`);
  }
  return lines;
}

/** How one core was used: `efficiency-core`. */
export function coreLine(use: CoresUse, node: string, core: string): string | undefined {
  const found = use.cores.find((one) => one.node === node && one.core === core);
  if (found === undefined) return undefined;
  const secs = (micros: number) => (micros / 1e6).toFixed(4);
  const { percent, unused } = found;
  return `node ${node}:${core}: utilization ${percent.toFixed(1)}%, unused ${secs(unused)} of total ${secs(use.time)}`;
}

/** Everything about one task: `job`. */
export function taskLines(task: TimedTask, zone: ZoneMinutes): string[] {
  const line = (label: string, value: string) => `\t${label.padStart(20)}: ${value}`;
  const time = (at: Micros | undefined) => at === undefined ? "None" : formatMicros(at, zone);
  const { state, exitCode, ranMicros, beganAt, finishedAt, nodes, pid = "None", program = "None" } = task;
  return [
    `\t${task.name}:`,
    line("run-time (s)", ranMicros === undefined ? "None" : formatElapsed(ranMicros / 1000)),
    line("in queue (s)", time(task.queuedAt)),
    line("in schedule (s)", time(task.scheduledAt)),
    line("start (by qcg)", time(task.executingAt)),
    line("finish (by qcg)", time(task.endedAt)),
    line("start (real)", beganAt === undefined ? "0" : time(beganAt)),
    line("finish (real)", finishedAt === undefined ? "0" : time(finishedAt)),
    line("nodes", nodesText(nodes)),
    line("process id", pid),
    line("process name", program),
    line("state", state === "SUCCEED" || exitCode === undefined ? state : `${state} (${exitCode})`),
  ];
}

/** One task in a line: `jobs`. */
export function taskLine(task: TimedTask, zone: ZoneMinutes): string {
  const { name, state, ranMicros = 0, beganAt, finishedAt, nodes } = task;
  const time = (at: Micros | undefined) => at === undefined ? "None" : formatMicros(at, zone);
  const where = nodes.map(({ name }) => name).join(",");
  return `\t${name} state ${state} run ${formatElapsed(ranMicros / 1000)} secs, between ${time(beganAt)} - ` +
    `${time(finishedAt)} on nodes ${where}`;
}

/** What ran on a core: `allocation`. */
export function allocationLines(tasks: readonly TimedTask[], place: string, zone: ZoneMinutes): string[] {
  const time = (at: Micros | undefined) => at === undefined ? "None" : formatMicros(at, zone);
  return [
    `jobs launched on ${place}`,
    ...tasks.flatMap(({ name, ranMicros = 0, beganAt, finishedAt, nodes }) => [
      `\t${name} for ${formatElapsed(ranMicros / 1000)}, between ${time(beganAt)} - ${time(finishedAt)}`,
      `\t\ton nodes ${nodesText(nodes)}`,
    ]),
  ];
}

/** A record of the job report: `text`. */
export function recordLines({ name, state, messages = "", history, runtime }: ReportLine): string[] {
  const values = Object.entries(runtime).map(([key, value]) => `${key}: ${value}`);
  return [
    `${name} (${state}) ${messages}`,
    ...history.map(({ state, date }) => `\t${date}: ${state}`),
    ...(values.length === 0 ? ["\t"] : values.map((value) => `\t${value}`)),
    "",
  ];
}

/** As Python writes it. */
function nodesText(nodes: readonly HeldCores[]): string {
  if (nodes.length === 0) return "None";
  const quote = (text: string) => `'${text}'`;
  return `{${nodes.map(({ name, cores }) => `${quote(name)}: [${cores.map(quote).join(", ")}]`).join(", ")}}`;
}

function wideLine(label: string, value: string): string {
  return `\t${label.padStart(40)}: ${value}`;
}

/** Writes a number as Python does: with an exponent where there are many zeros. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || size >= 1e-4 && size < 1e16) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}
