/**
 * Runs cases of all grammars from seeds.
 *
 * @module
 */

import { Random } from "../../sim/random.ts";
import { checkArguments, checkSplit } from "./command_lines.ts";
import type { Verdict } from "./grammar.ts";
import { checkJob } from "./jobs.ts";
import { checkTemplate } from "./templates.ts";

/** The grammars by what they write. */
export const grammars: Readonly<Record<string, (random: Random) => Verdict>> = {
  jobs: checkJob,
  templates: checkTemplate,
  "lines that are split": checkSplit,
  arguments: checkArguments,
};

/**
 * Runs cases of one grammar.
 *
 * @param check The grammar.
 * @param count How many.
 * @param from The first seed; each case has its own.
 * @returns How many were right, and read as they are meant. All others were refused.
 * @throws {Error} With the seed, if one was read otherwise, or wrongly taken or refused.
 */
export function runCases(check: (random: Random) => Verdict, count: number, from: number): number {
  let right = 0;
  for (let seed = from; seed < from + count; seed++) {
    try {
      if (check(new Random(seed)) === "right") right++;
    } catch (error) {
      throw new Error(`Seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
  return right;
}
