/**
 * The files that a run kept for a job go with it.
 *
 * @module
 */

import { present } from "../base/assert.ts";
import type { AdmittedJob } from "../core/types.ts";
import { taskCount } from "../job/description.ts";
import { fillExecution } from "../job/filled_execution.ts";
import type { Ledger } from "../report/ledger.ts";
import type { TaskFiles } from "./task_files.ts";

/** What tells where the files are. */
export interface TaskBooks {
  readonly ledger: Ledger;
  /** Working directory of the tasks, absolute. */
  readonly rootWd: string;
  readonly files: Pick<TaskFiles, "remove">;
}

/** Removes the files that a run kept for a job that is forgotten. */
export function removeFiles(
  job: AdmittedJob,
  { rootWd, files, ledger }: TaskBooks,
): void {
  const { capture, execution: { input } } = job.description;
  const isHeld = input !== undefined && input.kind !== "output";
  if (!isHeld && (capture?.placed.length ?? 0) === 0) return;
  for (let offset = 0; offset < taskCount(job.description); offset++) {
    const { allocation, attempts } = ledger.task(job.firstTask + offset);
    if (allocation === undefined) continue;
    const { paths } = fillExecution({ job: job.description, offset, rootWd, allocation });
    for (const stream of capture?.placed ?? []) {
      for (let attempt = 1; attempt < attempts; attempt++) files.remove(`${paths[stream]}.attempt-${attempt}`);
      files.remove(present(paths[stream], "the file of a captured stream"));
    }
    if (isHeld && paths.stdin !== undefined) files.remove(paths.stdin);
  }
}
