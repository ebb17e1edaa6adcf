/**
 * What starts the tasks of a run, and what they inherit: on this machine alone, or in an allocation.
 *
 * @module
 */

import type { HostVariables } from "../launch/shared_environment.ts";
import { isOfStep } from "../slurm/srun_command.ts";
import { type ClusterNews, slurmJobKey } from "./cluster.ts";
import { LazyLauncher } from "./lazy_launcher.ts";
import type { Launcher } from "./ports.ts";
import { PreparedLauncher } from "./prepared_launcher.ts";
import type { RunPorts } from "./run_ports.ts";
import { TaskFilesLauncher } from "./task_files_launcher.ts";
import type { RunSettings } from "./run_settings.ts";

/** Makes the launcher of a run, of which `folder` is the auxiliary directory. */
export function makeLauncher(
  { launcher, cluster, processSamples }: RunSettings,
  { createLauncher, launchCluster, clock, preparations, taskFiles: files }: RunPorts,
  { runId, folder }: { readonly runId: string; readonly folder: string },
  news: ClusterNews,
): Launcher {
  const spoolFolders = [folder];
  const own = new LazyLauncher(() => createLauncher(runId, launcher, news.warn, spoolFolders, processSamples));
  const all = cluster === undefined ? own : launchCluster({ cluster, news, runId, own, spoolFolders });
  const prepared = new PreparedLauncher({ launcher: all, clock, warn: news.warn, ...preparations });
  return new TaskFilesLauncher(prepared, files, clock);
}

/** What tasks inherit: in an allocation without what belongs to the step that this program may run in itself. */
export function inheritedVariables({ cluster }: RunSettings, { variables }: RunPorts): HostVariables {
  if (cluster === undefined) return variables;
  return {
    all: () => {
      const all = variables.all();
      return all && Object.fromEntries(Object.entries(all).filter(([name]) => !isOfStep(name)));
    },
  };
}

/** What the records of a run say of the batch job that it runs in: nothing where there is none. */
export function batchJobOf({ cluster }: RunSettings): { readonly [slurmJobKey]?: string } {
  return cluster === undefined ? {} : { [slurmJobKey]: cluster.jobId };
}
