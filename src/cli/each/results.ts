/**
 * Where `--results` keeps the outputs of a sweep, as GNU parallel does: files in a tree of folders named by the values,
 * files by a name with placeholders, or a table.
 *
 * | what is given | what is written |
 * | --- | --- |
 * | `out` | `out/1/VALUE/2/VALUE/stdout`, `stderr` and `seq`; names of a header in place of the numbers |
 * | `out/{1}` | `out/VALUE`, `out/VALUE.err` and `out/VALUE.seq` |
 * | `out/{1}/` | `out/VALUE/stdout`, `stderr` and `seq` |
 * | `out.csv`, `out.tsv`, `out.json` | a table with a row for each task that has ended; `-.csv` is standard output |
 *
 * @module
 */

import type { InputValues } from "../../job/command_words.ts";
import { fillText, type TaskPlace } from "../../job/command_words.ts";
import { findPlaceholders, type Part, type PlaceholderRules } from "../../job/placeholders.ts";
import { describeEnd, type LoggedTask } from "../../report/job_log.ts";

/** Where outputs are kept. */
export type Results =
  | { readonly kind: "folder"; readonly path: string; readonly names: readonly string[] }
  | { readonly kind: "names"; readonly parts: readonly Part[] }
  | { readonly kind: "table"; readonly path: string; readonly format: TableFormat };

/** How a table is written. */
export type TableFormat = "csv" | "tsv" | "json";

/** The files of one task. */
export interface ResultFiles {
  readonly stdout: string;
  readonly stderr: string;
  /** Gets the number of the task. */
  readonly seq: string;
}

/** A task in a table. */
export interface TableRow {
  readonly task: LoggedTask;
  readonly values: InputValues;
  readonly stdout: string;
  readonly stderr: string;
}

/** Reads what is behind `--results`. */
export function parseResults(text: string, rules: PlaceholderRules): Results {
  const table = /\.(csv|tsv|json)$/.exec(text)?.[1] as TableFormat | undefined;
  if (table !== undefined) return { kind: "table", path: text, format: table };
  const parts = findPlaceholders(text, rules);
  if (parts.some(({ kind }) => kind !== "text")) return { kind: "names", parts };
  return { kind: "folder", path: text, names: rules.names ?? [] };
}

/**
 * Names the files of a task.
 *
 * @param valuesEach How many values an input has; a task with several inputs has more.
 * @returns The files; `undefined` for a table.
 */
export function resultFiles(
  results: Results,
  values: InputValues,
  place: TaskPlace,
  valuesEach: number,
): ResultFiles | undefined {
  if (results.kind === "table") return undefined;
  if (results.kind === "folder") {
    const steps = values.flatMap((value, i) => {
      const source = i % valuesEach;
      return [fileNameOf(results.names[source] ?? `${source + 1}`), fileNameOf(value)];
    });
    return inFolder([results.path, ...steps].join("/"));
  }
  const name = fillText(results.parts, values, place);
  return name.endsWith("/") ? inFolder(name.slice(0, -1)) : { stdout: name, stderr: `${name}.err`, seq: `${name}.seq` };
}

function inFolder(folder: string): ResultFiles {
  return { stdout: `${folder}/stdout`, stderr: `${folder}/stderr`, seq: `${folder}/seq` };
}

/** One step of a path, whatever is in it; different texts get different steps. */
function fileNameOf(text: string): string {
  const letters: Readonly<Record<string, string>> = { "\\": "\\\\", "/": "\\_", "\t": "\\t", "\0": "\\0" };
  const name = text.replaceAll(/[\\/\t\0]/g, (letter) => letters[letter]!);
  // These would be the folder itself or the one above, where the files of other tasks are.
  return name === "" || name === "." || name === ".." ? `\\${name}` : name;
}

/** The first line of a table with so many values. */
export function tableHeader(format: TableFormat, values: number, names: readonly string[]): string {
  if (format === "json") return "";
  const columns = Array.from({ length: values }, (_, i) => names[i] ?? `V${i + 1}`);
  const before = ["Seq", "Host", "Starttime", "JobRuntime", "Send", "Receive", "Exitval", "Signal", "Command"];
  return tableLine(format, [...before, ...columns, "Stdout", "Stderr"]);
}

/** The line of a task in a table. */
export function tableRow(format: TableFormat, { task, values, stdout, stderr }: TableRow): string {
  const { startedAt, runtime, exitValue, signal } = describeEnd(task);
  const { number, outputBytes, command } = task;
  if (format !== "json") {
    const before = [number, ":", startedAt, runtime, 0, outputBytes, exitValue, signal, command];
    return tableLine(format, [...before.map(String), ...values, stdout, stderr]);
  }
  const row = {
    Seq: number,
    Host: ":",
    Starttime: Number(startedAt),
    JobRuntime: Number(runtime),
    Send: 0,
    Receive: outputBytes,
    Exitval: exitValue,
    Signal: signal,
    Command: command,
    V: values,
    Stdout: stdout,
    Stderr: stderr,
  };
  return `${JSON.stringify(row)}\n`;
}

function tableLine(format: "csv" | "tsv", cells: readonly string[]): string {
  const quoted = cells.map((cell) => /[\s",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return `${quoted.join(format === "csv" ? "," : "\t")}\n`;
}
