/**
 * Names of jobs and tasks: which are allowed, and how a task's name is taken apart.
 *
 * @module
 */

import { nearMiss } from "../base/near_miss.ts";

/** Characters that QCG-PilotJob forbids in a job's name, each with the word for it. */
const forbidden: ReadonlyMap<string, string> = new Map([
  ["$", "a dollar"],
  ["{", "a brace"],
  ["}", "a brace"],
  ["(", "a parenthesis"],
  [")", "a parenthesis"],
  ["'", "a quote"],
  ['"', "a quote"],
  [" ", "a blank"],
  ["\t", "a tab"],
  ["\n", "a newline"],
  ["\0", "a NUL character"],
]);

/**
 * Says what is wrong with a job's name, as the end of a sentence that starts with the name.
 *
 * @param name The name, its variables already replaced.
 * @returns For example `contains a blank, …`; `undefined` for a good name.
 */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "is empty; give every job a name";
  if (name.includes(":")) return 'contains ":", which separates a job from its iteration as in "job:3"';
  for (const character of name) {
    const word = forbidden.get(character);
    if (word === undefined) continue;
    const variable = /\$\{[^}]*\}/.exec(name)?.[0];
    if (variable === undefined) return `contains ${word}, which is not allowed in a job's name`;
    return `contains ${variable}, which is no variable that a job's name can use`;
  }
  return undefined;
}

/** A task's name taken apart. */
export interface TaskNameParts {
  /** The job. */
  readonly job: string;
  /** The index after the colon, when there is one. */
  readonly iteration?: number;
}

/**
 * Takes a task's name apart.
 *
 * @param text `job`, or `job:index` with a decimal, possibly negative index.
 * @returns The parts; `undefined` if there is more than one colon, no job before it or no index after it.
 */
export function parseTaskName(text: string): TaskNameParts | undefined {
  const colon = text.indexOf(":");
  if (colon < 0) return text === "" ? undefined : { job: text };
  const digits = text.slice(colon + 1);
  const iteration = Number(digits);
  if (colon === 0 || !/^-?[0-9]+$/.test(digits) || !Number.isSafeInteger(iteration)) return undefined;
  // `+ 0` turns the index "-0" into the index 0.
  return { job: text.slice(0, colon), iteration: iteration + 0 };
}

/** Returns ` (did you mean "job:3"?)` where a job of a name near to that in `text` is known, or an empty text. */
export function didYouMeanTask(text: string, jobNames: Iterable<string>): string {
  const [jobName] = text.split(":", 1) as [string];
  const near = nearMiss(jobName, jobNames);
  return near === undefined ? "" : ` (did you mean "${near}${text.slice(jobName.length)}"?)`;
}
