/**
 * Rows of tasks as a table for people. A hundred thousand of them take a fraction of a second, so the widths of columns
 * are measured once and each line is made when it is asked for.
 *
 * @module
 */

import { padToWidth, textWidth } from "../../base/columns.ts";
import { formatSpan } from "../../base/duration.ts";
import { cutName } from "./cut_name.ts";
import { visible } from "./last_words.ts";
import type { TaskRow } from "./task_row.ts";

const titles = ["task", "state", "cause", "exit", "tries", "node", "cores", "waited", "ran", "cpu", "memory"];

/** Of a name so much is seen even where the screen is too narrow for the rest. */
const nameWidthMin = 12;

/**
 * Writes a table with its heading, line by line, each with its line feed.
 *
 * @param rows The rows.
 * @param columns How wide the screen is: long names are cut, so that a line of the table is a line of the screen.
 */
export function* formatRows(rows: Iterable<TaskRow>, columns: number = Infinity): Generator<string, void, void> {
  const widths = titles.map((title) => title.length);
  const lines: string[][] = [];
  let isPlain = true;
  for (const row of rows) {
    const cells = cellsOf(row);
    for (let column = 0; column < cells.length; column++) {
      const width = textWidth(cells[column]!);
      isPlain &&= width === cells[column]!.length;
      if (width > widths[column]!) widths[column] = width;
    }
    lines.push(cells);
  }
  const othersWidth = widths.slice(1).reduce((sum, width) => sum + 2 + width, 0);
  const nameWidth = Math.max(nameWidthMin, columns - othersWidth);
  const isCut = widths[0]! > nameWidth;
  if (isCut) widths[0] = nameWidth;
  const pad = isPlain ? (cell: string, width: number) => cell.padEnd(width) : padToWidth;
  for (const cells of [titles, ...lines]) {
    if (isCut) cells[0] = cutName(cells[0]!, nameWidth);
    yield lineOf(cells, widths, pad);
  }
}

function lineOf(cells: readonly string[], widths: readonly number[], pad: typeof padToWidth): string {
  const last = cells.length - 1;
  let line = "";
  for (let column = 0; column < last; column++) line += `${pad(cells[column]!, widths[column]!)}  `;
  return `${line}${cells[last]}\n`;
}

function cellsOf(row: TaskRow): string[] {
  const { nodes, cores, waitedMs, ranMs, cpuMs, peakKiB } = row;
  const time = (ms: number | undefined) => ms === undefined ? "-" : formatSpan(ms);
  return [
    visible(row.name),
    row.state,
    row.cause ?? "-",
    row.exitCode === undefined ? row.signal ?? "-" : String(row.exitCode),
    String(row.attempts),
    nodes.length === 0 ? "-" : nodes.length === 1 ? nodes[0]! : `${nodes[0]!}+${nodes.length - 1}`,
    cores === 0 ? "-" : String(cores),
    time(waitedMs),
    time(ranMs),
    time(cpuMs),
    peakKiB === undefined ? "-" : formatKiB(peakKiB),
  ];
}

/** Writes an amount of memory, for example `1.5 GiB`. */
export function formatKiB(kib: number): string {
  if (kib < 1024) return `${Math.round(kib)} KiB`;
  return kib < 1024 * 1024 ? `${(kib / 1024).toFixed(1)} MiB` : `${(kib / (1024 * 1024)).toFixed(1)} GiB`;
}
