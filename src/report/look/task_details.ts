/**
 * All that is known of one task: what it runs, with which variables and files, and what became of each attempt.
 *
 * @module
 */

import type { Execution } from "../../job/description.ts";
import { type FilledExecution, fillExecution } from "../../job/filled_execution.ts";
import type { TaskPaths } from "../../job/paths.ts";
import { sourceFile } from "../source_file.ts";
import { commandText, commandWords } from "../command_text.ts";
import { afterText, needsText } from "../forecast_text.ts";
import type { Attempt } from "./attempts.ts";
import type { LastWords } from "./last_words.ts";
import type { RunView, ViewedTask } from "./run_view.ts";
import { rowOf, type TaskRow } from "./task_row.ts";
import { type Wait, waitOf } from "./waits.ts";

/** What is known of a task, in full. */
export interface TaskDetails extends TaskRow {
  /** What it runs, ready to be pasted into a shell; absent before it was granted what its command depends on. */
  readonly command?: string;
  /** The variables that its job sets. */
  readonly env: Readonly<Record<string, string>>;
  /** Its folder and files, absolute. */
  readonly paths: Partial<TaskPaths>;
  /** What it asks for, in words. */
  readonly needs: string;
  /** What must succeed first, in words; empty for nothing. */
  readonly after: string;
  /** Its time limit, in milliseconds. */
  readonly timeLimitMs?: number;
  /** What it waits for, while it has not begun. */
  readonly wait?: Wait;
  /** Each launch. */
  readonly launches: readonly Attempt[];
  /** The ends of its streams. */
  readonly lastWords?: LastWords;
}

/** Where to look for what is told. */
export interface DetailSources {
  /** Each launch of the task. */
  readonly launches: readonly Attempt[];
  /** The working directory of the run, absolute. */
  readonly rootWd: string;
  /** The ends of the task's streams. */
  readonly lastWords: LastWords | undefined;
  /** The time, or when the run was broken off. */
  readonly nowMs: number;
}

/** Tells all that is known of a task. */
export function describeTask(view: RunView, task: ViewedTask, sources: DetailSources): TaskDetails {
  const { job: { description } } = task;
  const row = rowOf(view, task, sources.nowMs);
  const filled = fillTask(view, task, sources.rootWd);
  const { lastWords } = sources;
  return {
    ...row,
    ...(filled === undefined ? {} : { command: pasteable(filled.execution, filled.paths) }),
    env: filled?.execution.env ?? description.execution.env,
    paths: filled?.paths ?? {},
    needs: needsText(description),
    after: afterText(description),
    ...(description.timeLimitMs === undefined ? {} : { timeLimitMs: description.timeLimitMs }),
    ...(row.state === "QUEUED" ? { wait: waitOf(view, task) } : {}),
    launches: sources.launches,
    ...(lastWords === undefined ? {} : { lastWords }),
  };
}

/** What a task runs and where; `undefined` before it was granted what that depends on. */
export function fillTask(view: RunView, { job, offset }: ViewedTask, rootWd: string): FilledExecution | undefined {
  const { allocation } = view.ledger.task(job.firstTask + offset);
  const texts = JSON.stringify(job.description.execution);
  if (allocation === undefined && /\$\{(ncores|nnodes|nlist)\}/.test(texts)) return undefined;
  const filled = fillExecution({ job: job.description, offset, rootWd, allocation: allocation ?? { nodes: [] } });
  const books = { find: (name: string) => view.find(name), ledger: view.ledger, rootWd };
  const source = sourceFile(books, job.description, offset);
  return source === undefined ? filled : { ...filled, paths: { ...filled.paths, stdin: source } };
}

/** A command as a user would type it. Its output goes to the terminal: what the task has written stays as it is. */
function pasteable(execution: Execution, { wd, stdin }: TaskPaths): string {
  const variables = Object.entries(execution.env).map(([name, value]) => `${name}=${commandText([value])} `).join("");
  const read = stdin === undefined ? "" : ` < ${commandText([stdin])}`;
  return `cd ${commandText([wd])} && ${variables}${commandText(commandWords(execution, wd))}${read}`;
}
