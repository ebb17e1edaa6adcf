/**
 * Mistakes in what looks at a run, asks it, and runs again what failed.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants. */
export const inLooking: readonly Mutant[] = [
  plant(
    "runtime/reruns.ts",
    "  addDependents(chosen, jobs, sources.ledger);\n",
    "",
    "what was omitted because of a failure does not run again with it",
    "unit/runtime/reruns_test.ts",
  ),
  plant(
    "runtime/reruns.ts",
    "    Promise.resolve(journal.append(this.#events)).catch(() => {});\n",
    "",
    "that tasks run again is not on record",
    "unit/runtime/reruns_test.ts",
  ),
  plant(
    "report/statistics.ts",
    "    this.#failedTasks -= failed + omitted;\n    this.#finishedTasks -= succeeded + canceled;\n    if (job.outcome",
    "    if (job.outcome",
    "tasks that run again count as failed and as ended",
    "unit/runtime/reruns_test.ts",
  ),
  plant(
    "core/core.ts",
    "if (state.isPaused || state.taskClock.isStopped) state.isPassCut = false;",
    "if (state.taskClock.isStopped) state.isPassCut = false;",
    "a pause lets tasks start",
    "unit/core/explain_wait_test.ts",
  ),
  plant(
    "core/explain_wait.ts",
    "    pool.grant(allocation);\n    if (fits)",
    "    if (fits)",
    "what is tried on a copy of the pool stays done",
    "unit/core/explain_wait_test.ts",
  ),
  plant(
    "core/expected_start.ts",
    "hold(live.allocation, sinceMs + ms);",
    "hold(live.allocation, nowMs + ms);",
    "what has run for a while counts as begun now",
    "unit/core/explain_wait_test.ts",
  ),
  plant(
    "report/look/run_view.ts",
    'if (event.kind === "jobForgotten") return;',
    "",
    "what a run forgets cannot be looked at",
    "unit/report/look/run_view_test.ts",
  ),
  plant(
    "report/look/failure_groups.ts",
    "const pattern = patternOf(words);",
    "const pattern = words;",
    "failures that differ in a number are kept apart",
    "unit/report/look/failure_groups_test.ts",
  ),
  plant(
    "report/progress_text.ts",
    "if (width + more > columns) break;",
    "if (width + more > columns + 1) break;",
    "the line is wider than the terminal",
    "unit/report/progress_test.ts",
  ),
  plant(
    "runtime/progress_reader.ts",
    "if (running > 0) this.#wakeIn",
    "this.#wakeIn",
    "a timer is set though nothing runs",
    "unit/runtime/progress_reader_test.ts",
  ),
  plant(
    "cli/each/failed_inputs.ts",
    "    known.count++;\n",
    "",
    "inputs that failed in a way that is known are not counted, and the commonest way is not told first",
    "unit/cli/each/failed_inputs_test.ts",
  ),
  plant(
    "job/dependencies.ts",
    '  if (input?.kind === "output" && input.of === dependency) return "execution.stdin.from";\n',
    "",
    "what is wrong with the job that another reads is looked for among its dependencies",
    "unit/service/examine_test.ts",
  ),
  plant(
    "job/wfformat.ts",
    "        else parents.get(other)!.add(id);\n",
    "",
    "dependencies of a workflow that stand only as children are dropped",
    "unit/job/wfformat_test.ts",
  ),
  plant(
    "report/compare/compare_runs.ts",
    "    if (!hasJobOf(first, run)) return run;\n",
    "",
    "runs of other work get a speed-up",
    "unit/report/compare/compare_runs_test.ts",
  ),
  plant(
    "report/ledger.ts",
    "clearLaunches(columns, from, to);",
    "",
    "a task that is dropped between two attempts ran until then",
    "unit/report/recomputed_test.ts",
  ),
  plant(
    "report/figures/timed_run.ts",
    "Math.min(finishedAt, pilotEnd)",
    "finishedAt",
    "a task outlives its pilot",
    "unit/report/breaks_test.ts",
  ),
  plant(
    "report/figures/core_use.ts",
    "unused += timeBetween(breaks, freeFrom, beganAt);",
    "unused += Math.max(0, beganAt - freeFrom);",
    "a night between two pilots is idle time",
    "unit/report/breaks_test.ts",
  ),
  plant(
    "report/task_chain.ts",
    "if (job === undefined || offset === undefined)",
    "if (job === undefined || offset !== -1)",
    "the critical path joins iterations that never waited for each other",
    "unit/report/html/report_page_test.ts",
  ),
];
