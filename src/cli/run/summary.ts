/**
 * What `qcgpj run` says at the end.
 *
 * @module
 */

import { formatElapsed } from "../../base/duration.ts";
import { shellQuote } from "../../base/shell_quote.ts";
import type { JobOutcome } from "../../core/types.ts";
import { terminalState } from "../../report/states.ts";
import type { Failure, RunOutcome } from "./run_outcome.ts";

/** What a summary tells of. */
export interface SummaryFacts {
  /** What became of the jobs. */
  readonly outcome: RunOutcome;
  /** How many jobs have not ended, as the run was interrupted or broke. */
  readonly unfinished: number;
  /** What interrupted the run. */
  readonly interrupted?: string | undefined;
  /** How long it took. */
  readonly elapsedMs: number;
  /** Where the records are; absent if there are none. */
  readonly folder?: string | undefined;
  /** Whether colours are wanted. */
  readonly hasColour: boolean;
}

const colours: Readonly<Record<JobOutcome, string>> = {
  succeeded: "32",
  failed: "31",
  canceled: "33",
  omitted: "33",
};

/** Writes the summary; each line ends with a line feed. */
export function formatSummary(facts: SummaryFacts): string {
  const { outcome, unfinished, interrupted, folder, elapsedMs, hasColour } = facts;
  const jobs = sum(outcome.jobs);
  const tasks = sum(outcome.tasks);
  const inTasks = tasks === jobs ? "" : ` (${tasks} tasks: ${describe(outcome.tasks)})`;
  const lines = [
    jobs === 0
      ? `no jobs ended in ${describeTime(elapsedMs)}`
      : `${jobs} job${jobs === 1 ? "" : "s"}: ${describe(outcome.jobs)}${inTasks} in ${describeTime(elapsedMs)}`,
    ...outcome.failures.map((failure) => describeFailure(failure, hasColour)),
  ];
  const more = jobs - outcome.jobs.succeeded - outcome.failures.length;
  if (more > 0) lines.push(`and ${more} more that did not succeed`);
  if (unfinished > 0) {
    const why = interrupted === undefined ? "" : `interrupted by ${interrupted}: `;
    const rest = folder === undefined ? "" : `; go on with: qcgpj run --resume ${shellQuote(folder)}`;
    lines.push(`${why}${unfinished} job${unfinished === 1 ? " is" : "s are"} unfinished${rest}`);
  }
  if (folder !== undefined) lines.push(`records: ${folder}`);
  return lines.map((line) => `${line}\n`).join("");
}

function describe(counts: Readonly<Record<JobOutcome, number>>): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0).map(([outcome, count]) =>
    `${count} ${outcome}`
  );
  return parts.join(", ");
}

function describeFailure({ name, outcome, tasks, reason }: Failure, hasColour: boolean): string {
  const state = terminalState(outcome);
  const painted = hasColour ? `\x1b[${colours[outcome]}m${state}\x1b[0m` : state;
  const blanks = " ".repeat("CANCELED".length + 1 - state.length);
  const inTasks = tasks === undefined ? "" : `${tasks.failed} of ${tasks.total} iterations, `;
  const why = reason === undefined ? inTasks.replace(/, $/, "") : `${inTasks}${reason}`;
  return `${painted}${blanks}${name}${why === "" ? "" : `: ${why.replaceAll(/\s*\n\s*/g, " ")}`}`;
}

function describeTime(ms: number): string {
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : formatElapsed(Math.round(ms / 1000) * 1000);
}

function sum(counts: Readonly<Record<JobOutcome, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
