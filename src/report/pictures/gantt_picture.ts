/**
 * The Gantt chart: a row for each core, a bar for each task. Where there are more tasks or cores than one can see, it
 * shows how much of the time a group of cores was used instead, and still every place where a task failed.
 *
 * @module
 */

import { cutToWidth, textWidth } from "../../base/columns.ts";
import { fill, type Paint, statePaints, stroke } from "./colours.ts";
import { coordinate, element, escapeMarkup } from "./markup.ts";
import { bottomAxis, label, type Picture, pictureWidth, rightMargin, topMargin } from "./picture.ts";
import { breakMarks, runTimeName } from "./break_marks.ts";
import { lengthText, type PicturedCore, type PicturedRun, type PicturedTask } from "./pictured_run.ts";
import { countText, type Scale, timeScale } from "./scale.ts";

/** More bars than this are shown as densities. */
const barsMax = 4000;
/** More rows than this are joined. */
const rowsMax = 64;
/** How many degrees of density are told apart. */
const degrees = 6;
const [top, right] = [topMargin + 24, pictureWidth - rightMargin];

/** Some cores that are drawn as one row. */
interface Row {
  readonly cores: readonly PicturedCore[];
  readonly top: number;
  readonly height: number;
}

/** What ran where and when. */
export function ganttPicture(run: PicturedRun): Picture {
  const { ran, cores, coreCount, lengthMs } = run;
  const bars = ran.reduce((sum, { rows }) => sum + rows.length, 0);
  const isDense = bars > barsMax || cores.length > rowsMax;
  const perRow = Math.max(1, Math.ceil(cores.length / rowsMax));
  const rowHeight = Math.max(6, Math.min(22, Math.floor(520 / Math.max(1, Math.ceil(cores.length / perRow)))));
  const rows = rowsOf(cores, perRow, rowHeight);
  const bottom = rows.length === 0 ? top + rowHeight : rows.at(-1)!.top + rowHeight;
  const left = Math.min(220, 24 + Math.max(40, ...rows.map(({ cores }) => textLength(rowName(cores)))));
  const x = timeScale(lengthMs, left, right);
  const area = { left, right, top, bottom };
  const taskCount = new Set(ran.map(({ name }) => name)).size;
  const attempts = taskCount === ran.length ? "" : ` (${countText(ran.length, "attempt")})`;
  const isPart = cores.length > 0 && cores.length < coreCount;
  const on = isPart ? `${cores.length} of ${countText(coreCount, "core")}` : countText(coreCount, "core");
  const failed = ran.filter(({ state }) => state === "FAILED").length;
  const form = isDense
    ? `Each row stands for ${
      perRow === 1 ? "a core" : `up to ${perRow} cores`
    }; the darker it is, the more of the time ` +
      "a task ran there."
    : "Each row is a core, each bar a task.";
  return {
    title: `What ran where: ${countText(taskCount, "task")}${attempts} on ${on} in ${lengthText(lengthMs)}`,
    description: `${form} ${failed === 0 ? "No task failed." : `${failed} failed.`}`,
    width: pictureWidth,
    height: bottom + 44,
    body: legend(run, isDense, right) + bottomAxis(x, area, runTimeName(run)) + rowLabels(rows, left) +
      (isDense ? density(run, rows, perRow, x) : drawBars(run, rows, x)) + breakMarks(run, x, area),
  };
}

/** When nothing ran on a core that tasks were on: the same chart, of the gaps. */
export function gapsPicture(run: PicturedRun): Picture {
  const end = run.ran.reduce((last, { to }) => Math.max(last, to), 0);
  const gaps = run.cores.flatMap((_, row): PicturedTask[] => {
    const tasks = run.ran.filter(({ rows }) => rows.includes(row));
    let freeFrom = run.ran[0]?.from ?? 0;
    const found = [];
    for (const { from, to } of [...tasks, { from: end, to: 0 }]) {
      if (from > freeFrom) {
        found.push({ name: "", state: "QUEUED", hasRun: false, from: freeFrom, to: from, rows: [row] } as const);
      }
      freeFrom = Math.max(freeFrom, to);
    }
    return found;
  });
  const sum = gaps.reduce((total, { from, to }) => total + to - from, 0);
  const picture = ganttPicture({ ...run, ran: gaps });
  return {
    ...picture,
    title: `When cores were idle: ${countText(gaps.length, "gap")}, ${lengthText(sum)} in all`,
    description: "Each row is a core, each bar a time in which no task ran on it.",
  };
}

function rowsOf(cores: readonly PicturedCore[], perRow: number, height: number): Row[] {
  return Array.from({ length: Math.ceil(cores.length / perRow) }, (_, index) => ({
    cores: cores.slice(index * perRow, (index + 1) * perRow),
    top: top + index * height,
    height,
  }));
}

/** Names of nodes stand once, at their first row; between nodes there is a line. */
function rowLabels(rows: readonly Row[], left: number): string {
  let text = "";
  let node: string | undefined;
  const step = Math.max(1, Math.ceil(13 / (rows[0]?.height ?? 13)));
  for (const [index, { cores, top, height }] of rows.entries()) {
    const isNew = cores[0]!.node !== node;
    node = cores.at(-1)!.node;
    if (isNew && index > 0) text += element("path", { d: `M0,${top}H${right}`, "stroke-width": 1, ...stroke("line") });
    if (!isNew && index % step !== 0) continue;
    text += label(left - 8, top + height / 2 + 4, rowName(cores, isNew), {
      anchor: "end",
      paint: isNew ? "text" : "quiet",
    });
  }
  return text;
}

function rowName(cores: readonly PicturedCore[], withNode = true): string {
  const [first, last] = [cores[0]!, cores.at(-1)!];
  const node = cutToWidth(first.node, 18);
  const numbers = first === last ? first.core : `${first.core}–${first.node === last.node ? last.core : "…"}`;
  return withNode ? `${node} : ${numbers}` : numbers;
}

function textLength(text: string): number {
  return text.length * 6.6;
}

function drawBars({ ran }: PicturedRun, rows: readonly Row[], x: Scale): string {
  return ran.map((task) => {
    const { name, state, from, to } = task;
    const [begin, end] = [x.at(from), x.at(to)];
    const width = Math.max(0.75, end - begin - 0.5);
    // Neighbouring cores of one task are one bar.
    const bars = runsOf(task.rows).map(([first, last]) => {
      const { top, height } = rows[first]!;
      const full = (last - first) * height + height;
      const gap = height > 10 ? 2 : 1;
      const bar = element("rect", { x: begin, y: top + gap / 2, width, height: full - gap, rx: height > 10 ? 2 : 0 });
      const shown = height < 14 ? "" : nameFor(name, Math.floor((width - 8) / 6.6));
      const named = shown === "" ? "" : element(
        "text",
        { x: begin + 4, y: top + full / 2 + 4, class: "on-bar", fill: state === "OMITTED" ? "#1b1f26" : "#ffffff" },
        escapeMarkup(shown),
      );
      return bar + named;
    });
    const told = name === "" ? lengthText(to - from) : `${name}, ${state}, ${lengthText(to - from)}`;
    return element("g", fill(statePaints[state]), element("title", {}, escapeMarkup(told)), ...bars);
  }).join("");
}

/** A name as far as there is room for it: of an iteration at least its index. */
function nameFor(name: string, room: number): string {
  const index = name.lastIndexOf(":");
  if (textWidth(name) <= room) return name;
  if (index >= 0) return name.length - index <= room ? name.slice(index) : "";
  return room < 6 ? "" : cutToWidth(name, room);
}

/** Ranges of numbers that follow each other. */
function runsOf(rows: readonly number[]): (readonly [first: number, last: number])[] {
  const runs: [number, number][] = [];
  for (const row of rows) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] + 1 === row) last[1] = row;
    else runs.push([row, row]);
  }
  return runs;
}

/** How much of each small part of a row was used, and where a task failed, at its end. */
function density({ ran, lengthMs, cores }: PicturedRun, rows: readonly Row[], perRow: number, x: Scale): string {
  const columns = Math.floor((x.at(lengthMs) - x.at(0)) / 2);
  const width = lengthMs / columns;
  const used = rows.map(() => new Float64Array(columns));
  const failed = rows.map(() => new Uint8Array(columns));
  for (const { state, from, to, rows: held } of ran) {
    const last = Math.min(columns - 1, Math.floor(to / width));
    for (const core of held) {
      const row = Math.floor(core / perRow);
      for (let column = Math.min(columns - 1, Math.floor(from / width)); column <= last; column++) {
        used[row]![column]! += Math.max(0, Math.min(to, (column + 1) * width) - Math.max(from, column * width));
      }
      if (state === "FAILED") failed[row]![last] = 1;
    }
  }
  const paths = new Map<string, string>();
  for (const [row, { top, height }] of rows.entries()) {
    const coresHere = Math.min(perRow, cores.length - row * perRow);
    const degreeOf = (column: number) => {
      const share = used[row]![column]! / (width * coresHere);
      return share <= 0 ? 0 : Math.max(1, Math.min(degrees, Math.round(share * degrees)));
    };
    for (const [key, of] of [["succeeded", degreeOf], ["failed", (column: number) => failed[row]![column]!]] as const) {
      for (let column = 0; column < columns;) {
        const degree = of(column);
        const first = column;
        while (column < columns && of(column) === degree) column++;
        if (degree === 0) continue;
        const [begin, end] = [x.at(first * width), x.at(column * width)];
        const name = `${key} ${degree}`;
        const bar = key === "failed" ? 4 : height - 1; // A failure is a mark at the foot of its row.
        const y = key === "failed" ? top + height - 1 - Math.min(4, height / 2) : top;
        const tall = Math.min(bar, height - 1);
        const path = `M${coordinate(begin)},${coordinate(y)}h${coordinate(end - begin)}v${tall}h${
          coordinate(begin - end)
        }z`;
        paths.set(name, (paths.get(name) ?? "") + path);
      }
    }
  }
  return [...paths].sort(([a], [b]) => a < b ? 1 : -1).map(([name, d]) => {
    const [paint, degree] = name.split(" ") as [Paint, string];
    return element("path", { d, "fill-opacity": paint === "failed" ? 1 : Number(degree) / degrees, ...fill(paint) });
  }).join("");
}

/** What the colours are, at the right above the chart. */
function legend({ ran }: PicturedRun, isDense: boolean, right: number): string {
  const failed = ran.some(({ state }) => state === "FAILED") ? [["failed", "failed"] as const] : [];
  const words: readonly (readonly [word: string, paint: Paint, opacity?: number])[] = isDense
    ? [["seldom in use", "succeeded", 1 / degrees], ["always in use", "succeeded"], ...failed]
    : [...new Map(ran.map(({ state, name }) => [name === "" ? "idle" : statePaints[state], statePaints[state]]))];
  let x = right;
  return words.toReversed().map(([word, paint, opacity]) => {
    x -= textLength(word) + 26;
    const square = { x, y: topMargin - 9, width: 10, height: 10, rx: 2, "fill-opacity": opacity };
    return element("rect", { ...square, ...fill(paint) }) + label(x + 15, topMargin, word, { paint: "text" });
  }).join("");
}
