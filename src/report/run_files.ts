/**
 * The names of the files that a run leaves, where QCG-PilotJob's tools look for them.
 *
 * @module
 */

/** What the name of every run's folder begins with; it lies in the working directory of the run. */
export const runFolderPrefix = ".qcgpjm-service-";
/** The journal, in the run's folder. */
export const journalName = "journal";
/** The log, in the run's folder. */
export const logName = "service.log";
/** The address for requests, in the run's folder; of a run that has ended it is the last one. */
export const addressName = "address";
/** The job report, in the run's folder unless another file is asked for. */
export const jobsReportName = "jobs.report";
/** The status at the end, in the run's folder. */
export const finalStatusName = "final_status.json";

const recordNames = [journalName, `${journalName}.copy`, logName, addressName, jobsReportName, finalStatusName];

/** Whether a path is that of a record in the folder of a run, of this one or of another. */
export function isRecordPath(path: string): boolean {
  const [folder = "", name = ""] = path.split("/").slice(-2);
  return folder.startsWith(runFolderPrefix) && recordNames.includes(name);
}

/**
 * The name of the file of run times, in the working directory of the run.
 *
 * @param host The name of the host.
 * @param started When the run began, as `formatTime` writes it.
 * @param processId The id of the process.
 */
export function runTimesName(host: string, started: string, processId: number): string {
  return `rtimes_${host}_${started.slice(0, 19).replaceAll(/[ :]/g, "-")}_${processId}.log`;
}
