/**
 * What `qcgpj run` says at the end.
 *
 * @module
 */

import { formatElapsed } from "../../base/duration.ts";
import type { JobOutcome } from "../../core/types.ts";
import { commandText } from "../../report/command_text.ts";
import type { Failures, ReadWords } from "../../report/look/failure_groups.ts";
import { summarizeFailures } from "../../report/look/failures_text.ts";
import { countOf } from "../../resources/request.ts";
import type { RunOutcome } from "./run_outcome.ts";

/** What a summary tells of. */
export interface SummaryFacts {
  /** What became of the jobs. */
  readonly outcome: RunOutcome;
  /** What did not succeed, and what reads the last words of it; absent when all is well. */
  readonly failed?: { readonly failures: Failures; readonly readWords: ReadWords } | undefined;
  /** How many jobs, and tasks of theirs, have not ended, as the run was interrupted or broke. */
  readonly unfinished: { readonly jobs: number; readonly tasks: number };
  /** What interrupted the run. */
  readonly interrupted?: string | undefined;
  /** What was told of tasks that write over the outputs of one another. */
  readonly collisions?: readonly string[];
  /** How long it took. */
  readonly elapsedMs: number;
  /** Where the records are; absent if there are none. */
  readonly folder?: string | undefined;
  /** Whether colours are wanted. */
  readonly hasColour: boolean;
}

/** How many groups of failures are told, and how many tasks of each are named. */
const groupsMax = 10;
const namesMax = 8;
/** How many of the last lines of the commonest failure are shown. */
const linesMax = 5;

/** Writes the summary; each line ends with a line feed. */
export function formatSummary(facts: SummaryFacts): string {
  const { outcome, unfinished, interrupted, folder, elapsedMs, collisions = [] } = facts;
  const jobs = sum(outcome.jobs);
  const tasks = sum(outcome.tasks);
  const inTasks = tasks === jobs ? "" : ` (${tasks} tasks: ${describe(outcome.tasks)})`;
  const lines = [
    jobs === 0
      ? `no jobs ended in ${describeTime(elapsedMs)}`
      : `${jobs} job${jobs === 1 ? "" : "s"}: ${describe(outcome.jobs)}${inTasks} in ${describeTime(elapsedMs)}`,
    ...failureLines(facts),
    ...collisions.map((problem) => `warning: ${problem}`),
  ];
  if (unfinished.jobs > 0) {
    const why = interrupted === undefined ? "" : `interrupted by ${interrupted}: `;
    const rest = folder === undefined ? "" : `; go on with: qcgpj run --resume ${commandText([folder])}`;
    const inJobs = unfinished.tasks > unfinished.jobs ? ` with ${countOf(unfinished.tasks, "task")}` : "";
    lines.push(
      `${why}${countOf(unfinished.jobs, "job")}${inJobs} ${unfinished.jobs === 1 ? "is" : "are"} unfinished${rest}`,
    );
  }
  if (folder !== undefined) lines.push(`records: ${folder}`);
  return lines.map((line) => `${line}\n`).join("");
}

/** What failed, and which commands tell more and run it again. */
function failureLines({ failed, folder, hasColour, unfinished }: SummaryFacts): string[] {
  if (failed === undefined || failed.failures.groups.length === 0) return [];
  const { failures, readWords } = failed;
  const paint = (text: string, code: number) => hasColour ? `\x1b[${code}m${text}\x1b[0m` : text;
  const lines = summarizeFailures(failures, { readWords, groupsMax, namesMax, linesMax: [linesMax, 0], paint });
  if (folder === undefined || failures.failed === 0) return lines;
  const path = commandText([folder]);
  lines.push(`look at all of it: qcgpj failures ${path}`);
  // What is unfinished goes on by a resume of its own, which is told.
  if (unfinished.jobs === 0) lines.push(`run it again: qcgpj run --resume ${path} --failed`);
  return lines;
}

function describe(counts: Readonly<Record<JobOutcome, number>>): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0).map(([outcome, count]) =>
    `${count} ${outcome}`
  );
  return parts.join(", ");
}

function describeTime(ms: number): string {
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : formatElapsed(Math.round(ms / 1000) * 1000);
}

function sum(counts: Readonly<Record<JobOutcome, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
