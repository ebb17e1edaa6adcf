/**
 * Going on with an earlier run: how it is asked for, and what was found.
 *
 * @module
 */

import { taskCount } from "../job/description.ts";
import { isTerminal } from "../report/states.ts";
import type { RerunChoice } from "../runtime/reruns.ts";
import type { Run } from "../runtime/run.ts";
import { checkOptionBag, type OptionRule, textOf, yesOrNo } from "../runtime/option_bag.ts";

/** The run to go on with. */
export interface ResumeSource {
  /** Its auxiliary directory, or the working directory that it lies in. */
  readonly path: string;
  /**
   * Goes on although something of its records is lost. What is lost is told by {@linkcode ResumedRun.losses}: tasks whose
   * end is lost run again, jobs whose description is lost do not.
   *
   * @default {false}
   */
  readonly acceptLoss?: boolean;
  /**
   * `"failed"`: tasks that failed run again, and with them those that were omitted because of them. All others stay as
   * they ended.
   */
  readonly rerun?: "failed";
  /**
   * Names of jobs, or of iterations such as `sweep:3`. With `rerun` only these run again; without it these run again
   * whatever became of them. What had not ended goes on in any case.
   */
  readonly only?: readonly string[];
}

/** What an executor found when it went on with an earlier run. */
export interface ResumedRun {
  /** The auxiliary directory of the run. */
  readonly path: string;
  /** How many jobs are known. */
  readonly jobs: number;
  /** How many of them had not ended, and go on. */
  readonly unfinishedJobs: number;
  /** How many tasks had ended, and do not run again. */
  readonly endedTasks: number;
  /** What of the records is lost, in sentences without their ends; empty when nothing is. */
  readonly losses: readonly string[];
}

/** The rule for the option; what is inside is checked by {@linkcode readResume}. */
export const resumeRule: OptionRule = {
  isRight: (value) => typeof value === "string" || Object.prototype.toString.call(value) === "[object Object]",
  what: "a path, or an object such as { path, acceptLoss: true }",
};

/**
 * Reads the option.
 *
 * @throws {TypeError} If something in it is unknown, missing or of the wrong type.
 */
export function readResume(resume: string | ResumeSource | undefined): ResumeSource | undefined {
  if (resume === undefined) return undefined;
  if (typeof resume === "string") return { path: resume };
  checkOptionBag<ResumeSource>('option "resume"', resume, {
    path: textOf("a path"),
    acceptLoss: yesOrNo,
    rerun: { isRight: (value) => value === "failed", what: '"failed"' },
    only: { isRight: isNames, what: "a list of names of jobs and tasks" },
  });
  if (resume.path === undefined) throw new TypeError('Option "resume" has no path');
  return resume;
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === "string");
}

/** Which tasks run again although they have ended; `undefined` for none. */
export function rerunChoice({ rerun, only }: Pick<ResumeSource, "rerun" | "only">): RerunChoice | undefined {
  if (rerun === undefined && only === undefined) return undefined;
  return { outcomes: rerun ?? "any", ...(only === undefined ? {} : { only }) };
}

/** Says what was found; `undefined` for a run that is new. To be called before anything else is submitted. */
export function describeResumed({ resumed, folderPath, pilot: { intake, ledger } }: Run): ResumedRun | undefined {
  if (resumed === undefined) return undefined;
  const jobs = [...intake.names()].map((name) => intake.find(name)!);
  let endedTasks = 0;
  for (const { description, firstTask } of jobs) {
    const count = taskCount(description);
    for (let offset = 0; offset < count; offset++) if (isTerminal(ledger.state(firstTask + offset))) endedTasks++;
  }
  const unfinishedJobs = jobs.filter(({ id }) => ledger.job(id)?.outcome === undefined).length;
  return { path: folderPath, jobs: jobs.length, unfinishedJobs, endedTasks, losses: resumed.losses };
}
