/**
 * What did not succeed, as a text for people: the groups, the tasks in each, and the last words of the first.
 *
 * @module
 */

import { countOf } from "../../resources/request.ts";
import type { FailureGroup, Failures, ReadWords } from "./failure_groups.ts";
import { endLines, visible } from "./last_words.ts";

/** How much is told. */
export interface FailureTextOptions {
  /** Reads the last words of the first task of a group. */
  readonly readWords: ReadWords;
  /** How many groups are told. */
  readonly groupsMax: number;
  /** How many tasks of each are named. */
  readonly namesMax: number;
  /** How many lines of the last words are shown: of the first group, and of the others. */
  readonly linesMax: readonly [first: number, others: number];
  /** Paints a text; `code` is a number of an ANSI colour. */
  readonly paint?: (text: string, code: number) => string;
}

/** The longest state and a blank. */
const stateWidth = "CANCELED".length + 1;

const colours: Readonly<Record<FailureGroup["state"], number>> = { FAILED: 31, CANCELED: 33, OMITTED: 33 };

/** Counts what did not succeed, in one line without a line feed. */
export function failuresHeading({ groups, failed, canceled, omitted, total }: Failures): string {
  const parts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(canceled > 0 ? [`${canceled} canceled`] : []),
    ...(omitted > 0 ? [`${omitted} omitted`] : []),
  ];
  const ways = groups.length > 1 ? `, in ${groups.length} ways` : "";
  return parts.length === 0
    ? `of ${countOf(total, "task")} none failed`
    : `of ${countOf(total, "task")} ${parts.join(", ")}${ways}`;
}

/** Writes the groups; each line ends with a line feed. */
export function formatFailures({ groups }: Failures, options: FailureTextOptions): string {
  const { groupsMax, linesMax, paint = (text) => text } = options;
  const shown = groups.slice(0, groupsMax);
  const width = Math.max(0, ...shown.map(({ count }) => String(count).length));
  const lines = shown.flatMap((group, index) => {
    const head = `${String(group.count).padStart(width)} × ${paint(group.state, colours[group.state])} ${howOf(group)}`;
    const indent = " ".repeat(width + 3);
    return [
      head,
      ...(group.words === "" || group.words === howOf(group) ? [] : [`${indent}${inOneLine(group.words)}`]),
      `${indent}${namesOf(group, options.namesMax)}`,
      ...lastLines(group, options, linesMax[index === 0 ? 0 : 1]).map((line) => `${indent}| ${line}`),
    ];
  });
  const more = groups.slice(groupsMax);
  if (more.length > 0) {
    const tasks = more.reduce((sum, { count }) => sum + count, 0);
    lines.push(`and ${countOf(tasks, "task")} in ${countOf(more.length, "more way")}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

/**
 * Writes the groups in few lines, for the end of a run: a task that is alone in its group is one line.
 *
 * @returns Lines without line feeds.
 */
export function summarizeFailures({ groups }: Failures, options: FailureTextOptions): string[] {
  const { groupsMax, namesMax, linesMax, paint = (text) => text } = options;
  const indent = " ".repeat(stateWidth);
  const lines = groups.slice(0, groupsMax).flatMap((group, index) => {
    const { state, count, tasks, isSaid, words } = group;
    const why = inOneLine(isSaid ? `${howOf(group)}: ${words}` : words);
    const who = count === 1 ? visible(tasks[0]!) : countOf(count, "task");
    return [
      `${paint(state, colours[state])}${" ".repeat(stateWidth - state.length)}${who}${why === "" ? "" : `: ${why}`}`,
      ...(count === 1 ? [] : [`${indent}${namesOf(group, namesMax)}`]),
      ...lastLines(group, options, linesMax[index === 0 ? 0 : 1]).map((line) => `${indent}| ${line}`),
    ];
  });
  const more = groups.slice(groupsMax).reduce((sum, { count }) => sum + count, 0);
  return more === 0 ? lines : [...lines, `and ${more} more that did not succeed`];
}

/** How the tasks of a group ended: `exit code 4`, `signal SIGKILL (oom)`, `timeout`. */
export function howOf({ cause, exitCode, signal }: FailureGroup): string {
  const how = exitCode !== undefined ? `exit code ${exitCode}` : signal;
  if (how === undefined) return cause;
  return cause === "exit" || cause === "signal" ? how : `${cause}, ${how}`;
}

function inOneLine(text: string): string {
  return visible(text.replaceAll(/\s*\n\s*/g, " "));
}

function namesOf({ tasks, count }: FailureGroup, namesMax: number): string {
  const names = tasks.slice(0, namesMax);
  const more = count - names.length;
  return `${visible(names.join(" "))}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The last lines of what the first task of a group that failed wrote, if there is more than one. */
export function lastLines(
  { first, state }: FailureGroup,
  { readWords }: Pick<FailureTextOptions, "readWords">,
  linesMax: number,
): string[] {
  if (linesMax === 0 || state !== "FAILED") return [];
  return endLines(readWords(first) ?? {}, linesMax);
}
