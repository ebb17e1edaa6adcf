/**
 * The option `--learn` of `run` and `plan`: which earlier run teaches how long tasks take, beside what the file tells.
 *
 * @module
 */

import { resolve } from "@std/path";
import type { LearntTimes } from "../core/estimates.ts";
import { learnFrom, learnFromLast, type Lesson } from "../deno/files/runs/learn_times.ts";
import { joinTimes } from "../report/learnt_times.ts";
import type { OptionSpec, OptionValue } from "../service/arguments.ts";

/** The option. */
export const learnOption: OptionSpec = {
  name: "learn",
  value: { kind: "text" },
  placeholder: "DIR",
  default: "the newest finished run of the same file",
  help: "the run whose run times decide what starts first: its folder or id, or the folder that it lies in; none for " +
    "no knowledge, not even the run times of a workflow",
};

/** What a command knows of where to learn. */
export interface LessonPlace {
  /** The request file, as it was given. */
  readonly file?: string | undefined;
  /** What the file itself tells. */
  readonly times?: LearntTimes | undefined;
  /** The working directory of the tasks, absolute. */
  readonly directory: string;
}

/** What is known before anything has run. */
export interface Known {
  /** What an earlier run taught. */
  readonly lesson?: Lesson | undefined;
  /** What the file tells. */
  readonly times?: LearntTimes | undefined;
  /** Both together; of what both know the run counts. */
  readonly learnt?: LearntTimes | undefined;
}

/**
 * Learns as the options say.
 *
 * @param given The value of `--learn`; with `none` nothing is learnt, not from the file either.
 * @param place Where to learn.
 * @throws {PilotJobError} If the run that `--learn` names cannot be read.
 */
export function learnAsAsked(given: OptionValue | undefined, { file, times, directory }: LessonPlace): Known {
  if (given === "none") return {};
  const ofLast = () => file === undefined ? undefined : learnFromLast(directory, resolve(Deno.cwd(), file));
  const lesson = given === undefined ? ofLast() : learnFrom(given as string);
  return { lesson, times, learnt: joinTimes(times, lesson?.learnt) };
}
