/**
 * Groups what did not succeed: by cause, by exit code or signal, and by the last words, in which numbers and paths count
 * as equal. A thousand failures are mostly a few mistakes.
 *
 * @module
 */

import type { Cause, TaskId } from "../../core/types.ts";
import { taskCount } from "../../job/description.ts";
import type { TerminalState } from "../states.ts";
import { lastLine, type LastWords, patternOf } from "./last_words.ts";
import type { RunView, ViewedTask } from "./run_view.ts";

/** Tasks that did not succeed in the same way. */
export interface FailureGroup {
  /** How they ended. */
  readonly state: Exclude<TerminalState, "SUCCEED">;
  /** Why, in one word. */
  readonly cause: Cause;
  /** The exit code that they have in common. */
  readonly exitCode?: number;
  /** The signal that ended them. */
  readonly signal?: string;
  /** What they said last, or why they failed where they said nothing; what differs among them is `<n>` or `<path>`. */
  readonly words: string;
  /** Whether the tasks said these words themselves. */
  readonly isSaid: boolean;
  /** How many there are. */
  readonly count: number;
  /** Their names. */
  readonly tasks: readonly string[];
  /** The first of them. */
  readonly first: ViewedTask;
}

/** All that did not succeed. */
export interface Failures {
  /** The groups: what failed first, then what was canceled, then what was omitted; the commonest first. */
  readonly groups: readonly FailureGroup[];
  /** How many tasks failed. */
  readonly failed: number;
  /** How many tasks were canceled. */
  readonly canceled: number;
  /** How many tasks could not run, as what they depend on did not succeed. */
  readonly omitted: number;
  /** How many tasks the run has. */
  readonly total: number;
}

/** Reads the last words of a task; `undefined` where there are none. */
export type ReadWords = (task: ViewedTask) => LastWords | undefined;

/** Of how many tasks the last words are read; further ones are grouped by what is known without. */
const readMax = 20_000;

interface OpenGroup {
  readonly key: Pick<FailureGroup, "state" | "cause" | "exitCode" | "signal">;
  readonly first: ViewedTask;
  readonly firstWords: string;
  readonly pattern: string;
  readonly isSaid: boolean;
  isSame: boolean;
  readonly tasks: string[];
}

/**
 * Groups the tasks of a run that did not succeed.
 *
 * @param view The run.
 * @param readWords Reads what a task said last; asked of failed tasks only.
 * @param nameOf Names a task.
 */
export function groupFailures(view: RunView, readWords: ReadWords, nameOf: (task: ViewedTask) => string): Failures {
  const groups = new Map<string, OpenGroup>();
  const counts = { FAILED: 0, CANCELED: 0, OMITTED: 0 };
  let total = 0;
  for (const job of view.jobs()) {
    const count = taskCount(job.description);
    total += count;
    for (let offset = 0; offset < count; offset++) {
      const state = view.ledger.state(job.firstTask + offset);
      if (state !== "FAILED" && state !== "CANCELED" && state !== "OMITTED") continue;
      counts[state]++;
      const task = { job, offset };
      const mayRead = state === "FAILED" && counts.FAILED <= readMax;
      add(groups, describe(view, task, state, mayRead ? readWords : () => undefined), task, nameOf);
    }
  }
  const order = ["FAILED", "CANCELED", "OMITTED"];
  const sorted = [...groups.values()].sort((a, b) =>
    order.indexOf(a.key.state) - order.indexOf(b.key.state) || b.tasks.length - a.tasks.length
  );
  return {
    groups: sorted.map(({ key, first, firstWords, pattern, isSaid, isSame, tasks }) => ({
      ...key,
      words: isSame ? firstWords : pattern,
      isSaid,
      count: tasks.length,
      tasks,
      first,
    })),
    failed: counts.FAILED,
    canceled: counts.CANCELED,
    omitted: counts.OMITTED,
    total,
  };
}

interface DescribedFailure {
  readonly key: OpenGroup["key"];
  readonly words: string;
  readonly isSaid: boolean;
}

function describe(
  view: RunView,
  task: ViewedTask,
  state: FailureGroup["state"],
  readWords: ReadWords,
): DescribedFailure {
  const { cause = "exit", reason = "", exit } = view.ledger.task(idOf(task));
  const said = readWords(task);
  const ownWords = isOwnEnd(cause) && said !== undefined ? lastLine(said) : undefined;
  const how = exit === undefined ? {} : "code" in exit ? { exitCode: exit.code } : { signal: exit.signal };
  return { key: { state, cause, ...how }, words: ownWords ?? reason, isSaid: ownWords !== undefined };
}

/** Whether a program ended by itself: only that is explained by its own words. */
export function isOwnEnd(cause: Cause): boolean {
  return cause === "exit" || cause === "signal";
}

function idOf({ job, offset }: ViewedTask): TaskId {
  return job.firstTask + offset;
}

function add(
  groups: Map<string, OpenGroup>,
  { key, words, isSaid }: DescribedFailure,
  task: ViewedTask,
  nameOf: (task: ViewedTask) => string,
): void {
  const pattern = patternOf(words);
  const text = JSON.stringify([key.state, key.cause, key.exitCode, key.signal, pattern]);
  const group = groups.get(text);
  if (group === undefined) {
    groups.set(text, { key, first: task, firstWords: words, pattern, isSaid, isSame: true, tasks: [nameOf(task)] });
    return;
  }
  group.isSame &&= words === group.firstWords;
  group.tasks.push(nameOf(task));
}
