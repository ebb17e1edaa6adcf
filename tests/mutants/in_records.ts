/**
 * Mistakes in what a run records, and in what a resume makes of it.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants. */
export const inRecords: readonly Mutant[] = [
  plant(
    "runtime/run.ts",
    "inFlight.length > 0 && this.#copyOf === undefined;",
    "inFlight.length > 0;",
    "a copy waits until the tasks of the run that it is a copy of have been ended",
    "unit/runtime/run_test.ts|as a run of its own",
  ),
  plant(
    "journal/replay/replay.ts",
    "if (header.runId !== known && header.copyOf !== known) refuse",
    "if (header.runId !== known && header.copyOf === undefined) refuse",
    "records of two runs are read as one when the second is a copy of a third",
    "unit/journal/copy_of_test.ts",
  ),
  plant(
    "journal/codec/header.ts",
    "next.copyOf === stored.runId ?",
    "next.copyOf !== undefined ?",
    "a run that goes on loses its id",
    "unit/journal/copy_of_test.ts",
  ),
  plant(
    "report/jobs_report.ts",
    " ?? findReason(ledger, job);",
    ";",
    "the report lacks why a job failed whose iteration failed before a restart",
    "unit/report/jobs_report_test.ts|before a restart",
  ),
  plant(
    "journal/replay/drop_ownerless.ts",
    'if (event.kind !== "jobForgotten") ownerless',
    "ownerless",
    "a job that was forgotten twice counts as lost",
    "unit/journal/salvage_test.ts|forgotten",
  ),
  plant(
    "runtime/run.ts",
    "return this.#journal.append(events);",
    'return this.#journal.append(events.filter(({ kind }) => kind !== "taskEnded"));',
    "the ends of tasks are told, and not recorded",
    "unit/runtime/run_test.ts|records what happens",
  ),
  plant(
    "journal/replay/replay.ts",
    "&& !this.#seals.has(seal)",
    "&& this.#seals.has(-1)",
    "records of another run are taken for the run's own",
    "unit/journal/copy_of_test.ts|without a header between",
  ),
  plant(
    "deno/files/runs/find_run.ts",
    "own.find(mayHoldJobs) ?? own[0]!",
    "own[0]!",
    "a start that failed hides the run that a resume would go on with",
    "effects/find_run_test.ts|without a job",
  ),
  plant(
    "deno/files/runs/find_run.ts",
    "folders.filter(isOwn)",
    "folders",
    "a resume runs what another user has put into the working directory",
    "effects/find_run_test.ts|by its own name only",
  ),
  plant(
    "runtime/journal_watch.ts",
    "    this.#isWhole = false;\n",
    "",
    "a run whose journal was removed ends with success, and says so again and again",
    "unit/runtime/journal_watch_test.ts|tells once",
  ),
  plant(
    "runtime/journal_watch.ts",
    "    this.#look();\n    return this.#journal.close();",
    "    return this.#journal.close();",
    "nobody looks at the journal once the last job has ended",
    "unit/runtime/journal_watch_test.ts|at the end",
  ),
  plant(
    "deno/files/journal/journal_failure.ts",
    "open.ino !== there.ino || ",
    "",
    "a journal that was replaced by another file is taken for the one that is written",
    "effects/journal_file_test.ts|findChange",
  ),
  plant(
    "launch/plan_task.ts",
    "[paths.stdout, paths.stderr].find(",
    "[paths.stdout].find(",
    "a job's standard error is written over the journal",
    "unit/launch/plan_task_test.ts|record of a run",
  ),
  plant(
    "runtime/replayed_run.ts",
    "const counts = this.#goneOn.has(id) ? undefined : this.#ledger.job(id)?.counts;",
    "const counts = this.#ledger.job(id)?.counts;",
    "a task that was launched again counts as ended, as that its job was opened again is lost",
    "unit/runtime/replayed_run_test.ts",
  ),
  plant(
    "runtime/replayed_run.ts",
    "return outcomes.find((kind) => outcomes.every((other) => left[other] === (other === kind ? lost : 0)));",
    "return undefined;",
    "a task whose end is certain runs again, and its job is reported twice",
    "unit/runtime/replayed_run_test.ts",
  ),
  plant(
    "journal/writer.ts",
    "if (isKeptTwice || this",
    "if (this",
    "a job in the second copy does not say of which run it is",
    "unit/journal/restore_test.ts",
  ),
  plant(
    "runtime/session.ts",
    "if (this.#isFrozen) this.freeze?.(false);",
    "",
    "tasks stand still for ever when the doors have closed",
    "unit/runtime/session_test.ts",
  ),
];
