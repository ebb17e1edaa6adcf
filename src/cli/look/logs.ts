/**
 * `qcgpj logs`: what tasks have written, or write.
 *
 * @module
 */

import { join } from "@std/path";
import { type ReadRun, readRun } from "../../deno/files/runs/run_reader.ts";
import { FollowedFile } from "../../deno/files/followed_file.ts";
import { readEvents } from "../../deno/files/journal/journal_file.ts";
import { jsonLines } from "../../report/json_lines.ts";
import { gatherAttempts } from "../../report/look/attempts.ts";
import { visible } from "../../report/look/last_words.ts";
import { nameOf } from "../../report/look/run_status.ts";
import type { ViewedTask } from "../../report/look/run_view.ts";
import { fillTask } from "../../report/look/task_details.ts";
import { journalName } from "../../report/run_files.ts";
import { isTerminal } from "../../report/states.ts";
import type { OptionSpec } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";
import { RecordedEnd } from "./recorded_end.ts";
import { findTasks, jsonOption, namingText, parseTarget, readTarget, runOption, type TargetRun } from "./target_run.ts";
import { writePieces } from "./tasks.ts";

const optionTable: readonly OptionSpec[] = [
  runOption,
  { name: "stdout", value: { kind: "flag" }, help: "only the standard output" },
  { name: "stderr", value: { kind: "flag" }, help: "only the standard error; it goes to standard output then" },
  {
    name: "follow",
    short: "f",
    value: { kind: "flag" },
    help: "goes on with what is written, until the tasks have ended",
  },
  { name: "all", value: { kind: "flag" }, help: "all tasks" },
  { name: "failed", value: { kind: "flag" }, help: "only tasks that failed; all of those when none is named" },
  {
    name: "attempt",
    value: { kind: "integer", min: 1, max: 65_535 },
    placeholder: "N",
    default: "the last",
    help: "what this attempt wrote",
  },
  jsonOption,
];

/** How often a followed file is looked at, and how often the state of its task, in milliseconds. */
const followMs = 200;
const stateMs = 1000;

/** `qcgpj logs`. */
export const logsCommand: Command = {
  name: "logs",
  summary: "shows what tasks have written",
  usage: "[-C DIR] TASK … [OPTION …]",
  details: [
    "The standard output of a task goes to standard output and its standard error to standard error; of several tasks a " +
    "line such as ==> sweep:3 stdout <== stands before each. Of what a task wrote to no file there is only the end, and only " +
    "if it did not succeed: while it runs there is nothing to show or to follow.",
    namingText,
    "Exit code: 0 something was there to show, 1 nothing was, 2 there is no such task.",
  ],
  examples: [
    { line: "qcgpj logs sweep:17", does: "What one iteration wrote." },
    { line: "qcgpj logs -f train", does: "Follows a task that runs." },
    { line: "qcgpj logs --failed --stderr", does: "What all failed tasks complained of." },
  ],
  options: optionTable,
  run: (args, terminal) => runLogs(args, terminal),
};

/** A stream of a task. */
interface TaskStream {
  readonly task: ViewedTask;
  readonly name: string;
  readonly stream: "stdout" | "stderr";
  /** Its file. */
  readonly path?: string;
  /** The end of it that is on record, where there is no file. */
  readonly end?: string;
}

async function runLogs(args: readonly string[], terminal: Terminal): Promise<number> {
  const target = parseTarget(optionTable, args, "tasks");
  const { options, names } = target;
  if (names.length === 0 && !options.has("all") && !options.has("failed")) {
    throw new UsageError("The task is missing; write for example qcgpj logs sweep:17, or qcgpj logs --failed");
  }
  const run = readTarget(target);
  const tasks = chooseTasks(run, target);
  const streams = tasks.flatMap((task) => streamsOf(run, task, target));
  if (streams.some(({ end }) => end !== undefined)) {
    terminal.err("qcgpj logs: what was written to no file is kept of tasks that failed only, and of it the end\n");
  }
  if (options.has("json")) return writeJson(streams, terminal);
  if (tasks.length === 0) {
    terminal.err("qcgpj logs: no such task\n");
    return 1;
  }
  const without = tasks.filter((one) => !streams.some(({ task }) => task === one));
  const unwritten = without.filter((task) => mayWrite(run, task));
  if (unwritten.length > 0 && (streams.length === 0 || options.has("follow"))) {
    terminal.err(`qcgpj logs: ${explainUnwritten(unwritten, target)}\n`);
    if (streams.length === 0) return 1;
  }
  if (streams.length === 0) {
    terminal.err(`qcgpj logs: ${listTasks(tasks)} wrote to no file, and no end of it is on record\n`);
    return 1;
  }
  return await writeStreams(streams, target, tasks.length > 1, terminal);
}

/** Says why there is nothing to see of tasks that have not ended, and what would make it seen. */
function explainUnwritten(tasks: readonly ViewedTask[], { options }: TargetRun): string {
  const asked = (["stdout", "stderr"] as const).filter((stream) => options.has(stream));
  const what = asked.length === 1 ? ` by its ${asked[0]}` : "";
  const keys = asked.length === 1 ? `"${asked[0]}"` : '"stdout" and "stderr"';
  return `${listTasks(tasks)}${tasks.length > 1 ? " write" : " writes"} to no file${what}, so there is nothing to ` +
    `${
      options.has("follow") ? "follow" : "show"
    } until the end, and then only the last words, and those of a failure; ` +
    `to see it while it runs, give the job a file for ${keys}, or "capture": "${
      asked.length === 1 ? asked[0] : "both"
    }"`;
}

function listTasks(tasks: readonly ViewedTask[]): string {
  const more = tasks.length - 1;
  return `${visible(nameOf(tasks[0]!))}${more > 0 ? ` and ${more} other${more > 1 ? "s" : ""}` : ""}`;
}

function chooseTasks(run: ReadRun, { options, names }: TargetRun): ViewedTask[] {
  const tasks = names.length === 0 ? [...run.view.tasks()] : findTasks(run, names);
  if (!options.has("failed")) return tasks;
  return tasks.filter(({ job, offset }) => run.view.ledger.state(job.firstTask + offset) === "FAILED");
}

function streamsOf({ view, rootWd }: ReadRun, task: ViewedTask, { options, folder }: TargetRun): TaskStream[] {
  const paths = fillTask(view, task, rootWd)?.paths;
  const attempt = options.get("attempt") as number | undefined;
  const isEarlier = attempt !== undefined && attempt < view.ledger.task(task.job.firstTask + task.offset).attempts;
  const wanted = (["stdout", "stderr"] as const).filter((stream) =>
    options.has(stream) || options.has("stdout") === options.has("stderr")
  );
  const number = task.job.firstTask + task.offset;
  const tails = isEarlier
    ? gatherAttempts(readEvents(join(folder, journalName)), number).find((one) => one.attempt === attempt)?.tails
    : view.ledger.task(number).tails;
  const name = nameOf(task);
  const found = wanted.flatMap((stream): TaskStream[] => {
    const path = paths?.[stream];
    if (path !== undefined) return [{ task, name, stream, path: isEarlier ? `${path}.attempt-${attempt}` : path }];
    const end = tails?.[stream];
    return end === undefined ? [] : [{ task, name, stream, end }];
  });
  // Both streams may be one file.
  return found.length === 2 && found[0]!.path !== undefined && found[0]!.path === found[1]!.path
    ? found.slice(0, 1)
    : found;
}

async function writeStreams(
  streams: readonly TaskStream[],
  target: TargetRun,
  isTitled: boolean,
  terminal: Terminal,
): Promise<number> {
  const { options } = target;
  const follows = options.has("follow");
  const files = streams.map((one) => ({ ...one, file: readerOf(one) }));
  let titled: TaskStream | undefined;
  let hasShown = false;
  const show = async () => {
    let hasGrown = false;
    for (const one of files) {
      for (let bytes = one.file.read(); bytes !== undefined; bytes = one.file.read()) {
        if (isTitled && titled !== one) {
          terminal.out(`${titled === undefined ? "" : "\n"}==> ${visible(one.name)} ${one.stream} <==\n`);
        }
        titled = one;
        const toError = one.stream === "stderr" && !options.has("stderr") && !isTitled;
        await (toError ? terminal.errorBytes(bytes) : terminal.sendBytes(bytes));
        hasGrown = hasShown = true;
      }
    }
    return hasGrown;
  };
  await show();
  let lookedMs = -Infinity;
  let mayGrow = follows;
  while (mayGrow) {
    if (performance.now() - lookedMs >= stateMs) {
      lookedMs = performance.now();
      mayGrow = isOpen(target, streams);
    }
    if (mayGrow) await new Promise((resolve) => setTimeout(resolve, followMs));
    await show();
  }
  for (const { file } of files) file.close();
  if (!hasShown && !follows) terminal.err("qcgpj logs: nothing was written\n");
  return hasShown || follows ? 0 : 1;
}

/** Reads a stream piece by piece. */
function readerOf({ path, end }: Pick<TaskStream, "path" | "end">): FollowedFile | RecordedEnd {
  return path === undefined ? new RecordedEnd(end ?? "") : new FollowedFile(path);
}

/** Whether one of the tasks may still write. */
function isOpen({ folder }: TargetRun, streams: readonly TaskStream[]): boolean {
  const run = readRun(folder);
  return streams.some(({ task }) => mayWrite(run, task));
}

/** Whether a task has not ended, and its run neither. */
function mayWrite({ view, facts: { liveness } }: ReadRun, { job, offset }: ViewedTask): boolean {
  if (liveness === "ended" || liveness === "brokenOff") return false;
  return !isTerminal(view.ledger.state(job.firstTask + offset));
}

function writeJson(streams: readonly TaskStream[], terminal: Terminal): number {
  const texts = streams.map(({ name, stream, path, end }) => {
    using file = readerOf({ ...(path === undefined ? {} : { path }), ...(end === undefined ? {} : { end }) });
    const decoder = new TextDecoder();
    let text = "";
    for (let bytes = file.read(); bytes !== undefined; bytes = file.read()) {
      text += decoder.decode(bytes, { stream: true });
    }
    return { task: name, stream, path, text: text + decoder.decode() };
  });
  writePieces(jsonLines(texts), terminal);
  return texts.length === 0 ? 1 : 0;
}
