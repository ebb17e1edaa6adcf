/**
 * What a run needs beside the ports of its pilot: where its records are kept, who runs it, and chance. The effects live
 * behind these interfaces; tests have their own.
 *
 * @module
 */

import type { Event } from "../core/types.ts";
import type { AppendFile } from "../events/catch_up_file.ts";
import type { JournalHeader } from "../journal/codec/header.ts";
import type { Durability } from "../journal/durability.ts";
import type { HostVariables } from "../launch/shared_environment.ts";
import type { Replay, ReplayReport } from "../journal/replay/replay.ts";
import type { ReportFormat } from "../report/jobs_report.ts";
import type { ZoneMinutes } from "../report/times.ts";
import type { Cluster, ClusterNews } from "./cluster.ts";
import type { TaskFiles } from "./task_files.ts";
import type { Clock, JournalStore, Launcher } from "./ports.ts";
import type { PreparationPorts } from "./prepared_launcher.ts";

/** How much a journal on disk survives; see {@linkcode Durability}. */
export type FileDurability = Exclude<Durability, "memory">;

/** Who runs this program, and where; what may not be known is empty. */
export interface Host {
  /** The host's name; `local` when it may not be known. */
  readonly host: string;
  /** The user's name. */
  readonly account: string;
  /** The runtime and its version. */
  readonly runtimeVersion: string;
  /** The path of the program that runs. */
  readonly runtimePath: string;
  /** The operating system. */
  readonly platform: string;
  /** The current directory, absolute. */
  readonly directory: string;
  /** The id of this process. */
  readonly processId: number;
  /** When this process started, in clock ticks since the machine did, where that may be known. */
  readonly startTicks?: number;
  /** Names the time since the machine was started, where that may be known. */
  readonly bootId?: string;
  /** The batch job of Slurm that this process runs in. */
  readonly slurmJob?: string;
  /** Minutes by which local time is ahead of UTC. */
  readonly zone: ZoneMinutes;
}

/** Draws random texts. */
export interface Chance {
  /** Draws a number of hexadecimal digits. */
  hex(digits: number): string;
  /** Draws a UUID. */
  uuid(): string;
}

/** Which run a journal is of. */
export interface RunIdentity {
  /** The id that it bears, unless it is a copy; `undefined` when every copy of its header is lost. */
  readonly runId?: string;
  /** Of which run it is a copy, and where that lay. It goes on as a run of its own. */
  readonly copyOf?: { readonly runId: string; readonly path: string };
}

/** A journal that goes on, and what was found in it. */
export interface ResumedJournal {
  /** The journal, ready to be appended to. */
  readonly journal: JournalStore;
  /** What was intact and what was lost before. */
  readonly report: ReplayReport;
}

/** What the job report of a run should be. */
export interface ReportFacts {
  /** The folder of the run. */
  readonly folder: string;
  /** The file of the report, absolute. */
  readonly path: string;
  /** How its records are written. */
  readonly format: ReportFormat;
  /** The zone of its dates. */
  readonly zone: ZoneMinutes;
  /** Working directory of the tasks, absolute. */
  readonly rootWd: string;
}

/** What a job report holds. */
export interface ReportCount {
  /** How many records, with one that is only half there. */
  readonly records: number;
  /** Whether it ends with half a record. */
  readonly endsHalf: boolean;
}

/** Keeps the records of runs in folders. All paths are absolute. */
export interface RecordStore {
  /**
   * Finds the folder of a run that a path means: the folder itself, or the one in it that was changed last.
   *
   * @throws {JournalError} If there is none.
   */
  find(path: string): string;
  /**
   * Checks that records may be kept in a folder.
   *
   * @param folder The folder.
   * @param grant What a missing permission would have to be given for.
   * @throws {PermissionScopeError} If they may not; it says what to add.
   */
  require(folder: string, grant: string): void;
  /**
   * Begins a run: makes its folder where it is missing, and a journal in it.
   *
   * @throws {JournalError} If they cannot be written, or the folder holds a run already.
   */
  begin(folder: string, header: JournalHeader, durability: FileDurability): JournalStore;
  /**
   * Finds out which run the journal of a folder is of.
   *
   * @param folder The folder.
   * @param host The machine and account that ask.
   * @throws {JournalError} If it cannot be read, or is a copy of a journal that is still written.
   */
  identify(folder: string, host: Host): RunIdentity;
  /**
   * Goes on with the journal of a folder after its last intact record.
   *
   * @param replay Walks over the events, and returns the header with which the run goes on.
   * @throws {JournalError} If it cannot be read or written, is in another version, or another process has it.
   */
  resume(folder: string, durability: FileDurability, replay: (replay: Replay) => JournalHeader): ResumedJournal;
  /**
   * The events in the journal of a folder, without those of jobs whose description is lost. Read piece by piece as they are
   * walked over, as far as the journal has been written when its end is reached.
   */
  readEvents(folder: string): Iterable<Event>;
  /**
   * How many records a job report has; `undefined` when its path names something else than a file, of which nothing can
   * be read.
   *
   * @throws {JournalError} If it cannot be read.
   */
  countRecords(path: string): ReportCount | undefined;
  /**
   * Renames a file, so that it is kept beside what is written in its place.
   *
   * @returns Its new path.
   * @throws {JournalError} If that cannot be done.
   */
  setAside(path: string): string;
  /**
   * Writes the job report anew from the journal.
   *
   * @throws {JournalError} If that cannot be done, or its path names something else than a file.
   */
  rewriteReport(report: ReportFacts): void;
  /**
   * Opens a file to add to; what it holds already is kept.
   *
   * @param path Its path.
   * @param noun What it is, for errors.
   * @throws {JournalError} If it cannot be opened.
   */
  openRecord(path: string, noun: string): AppendFile;
  /**
   * Writes a whole file.
   *
   * @throws {JournalError} If it cannot be written.
   */
  writeText(path: string, noun: string, text: string): void;
  /**
   * Writes a whole file so that a reader finds all of it, or what was there before.
   *
   * @throws {JournalError} If it cannot be written.
   */
  replaceText(path: string, noun: string, text: string): void;
}

/** What a launcher of an allocation is made of. */
export interface ClusterParts {
  /** The nodes. */
  readonly cluster: Cluster;
  /** Is told what happens. */
  readonly news: ClusterNews;
  /** The run's id. */
  readonly runId: string;
  /** Starts tasks on this machine. */
  readonly own: Launcher;
  /** As {@linkcode RunPorts.createLauncher} has them, on the other nodes. */
  readonly spoolFolders: readonly string[];
}

/** What a run needs from outside. */
export interface RunPorts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly host: Host;
  readonly records: RecordStore;
  /**
   * Makes the launcher of a run on this machine: the one that has the name `choice` there, or the best that can be had.
   * `warn` tells the user of what is not as it should be. What tasks write that have no file for it is kept in the first
   * of `spoolFolders` where that can be done, or else where the system keeps such files. `samples` is
   * {@linkcode RunSettings.processSamples}.
   */
  readonly createLauncher: (
    runId: string,
    choice: string | undefined,
    warn: (text: string) => void,
    spoolFolders: readonly string[],
    samples?: string,
  ) => Launcher;
  /** Whether the launcher is better made at once than with the first launch: it takes its time, but holds up nothing. */
  readonly preparesLauncher?: (choice: string | undefined) => boolean;
  /** Makes the launcher of a run in an allocation. */
  readonly launchCluster: (parts: ClusterParts) => Launcher;
  /** What tasks need before they begin. */
  readonly preparations: PreparationPorts;
  /** The files of tasks. */
  readonly taskFiles: TaskFiles;
  /** Tells the user something on the standard error, in a sentence without its end. Never throws. */
  readonly warn: (text: string) => void;
  /** The environment of this program, of which tasks inherit. */
  readonly variables: HostVariables;
}
