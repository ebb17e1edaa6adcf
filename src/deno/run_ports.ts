/**
 * The real ports of a run: this machine's clock, chance, processes and files.
 *
 * @module
 */

import { join } from "@std/path";
import { findRunToResume } from "./files/runs/find_run.ts";
import { JournalFile, readEvents } from "./files/journal/journal_file.ts";
import { identifyRun } from "./files/journal/journal_owner.ts";
import { countRecords, rewriteReport, setAside } from "./files/runs/report_file.ts";
import { createRunFolder, RecordFile, replaceRecord, writeRecord } from "./files/runs/run_folder.ts";
import { SystemTaskFiles } from "./files/task_files.ts";
import { SystemClock } from "./host/clock.ts";
import { describeHost, randomHex, randomUuid } from "./host/machine.ts";
import { requireFolder } from "./host/permissions.ts";
import { systemPreparations } from "./host/preparations.ts";
import { systemVariables } from "./host/variables.ts";
import { warnUser } from "./host/warn.ts";
import { chooseLauncher, mayKeep } from "./local/launch.ts";
import { launchCluster } from "./slurm/launch_cluster.ts";
import { journalName } from "../report/run_files.ts";
import type { RecordStore, RunPorts } from "../runtime/run_ports.ts";

const records: RecordStore = {
  find: findRunToResume,
  require: (folder, grant) =>
    requireFolder({
      path: folder,
      grant,
      purpose: "to keep the records of the run",
      otherwise: 'set the option durability to "memory", which keeps none',
    }),
  begin: (folder, header, durability) => {
    createRunFolder(folder);
    return JournalFile.create(join(folder, journalName), header, durability);
  },
  identify: (folder, host) => identifyRun(join(folder, journalName), host),
  resume: (folder, durability, replay) => JournalFile.resume(join(folder, journalName), durability, replay),
  readEvents: (folder) => readEvents(join(folder, journalName)),
  countRecords,
  setAside,
  rewriteReport,
  openRecord: (path, noun) => new RecordFile(path, noun),
  writeText: writeRecord,
  replaceText: replaceRecord,
};

/** The ports of a run on this machine, looked at now. Nothing is opened, and no permission is asked for. */
export function systemPorts(): RunPorts {
  const clock = new SystemClock();
  return {
    clock,
    chance: { hex: randomHex, uuid: randomUuid },
    host: describeHost(),
    records,
    createLauncher: (runId, choice, warn, spoolFolders, samples) =>
      chooseLauncher({ runId, warn, spoolFolders, samples }, choice),
    preparesLauncher: mayKeep,
    launchCluster: (parts) => launchCluster(parts, clock),
    preparations: systemPreparations,
    taskFiles: new SystemTaskFiles(),
    warn: warnUser,
    variables: systemVariables,
  };
}
