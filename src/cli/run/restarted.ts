/**
 * Finds the run that a batch job had begun when Slurm requeued it, as the same command line is then run anew.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import { readJournal } from "../../deno/files/journal/journal_file.ts";
import { readVariable } from "../../deno/host/machine.ts";
import { PilotJobError } from "../../errors.ts";
import { journalName, runFolderPrefix } from "../../report/run_files.ts";
import { slurmJobKey } from "../../runtime/cluster.ts";

/** The folder of the run of this batch job, if Slurm has restarted the job; `undefined` if there is nothing to go on with. */
export function findRestarted(wd: string): string | undefined {
  const jobId = readVariable("SLURM_JOB_ID");
  if (jobId === undefined || !(Number(readVariable("SLURM_RESTART_COUNT") ?? 0) > 0)) return undefined;
  const folder = resolve(Deno.cwd(), wd);
  const runs: { readonly path: string; readonly startedMs: number }[] = [];
  for (const { name } of listFolder(folder)) {
    const path = join(folder, name);
    const startedMs = name.startsWith(runFolderPrefix) ? startOf(path, jobId) : undefined;
    if (startedMs !== undefined) runs.push({ path, startedMs });
  }
  return runs.sort((a, b) => b.startedMs - a.startedMs)[0]?.path;
}

function listFolder(path: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(path)];
  } catch {
    return []; // What is wrong with it is told where it is needed.
  }
}

/** When a run of this batch job began; `undefined` for another one. */
function startOf(folder: string, jobId: string): number | undefined {
  try {
    const header = readJournal(join(folder, journalName), (replay) => replay.header);
    return header?.metadata[slurmJobKey] === jobId ? header.startedMs : undefined;
  } catch (error) {
    if (error instanceof PilotJobError) return undefined;
    throw error;
  }
}
