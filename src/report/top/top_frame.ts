/**
 * The screen of `qcgpj top` as lines of text: a pure function of the run, what was chosen, and the size of the terminal.
 * Shapes tell the states, so that nothing is lost without colours.
 *
 * @module
 */

import { cutToWidth } from "../../base/columns.ts";
import { formatSpan } from "../../base/duration.ts";
import type { CoreGrid } from "../dashboard/core_grid.ts";
import type { TaskPage } from "../dashboard/task_pages.ts";
import type { Timeline } from "../dashboard/timeline.ts";
import { howOf } from "../look/failures_text.ts";
import type { RunStatus } from "../look/run_status.ts";
import { livenessText } from "../look/status_text.ts";
import type { JobState } from "../states.ts";
import { fitToWidth, oneLine, sparkline, wrapToWidth } from "./screen_text.ts";
import { stateLooks, type TopSize } from "./looks.ts";
import { rowLines } from "./top_rows.ts";
import type { TopState } from "./top_state.ts";

/** What is shown. */
export interface TopScreen {
  /** How the run stands. */
  readonly status: RunStatus;
  /** What it did over time. */
  readonly timeline: Timeline;
  /** Its nodes and cores. */
  readonly grid: CoreGrid;
  /** How many tasks end in a second, of late. */
  readonly perSecond?: number | undefined;
  /** Whether it is paused; `undefined` when that is not known. */
  readonly isPaused: boolean | undefined;
  /** The rows that are shown. */
  readonly page: TaskPage;
  /** The lines of the task that is shown in full. */
  readonly details: readonly string[];
}

/** The lines above the first row of the list. */
const headingLines = 3;
const nodeLinesMax = 4;
const failureLinesMax = 3;

/** The lines above the list: who, how far, how busy, what failed. */
export function headLines({ status, timeline, grid, perSecond, isPaused }: TopScreen, size: TopSize): string[] {
  const { columns, paint, rows } = size;
  const { counts, leftMs, elapsedMs, id, liveness, cores = grid.cores, coresInUse, failures } = status;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const open = counts.QUEUED + counts.SCHEDULED + counts.EXECUTING;
  const isLive = liveness === "alive" || liveness === "elsewhere";
  const facts = [
    isPaused === true ? "paused" : livenessText(status),
    `${isLive ? "for" : "took"} ${formatSpan(elapsedMs)}`,
    ...(isLive && leftMs !== undefined && open > 0 && isPaused !== true ? [`about ${formatSpan(leftMs)} left`] : []),
    ...(isLive && perSecond !== undefined ? [`${perSecond.toFixed(perSecond < 10 ? 1 : 0)} tasks/s`] : []),
  ];
  const done = total - open;
  const share = total === 0 ? 0 : Math.floor(100 * done / total);
  const lines = [
    paint(cutToWidth(`${oneLine(id)}  ${facts.join(", ")}`, columns), "1"),
    ...(status.damage === undefined ? [] : [cutToWidth(`damage: ${oneLine(status.damage)}`, columns)]),
    barLine(status, total, `${done} of ${total} done, ${share} %`, size),
    countsLine(status, size),
    usageLine(timeline, { inUse: coresInUse, cores, elapsedMs, isLive }, size),
  ];
  if (rows >= 16) lines.push(...nodeLines(grid, size, rows >= 30 ? nodeLinesMax : 1));
  if (rows >= 20 && failures.groups.length > 0) lines.push(...failureLines(status, size));
  return lines;
}

/** The whole screen: exactly as many lines as the terminal is tall, none wider than the terminal. */
export function renderTop(screen: TopScreen, state: TopState, size: TopSize): string[] {
  const { columns, rows, paint } = size;
  const foot = footLine(state, columns, paint);
  const head = state.mode === "task" ? [] : headLines(screen, size);
  const room = Math.max(0, rows - 1);
  const body = state.mode === "task"
    ? taskLines(screen.details, state.scroll, room, columns)
    : state.mode === "help"
    ? helpLines.map((line) => cutToWidth(line, columns))
    : rowLines(screen.page, state, size);
  const lines = [...head, ...body].slice(0, room);
  return [...lines, ...Array.from({ length: room - lines.length }, () => ""), ...(rows > 0 ? [foot] : [])];
}

/** How many rows of tasks there is room for below the head and the heading of the list. */
export function listRows(head: number, { rows }: Pick<TopSize, "rows">): number {
  return Math.max(1, rows - head - headingLines - 1);
}

function barLine({ counts }: RunStatus, total: number, text: string, { columns, paint }: TopSize): string {
  const width = Math.max(4, columns - text.length - 2);
  let [line, drawn, sum] = ["", 0, 0];
  for (const [state, , , colour] of stateLooks) {
    if (counts[state] === 0) continue;
    sum += counts[state];
    const until = Math.round(width * sum / Math.max(1, total));
    // Each part that there is takes at least one place.
    const length = Math.min(width - drawn, Math.max(1, until - drawn));
    line += paint((barShapes[state] ?? "█").repeat(Math.max(0, length)), colour);
    drawn += Math.max(0, length);
  }
  return columns < 30 ? cutToWidth(text, columns) : `${line}${" ".repeat(Math.max(0, width - drawn))}  ${text}`;
}

/** Without colours, too, the parts of the bar are told apart. */
const barShapes: Partial<Record<JobState, string>> = {
  FAILED: "✕",
  CANCELED: "■",
  OMITTED: "–",
  EXECUTING: "▶",
  SCHEDULED: "▷",
  QUEUED: "·",
};

function countsLine({ counts }: RunStatus, { columns, paint }: TopSize): string {
  let line = "";
  let width = 0;
  for (const [state, word, shape, colour] of stateLooks) {
    if (counts[state] === 0) continue;
    const text = `${counts[state]} ${word}`;
    const more = text.length + 2 + (width === 0 ? 0 : 2);
    if (width + more > columns) break;
    line += `${width === 0 ? "" : "  "}${paint(shape, colour)} ${text}`;
    width += more;
  }
  return line === "" ? "no task yet" : line;
}

/** What the cores of a run do. */
interface CoreUse {
  readonly inUse: number;
  readonly cores: number;
  readonly elapsedMs: number;
  readonly isLive: boolean;
}

/** How the cores are used: now, or on the whole when the run is over. */
function usageLine({ cores, coreMs }: Timeline, use: CoreUse, { columns, paint }: TopSize): string {
  const { inUse, cores: all, elapsedMs, isLive } = use;
  const percent = (part: number, whole: number) => whole > 0 ? ` (${Math.round(100 * part / whole)} %)` : "";
  const text = isLive
    ? `cores ${inUse}${all === 0 ? "" : ` of ${all}`} in use${percent(inUse, all)}`
    : `cores ${all}, in use on the whole${percent(coreMs, all * elapsedMs)}`;
  const width = Math.min(60, columns - text.length - 2);
  const graph = width < 8 ? "" : `  ${paint(sparkline(cores, Math.max(all, ...cores), width), "34")}`;
  return `${cutToWidth(text, columns)}${graph}`;
}

/** Nodes one after the other: each core a shape while they fit, else how many are in use. */
function nodeLines({ rows }: CoreGrid, { columns, paint }: TopSize, linesMax: number): string[] {
  const lines: string[] = [];
  let [line, width, shown] = ["", 0, 0];
  for (const row of rows) {
    const name = cutToWidth(oneLine(row.name), 16);
    const drawsCores = row.tasks !== undefined && row.cores <= 64 && name.length + 1 + row.cores <= columns;
    const marks = drawsCores ? row.tasks!.map((task) => task < 0 ? "·" : "▶").join("") : `${row.busy}/${row.cores}`;
    const more = name.length + 1 + marks.length + (width === 0 ? 0 : 2);
    if (width > 0 && width + more > columns) {
      lines.push(line);
      [line, width] = ["", 0];
      if (lines.length === linesMax) break;
    }
    const painted = marks.replaceAll(/▶+/g, (busy) => paint(busy, "33"));
    line += `${width === 0 ? "" : "  "}${name} ${painted}`;
    width += name.length + 1 + marks.length + (width === 0 ? 0 : 2);
    shown++;
  }
  if (lines.length < linesMax && line !== "") lines.push(line);
  if (shown < rows.length && lines.length > 0) {
    const rest = `and ${rows.length - shown} more nodes`;
    if (lines.length === linesMax) lines[linesMax - 1] = cutToWidth(rest, columns);
    else lines.push(cutToWidth(rest, columns));
  }
  return lines;
}

function failureLines({ failures }: RunStatus, { columns, paint }: TopSize): string[] {
  return failures.groups.slice(0, failureLinesMax).map((group) => {
    const [, , shape = "✕", colour = "31"] = stateLooks.find(([state]) => state === group.state) ?? [];
    const text = `${group.count} × ${howOf(group)}: ${oneLine(group.words)}`;
    return `${paint(shape, colour)} ${cutToWidth(text, columns - 2)}`;
  });
}

function taskLines(details: readonly string[], scroll: number, room: number, columns: number): string[] {
  const lines = details.flatMap((line) => wrapToWidth(oneLine(line), columns));
  const first = Math.max(0, Math.min(scroll, lines.length - room));
  return lines.slice(first, first + room);
}

function footLine(state: TopState, columns: number, paint: TopSize["paint"]): string {
  const { mode, question, message, search } = state;
  if (mode === "question" && question !== undefined) {
    return paint(fitToWidth(`${oneLine(question.text)} (y/n)`, columns), "1");
  }
  if (mode === "search") return fitToWidth(`search: ${oneLine(search)}_`, columns);
  if (message !== undefined) return fitToWidth(oneLine(message), columns);
  const keys = mode === "task"
    ? "↑↓ scroll  any other key: back"
    : mode === "help"
    ? "any key: back"
    : "q quit  ? keys  / search  f filter  s sort  enter show  c cancel  p pause";
  return paint(fitToWidth(keys, columns), "7");
}

const helpLines: readonly string[] = [
  "",
  "↑ ↓, page up and down   choose a task",
  "enter                   shows all that is known of it",
  "f                       lists other tasks: running, failed, waiting, ended, all",
  "s                       sorts by something else; r turns the order round",
  "/                       lists only tasks with a text in their names; escape ends that",
  "c                       cancels the chosen task, after a question",
  "p                       pauses the run, or lets it go on, after a question",
  "ctrl-l                  draws the screen anew",
  "q, ctrl-c               leaves; the run goes on",
];
