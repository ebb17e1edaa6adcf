/**
 * What a run is set up with.
 *
 * @module
 */

import type { EventReader } from "../events/event_reader.ts";
import type { Durability } from "../journal/durability.ts";
import type { ReportFormat } from "../report/jobs_report.ts";
import type { LogLevel } from "../report/log_lines.ts";
import type { HaltRule } from "./halt.ts";
import type { Cluster } from "./cluster.ts";
import type { PilotOptions } from "./pilot.ts";
import type { RerunChoice } from "./reruns.ts";

/** What a run is set up with. */
export interface RunSettings {
  /** What its pilot is set up with. */
  readonly pilot: Omit<PilotOptions, "runId">;
  /** What the records survive; `"memory"` writes none. */
  readonly durability: Durability;
  /** The auxiliary directory of the run to go on with, or the working directory that it lies in. */
  readonly resume?: string;
  /** Whether it may go on although something of its records is lost. */
  readonly acceptLoss?: boolean;
  /** Which tasks of that run are to run again although they have ended; none when absent. */
  readonly rerun?: RerunChoice;
  /** Names the run; made up when absent. */
  readonly instanceId?: string;
  /** Tags beside the id. */
  readonly tags: readonly string[];
  /** How much is logged. */
  readonly logLevel: LogLevel;
  /** How the job report is written, if at all. */
  readonly reportFormat: ReportFormat | "none";
  /** File of the job report. */
  readonly reportFile: string;
  /** The name of the launcher that starts the tasks, as {@linkcode RunPorts.createLauncher} knows it. */
  readonly launcher?: string;
  /** The allocation, where not all nodes are on this machine. */
  readonly cluster?: Cluster;
  /** When the run halts because of failures; never when absent. */
  readonly haltOn?: HaltRule;
  /** The request file that the jobs come from, absolute; noted in the records. */
  readonly file?: string;
  /** Whether the times of all tasks are written to a file at the end. */
  readonly runTimes: boolean;
  /** The directory for files with what is seen of the processes of tasks; nobody looks when absent. */
  readonly processSamples?: string;
  /** What the user is to be warned of at the beginning; see {@linkcode Run.warn}. */
  readonly warnings?: readonly string[];
  /** Further readers of events, by what each is called when it fails. */
  readonly readers?: Readonly<Record<string, EventReader>>;
}
