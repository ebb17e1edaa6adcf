/**
 * From an input as it was read to the values that it stands for: trimmed, left out when empty, split into columns.
 *
 * @module
 */

import { InputError } from "./input_error.ts";

/** Which white space around a value is taken off: none, on the left, on the right, on both sides. */
export type Trim = "n" | "l" | "r" | "lr";

/** How inputs become rows of values. */
export interface RowRules {
  readonly trim: Trim;
  /** What separates columns; a value is one column when absent. */
  readonly columns?: RegExp | "csv";
  /** Whether inputs of nothing but white space are left out. */
  readonly skipsBlank: boolean;
  /** The input that ends its source, itself left out. */
  readonly endMark?: string;
}

/** One input: its values, one for each column. */
export type Row = readonly string[];

/**
 * Splits inputs into rows, one by one.
 *
 * @throws {InputError} If a line of a table in CSV form has a quote that is not closed.
 */
export async function* rowsOf(
  items: AsyncIterable<string> | Iterable<string>,
  rules: RowRules,
): AsyncGenerator<Row, void, void> {
  let number = 0;
  for await (const item of items) {
    number++;
    if (item === rules.endMark) return;
    if (rules.skipsBlank && item.trim() === "") continue;
    yield splitColumns(item, rules.columns, number).map((value) => trimmed(value, rules.trim));
  }
}

function splitColumns(item: string, columns: RowRules["columns"], number: number): Row {
  if (columns === undefined) return [item];
  return columns === "csv" ? splitCsv(item, number) : item.split(columns);
}

function trimmed(value: string, trim: Trim): string {
  switch (trim) {
    case "n":
      return value;
    case "l":
      return value.trimStart();
    case "r":
      return value.trimEnd();
    case "lr":
      return value.trim();
    default:
      return trim satisfies never;
  }
}

/** Splits a line at commas, but not within double quotes; a doubled quote within them is one. */
function splitCsv(line: string, number: number): Row {
  const values: string[] = [];
  for (let at = 0; at <= line.length;) {
    if (line[at] !== '"') {
      const end = line.indexOf(",", at);
      values.push(line.slice(at, end < 0 ? undefined : end));
      at = end < 0 ? line.length + 1 : end + 1;
      continue;
    }
    const quoted = /^"((?:[^"]|"")*)"(?:,|$)/.exec(line.slice(at));
    if (quoted === null) {
      throw new InputError(
        `Input ${number} is no CSV: the quote in column ${values.length + 1} is not closed, or something follows it; ` +
          `a line end within a value cannot be read: ${JSON.stringify(line)}`,
      );
    }
    values.push(quoted[1]!.replaceAll('""', '"'));
    at += quoted[0].length;
    if (!quoted[0].endsWith(",")) break;
  }
  return values;
}
