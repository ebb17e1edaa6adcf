/**
 * What is told of a run that goes on with an earlier one.
 *
 * @module
 */

import { taskCount } from "../job/description.ts";
import { isTerminal } from "../report/states.ts";
import type { Run } from "../runtime/run.ts";

/**
 * Says that there was nothing to go on with, when a resume has ended that found no job on record and was given none.
 * That is no success: whatever the earlier run was given, it has accepted nothing of it.
 *
 * @returns A sentence without its end; `undefined` when there were jobs, or nothing was resumed.
 */
export function whyNothingResumed({ resumed, folderPath, statistics }: Run): string | undefined {
  if (resumed?.isEmpty !== true || statistics.jobs.total > 0) return undefined;
  return `No job is on record in ${folderPath}, so there was nothing to go on with; give the requests once more`;
}

/** The lines that `--show-progress` prints, in QCG-PilotJob's words; `enqueing` is how it is spelt there. */
export function resumeLines({ folderPath, pilot: { intake, ledger } }: Run): string {
  const jobs = [...intake.names()].map((name) => intake.find(name)!);
  let ended = 0;
  for (const { description, firstTask } of jobs) {
    const count = taskCount(description);
    for (let offset = 0; offset < count; offset++) if (isTerminal(ledger.state(firstTask + offset))) ended++;
  }
  const open = jobs.filter(({ id }) => ledger.job(id)?.outcome === undefined);
  return [
    `resuming computations with QCG-PilotJob auxiliary directory from ${folderPath} ...`,
    `read ${jobs.length} previous job descriptions`,
    `read ${ended} job/iteration previous states`,
    `enqueing ${open.length} jobs to scheduler`,
  ].map((line) => `${line}\n`).join("");
}
