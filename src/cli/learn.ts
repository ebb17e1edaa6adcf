/**
 * The option `--learn` of `run` and `plan`: which earlier run teaches how long tasks take.
 *
 * @module
 */

import { resolve } from "@std/path";
import { learnFrom, learnFromLast, type Lesson } from "../deno/files/runs/learn_times.ts";
import type { OptionSpec, OptionValue } from "../service/arguments.ts";

/** The option. */
export const learnOption: OptionSpec = {
  name: "learn",
  value: { kind: "text" },
  placeholder: "DIR",
  default: "the newest finished run of the same file",
  help: "the run whose run times decide what starts first: its folder or id, or the folder that it lies in; or none",
};

/** What a command knows of where to learn. */
export interface LessonPlace {
  /** The value of `--order`. */
  readonly order: "rank" | "age" | undefined;
  /** The request file, as it was given. */
  readonly file: string | undefined;
  /** The working directory of the tasks, absolute. */
  readonly directory: string;
}

/**
 * Learns as the options say.
 *
 * @returns What was learnt; `undefined` when there is nothing to learn from, or no use for it.
 * @throws {PilotJobError} If the run that `--learn` names cannot be read.
 */
export function learnAsAsked(given: OptionValue | undefined, place: LessonPlace): Lesson | undefined {
  const { order, file, directory } = place;
  if (given === "none" || order === "age") return undefined;
  if (given !== undefined) return learnFrom(given as string);
  return file === undefined ? undefined : learnFromLast(directory, resolve(Deno.cwd(), file));
}
