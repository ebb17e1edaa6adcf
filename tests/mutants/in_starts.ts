/**
 * Mistakes in what stands between a job and its program, and between us and QCG-PilotJob: preparations, models, words.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants. */
export const inStarts: readonly Mutant[] = [
  plant(
    "launch/shell_command.ts",
    'return `${step} 2>"$qcgpj_note" || qcgpj_failed ${what}; ` +',
    'return `${step} 2>"$qcgpj_note" || true; ` +',
    "a task runs although its module could not be loaded",
    "effects/preparations_test.ts|What cannot be prepared",
  ),
  plant(
    "launch/shell_command.ts",
    '[ "$qcgpj_note" = /dev/null ] || rm -f -- "$qcgpj_note"; ',
    "",
    "a note is left in the working directory of a task that was prepared",
    "effects/preparations_test.ts|What can be prepared",
  ),
  plant(
    "runtime/prepared_launcher.ts",
    "if (words?.startsWith(noteBeginning)) sink.startFailed(key, explainNote(words));",
    "if (words !== undefined) sink.startFailed(key, explainNote(words));",
    "a task that was killed while it was prepared counts as not prepared",
    "unit/runtime/prepared_launcher_test.ts",
  ),
  plant(
    "runtime/prepared_launcher.ts",
    "        callOff();\n",
    "",
    "a task that has ended is told to read its profile still",
    "unit/runtime/prepared_launcher_test.ts",
  ),
  plant(
    "launch/models/launch_model.ts",
    'const binding = choosesBinding ? [] : ["--bind-to", "none"];',
    "const binding: string[] = [];",
    "two tasks of Open MPI share their first cores",
    "unit/launch/models_test.ts",
  ),
  plant(
    "launch/models/launch_model.ts",
    "if (model === undefined || isInSlurm || !launchModels[model]!.needsSlurm) return;",
    "if (model !== undefined || isInSlurm) return;",
    "srunmpi is let in where there is no srun",
    "unit/launch/models_test.ts",
  ),
  plant(
    "service/refusals/submit_refusal.ts",
    "if (batch.has(name) || find(name) !== undefined)",
    "if (find(name) !== undefined)",
    "two jobs of one submit with one name are refused in other words than there",
    "unit/service/refusals_test.ts",
  ),
  plant(
    "service/refusals/resources_refusal.ts",
    "if (exact !== undefined && [min, max",
    "if (exact !== undefined && [max",
    "an exact number with a minimum is refused in other words than there",
    "unit/service/refusals_test.ts",
  ),
  plant(
    "events/log_writer.ts",
    "this.#latestMs = Math.max(this.#latestMs, atMs);",
    "this.#latestMs = atMs;",
    "the lines of a log are not in the order of their times",
    "unit/events/log_writer_test.ts",
  ),
  plant(
    "doors/file.ts",
    "if (requestCount < requestsMax && jobCount < jobsMax) continue;",
    "",
    "a job that is canceled right behind its submit starts",
    "unit/doors/file_test.ts",
  ),
  plant(
    "job/shell_program.ts",
    "return isNamed(shell, runners) ? findShellBehind(words, at) : undefined;",
    "return undefined;",
    "a value in the program of find -exec sh -c is run",
    "unit/job/command_words_test.ts",
  ),
  plant(
    "job/simple_job.ts",
    'if (key === "after" && typeof value === "string") return [value];',
    "",
    "the simple form takes no single name to wait for",
    "unit/job/simple_job_test.ts",
  ),
  plant(
    "slurm/resource_file.ts",
    "coreIds: coreIds.filter((id) => free.includes(id)),",
    "coreIds,",
    "cores of a resource file that somebody else has are granted",
    "unit/slurm/resource_file_test.ts",
  ),
  plant(
    "deno/local/late_streams.ts",
    "(isRemote(path) || isPipe(path))",
    "isPipe(path)",
    "a stream on a dead file system is opened by the keeper",
    "unit/deno/local/late_streams_test.ts|leaves",
  ),
  plant(
    "deno/local/launch_prepare.ts",
    "if (this.#known.has(folder) || this.#isRemote(folder)) return undefined;",
    "if (this.#known.has(folder)) return undefined;",
    "a folder on a dead file system is made by the keeper",
    "unit/deno/local/launch_prepare_test.ts",
  ),
  plant(
    "deno/host/remote_paths.ts",
    "if (this.#mounts.has(path)) return undefined;\n    const link",
    "const link",
    "a dead file system is asked whether it is a link",
    "unit/deno/host/remote_paths_test.ts",
  ),
  plant(
    "deno/host/remote_end.ts",
    "if (reads >= readsMax) return;",
    "",
    "a dead file system takes all threads of the pilot",
    "effects/remote_files_test.ts|readRemoteEnd()",
  ),
  plant(
    "deno/keeper/ends.ts",
    "const failure = this.#reports.finish(task);",
    'const failure = undefined as ReturnType<StartReports["finish"]>;',
    "a task whose stdin is missing on another machine's file system has failed by itself",
    "unit/deno/keeper/ends_test.ts|could not prepare",
  ),
  plant(
    "runtime/prepared_launcher.ts",
    "if (this.#writing.get(attemptName(key)) !== writing) return;",
    "",
    "a task that was stopped while its files were written starts all the same",
    "unit/runtime/prepared_launcher_test.ts",
  ),
];
