/**
 * `qcgpj tasks`: the tasks of a run as a table.
 *
 * @module
 */

import { didYouMean } from "../../base/near_miss.ts";
import { jsonLines } from "../../report/json_lines.ts";
import { formatRows } from "../../report/look/row_table.ts";
import { compareRows, rowOf, type RowOrder, rowOrders, type TaskRow } from "../../report/look/task_row.ts";
import type { JobState } from "../../report/states.ts";
import type { OptionSpec } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";
import { findTasks, jsonOption, lookExitText, namingText, parseTarget, readTarget, runOption } from "./target_run.ts";

/** What states may be called, beside their own names. */
const stateWords: Readonly<Record<string, readonly JobState[]>> = {
  queued: ["QUEUED"],
  waiting: ["QUEUED"],
  scheduled: ["SCHEDULED"],
  starting: ["SCHEDULED"],
  executing: ["EXECUTING"],
  running: ["EXECUTING"],
  succeed: ["SUCCEED"],
  succeeded: ["SUCCEED"],
  failed: ["FAILED"],
  canceled: ["CANCELED"],
  omitted: ["OMITTED"],
  ended: ["SUCCEED", "FAILED", "CANCELED", "OMITTED"],
  open: ["QUEUED", "SCHEDULED", "EXECUTING"],
};

const optionTable: readonly OptionSpec[] = [
  runOption,
  {
    name: "state",
    short: "s",
    value: { kind: "list" },
    placeholder: "STATE,…",
    help: `only tasks in these states: ${Object.keys(stateWords).join(", ")}`,
  },
  {
    name: "job",
    short: "j",
    value: { kind: "texts" },
    placeholder: "NAME",
    help: "only the tasks of this job, or this one task; may be repeated",
  },
  {
    name: "sort",
    value: { kind: "choice", choices: rowOrders },
    placeholder: "KEY",
    default: "the order of submission",
    help: `order: ${rowOrders.join(", ")}; lengths and amounts from the largest down`,
  },
  { name: "reverse", short: "r", value: { kind: "flag" }, help: "turns the order round" },
  {
    name: "limit",
    short: "n",
    value: { kind: "integer", min: 1, max: Number.MAX_SAFE_INTEGER },
    placeholder: "N",
    help: "only the first N",
  },
  jsonOption,
];

/** Text is written in pieces of about this many characters. */
const pieceMax = 1 << 20;

/** `qcgpj tasks`. */
export const tasksCommand: Command = {
  name: "tasks",
  summary: "lists the tasks of a run",
  usage: "[DIR] [OPTION …]",
  details: [
    "A row for each task: its state and why it is in it, its exit code or signal, how often it was launched, where and on " +
    "how many cores, how long it waited and ran, the CPU time and the memory that it used. On a terminal long names are " +
    "cut.",
    namingText,
    lookExitText,
  ],
  examples: [
    { line: "qcgpj tasks", does: "Lists all tasks of the newest run here." },
    { line: "qcgpj tasks work --state failed,running", does: "Those that failed or run." },
    { line: "qcgpj tasks --sort memory --limit 10", does: "The ten that used most memory." },
    { line: "qcgpj tasks --json | jq '.[] | select(.ranMs > 60000).name'", does: "For programs." },
  ],
  options: optionTable,
  run: (args, terminal) => Promise.resolve(runTasks(args, terminal)),
};

function runTasks(args: readonly string[], terminal: Terminal): number {
  const target = parseTarget(optionTable, args, "directory");
  const { options } = target;
  const states = readStates(options.get("state") as readonly string[] | undefined);
  const jobs = options.get("job") as readonly string[] | undefined;
  const order = options.get("sort") as RowOrder | undefined;
  const limit = (options.get("limit") ?? Infinity) as number;
  const run = readTarget(target);
  const { view, facts: { liveness } } = run;
  const nowMs = liveness === "alive" || liveness === "elsewhere" ? Date.now() : view.lastAtMs ?? 0;
  let rows: TaskRow[] = [];
  for (const task of jobs === undefined ? view.tasks() : findTasks(run, jobs)) {
    if (states !== undefined && !states.has(view.ledger.state(task.job.firstTask + task.offset))) continue;
    rows.push(rowOf(view, task, nowMs));
    if (order === undefined && !options.has("reverse") && rows.length >= limit) break;
  }
  if (order !== undefined) rows.sort(compareRows(order));
  if (options.has("reverse")) rows.reverse();
  rows = rows.slice(0, limit);
  // What is read by programs has whole names.
  const columns = Deno.stdout.isTerminal() ? terminal.columns() : Infinity;
  writePieces(options.has("json") ? jsonLines(rows) : formatRows(rows, columns), terminal);
  return 0;
}

function readStates(words: readonly string[] | undefined): Set<JobState> | undefined {
  return words && new Set(words.flatMap((word) => {
    const states = stateWords[word.toLowerCase()];
    if (states !== undefined) return states;
    const known = Object.keys(stateWords);
    throw new UsageError(
      `Option --state must be of ${known.join(", ")}, not ${JSON.stringify(word)}${didYouMean(word, known)}`,
      { option: "--state" },
    );
  }));
}

/** Writes many short texts as few long ones. */
export function writePieces(texts: Iterable<string>, terminal: Terminal): void {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < pieceMax) continue;
    terminal.out(piece);
    piece = "";
  }
  terminal.out(piece);
}
