/**
 * What kind of program a job runs, so that what was learnt of one job serves others like it.
 *
 * @module
 */

import type { Execution } from "./description.ts";

/** Programs that say nothing of the work: their first argument that is no option does. */
const interpreters =
  /^(?:python[\d.]*|pypy[\d.]*|bash|sh|dash|zsh|perl|ruby|Rscript|julia|node|deno|java|env|time|nice)$/;

/** Of a longer script only the beginning counts. */
const scriptMax = 200;

/**
 * Names the command of a job: equal for jobs whose tasks may be expected to take equally long.
 *
 * @returns The program; with an interpreter also its script; of the text of a script all but its numbers.
 */
export function commandOf({ exec, script, args }: Pick<Execution, "exec" | "script" | "args">): string {
  if (exec === undefined) return script!.slice(0, scriptMax).replaceAll(/\d+/g, "#");
  if (!interpreters.test(exec.slice(exec.lastIndexOf("/") + 1))) return exec;
  const words = args.filter((arg) => !arg.startsWith("-"));
  return words.length === 0 ? exec : `${exec} ${words[0]!.slice(0, scriptMax).replaceAll(/\d+/g, "#")}`;
}
