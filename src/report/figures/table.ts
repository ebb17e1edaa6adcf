/**
 * Figures as a table, for programs: as CSV, or as JSON.
 *
 * @module
 */

import { jsonLines } from "../json_lines.ts";

/** A value in a table; `undefined` for what is unknown. */
export type Cell = string | number | undefined;

/** Figures as rows; every row has a cell for each column. */
export interface FigureTable {
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly Cell[]>;
  /** Whether there is always one row, which JSON writes as an object of its own. */
  readonly isSingle?: boolean;
}

/** Makes a table of one row. */
export function singleRow(values: Readonly<Record<string, Cell>>): FigureTable {
  return { columns: Object.keys(values), rows: [Object.values(values)], isSingle: true };
}

/** Writes a table as RFC 4180 has it, but with plain line feeds; the first line names the columns. */
export function* csvLines({ columns, rows }: FigureTable): Generator<string, void, void> {
  yield `${columns.map(csvCell).join(",")}\n`;
  for (const row of rows) yield `${row.map(csvCell).join(",")}\n`;
}

/** Writes a table as JSON: an object, or an array with an object in each line. */
export function* tableJson({ columns, rows, isSingle }: FigureTable): Generator<string, void, void> {
  const objects = function* () {
    for (const row of rows) yield Object.fromEntries(columns.map((name, index) => [name, row[index]]));
  };
  if (!isSingle) return yield* jsonLines(objects());
  for (const object of objects()) yield `${JSON.stringify(object, undefined, 2)}\n`;
}

function csvCell(cell: Cell): string {
  const text = String(cell ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
