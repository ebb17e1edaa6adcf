/**
 * Mistakes in what becomes of what tasks write.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants. */
export const inOutputs: readonly Mutant[] = [
  plant(
    "deno/local/spool.ts",
    "file.begin = this.#system.size(file.descriptor);",
    "file.begin = 0;",
    "a failed task is told what the one before it in the same place had said",
    "unit/deno/local/spool_test.ts|again",
  ),
  plant(
    "deno/local/spool.ts",
    "if (isQuiet && this.#free.length < freeMax)",
    "if (this.#free.length < freeMax)",
    "a file goes to the next task while something left of the one before may write to it",
    "unit/deno/local/spool_test.ts|again",
  ),
  plant(
    "deno/local/spool.ts",
    "for (const file of this.#used) this.#bound(file, bytesMax);",
    "",
    "a program that writes without end fills the disk",
    "unit/deno/local/spool_test.ts|holes",
  ),
  plant(
    "deno/local/spool.ts",
    "[file.begin, file.released, file.earlier] = [0, 0, bytes];",
    "[file.begin, file.released] = [0, 0];",
    "the last words before a cut are lost where no holes can be made",
    "unit/deno/local/spool_test.ts|keeps the end",
  ),
  plant(
    "deno/local/task_outputs.ts",
    'const isSuccess = "code" in exit && exit.code === 0 && !wasStopped;',
    'const isSuccess = "code" in exit && exit.code === 0;',
    "what a task said that was stopped and ended well is not told",
    "unit/deno/local/task_outputs_test.ts",
  ),
  plant(
    "core/lifecycle.ts",
    'const keepsTails = tails !== undefined && outcome.kind !== "succeeded";',
    "const keepsTails = tails !== undefined;",
    "what a task said that succeeded is on record",
    "unit/core/cleanup_test.ts|What an attempt said last",
  ),
  plant(
    "runtime/tail_budget.ts",
    "this.#left -= count;",
    "",
    "ten thousand failing tasks fill the journal with what they said",
    "unit/runtime/tail_budget_test.ts",
  ),
  plant(
    "runtime/run_outputs.ts",
    "defaults.includes(file.output) && this.#files.isTaken(file, job)",
    "this.#files.isTaken(file, job)",
    "an output is renamed that its user has named",
    "unit/runtime/run_outputs_test.ts|RunOutputs.named()",
  ),
  plant(
    "job/output_collisions.ts",
    "return other !== undefined && isOrderedAfter(other, job.name, find, known);",
    "return false;",
    "a warning comes of two tasks of which the earlier one waits for the later one",
    "unit/job/output_collisions_test.ts|OutputFiles.add() is silent where one task waits",
  ),
  plant(
    "launch/plan_task.ts",
    "filter((name) => !append.includes(name))",
    "filter(() => true)",
    "what a file held is renamed away before another attempt adds to it",
    "unit/launch/plan_attempt_test.ts|An attempt adds",
  ),
];
