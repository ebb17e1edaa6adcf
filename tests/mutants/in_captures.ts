/**
 * Mistakes in what the library hands over and what it gives tasks to read: outputs, captures, streams.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants. */
export const inCaptures: readonly Mutant[] = [
  plant(
    "api/output/read_output.ts",
    'if (await task.ended(limit) !== "SUCCEED") throw task.failure();',
    "await task.ended(limit);",
    "the output of a failed task is handed over as if it were whole",
    "unit/api/output_test.ts|A task that does not succeed",
  ),
  plant(
    "api/output/read_output.ts",
    '(task.state === "EXECUTING" && task.job.description.retry === undefined)',
    '(task.state === "EXECUTING")',
    "lines of an attempt that failed are given as those of the task",
    "unit/api/output_test.ts|may be tried again",
  ),
  plant(
    "base/text_lines.ts",
    "decode(bytes, { stream: true })",
    "decode(bytes)",
    "a character that is cut in two becomes two wrong ones",
    "unit/base/text_lines_test.ts",
  ),
  plant(
    "job/place_files.ts",
    'encodeURIComponent(job.name).replace(/^\\./, "%2E")',
    "job.name",
    "the name of a job leads out of the folder of outputs",
    "unit/job/parse_capture_test.ts|one file name of any job",
  ),
  plant(
    "launch/check_scope.ts",
    "(path === source || !own?.has(name))",
    "!own?.has(name)",
    "a job reads by way of another job a file that it may not read",
    "unit/launch/plan_input_test.ts|A scope lets a job read",
  ),
  plant(
    "runtime/capture_watch.ts",
    "if (this.#tasks.has(task)) this.#refuse(task);",
    "",
    "a quick task that wrote too much counts as succeeded",
    "unit/runtime/capture_watch_test.ts",
  ),
  plant(
    "runtime/capture_watch.ts",
    'onOverflow === "head" ? size : size - maxBytes',
    "size",
    "the end of an output is given back to the disk that is to be handed over",
    "unit/runtime/capture_watch_test.ts",
  ),
  plant(
    "runtime/task_files_launcher.ts",
    "if (isStarted && broken !== undefined) sink.limitExceeded",
    "if (broken !== undefined) sink.limitExceeded",
    "a task whose stream fails at once is stopped before it runs, and so never",
    "unit/runtime/task_files_launcher_test.ts|feeds a stream",
  ),
  plant(
    "api/map_outputs.ts",
    "yield* untilAborted(read(items, window ?? ports.window, work), limit.signal);",
    "yield* read(items, window ?? ports.window, work);",
    "a source that does not answer holds up a map whose time is up",
    "unit/api/run_and_map_test.ts|takes too long",
  ),
];
