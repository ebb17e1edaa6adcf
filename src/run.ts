/**
 * A run: the pilot on real ports, with its records on disk. The executor and the command line are both made of one.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import { SystemClock } from "./deno/host/clock.ts";
import { type FileDurability, JournalFile, readJournal } from "./deno/files/journal_file.ts";
import { chooseLauncher, type LauncherChoice } from "./deno/local/launch.ts";
import { currentDirectory, describeHost, localZone, processId, randomHex, randomUuid } from "./deno/host/machine.ts";
import { endOldProcesses } from "./deno/local/earlier_processes.ts";
import { requireFolder } from "./deno/host/permissions.ts";
import { RecordCount, repairReport } from "./deno/files/repair_report.ts";
import {
  createRunFolder,
  findRunFolder,
  journalName,
  RunFolder,
  runFolderPrefix,
  writeRunTimes,
} from "./deno/files/run_folder.ts";
import type { Event } from "./core/types.ts";
import { JournalError } from "./errors.ts";
import { type SubmitVariables, submitVariablesAt } from "./job/variables.ts";
import type { Durability } from "./journal/durability.ts";
import type { JournalHeader } from "./journal/codec/header.ts";
import { dropOwnerless } from "./journal/replay/drop_ownerless.ts";
import type { ReplayReport } from "./journal/replay/replay.ts";
import { JobsReport, type ReportFormat } from "./report/jobs_report.ts";
import { type LogLevel, type LogMessage, resourcesText, startText } from "./report/log_lines.ts";
import type { Ledger } from "./report/ledger.ts";
import { indentedJson } from "./report/python_json.ts";
import { RunTimes } from "./report/run_times.ts";
import { Statistics } from "./report/statistics.ts";
import { formatTime, type ZoneMinutes } from "./report/times.ts";
import { LazyLauncher } from "./runtime/lazy_launcher.ts";
import { ReplayedRun } from "./runtime/replayed_run.ts";
import { Pilot, type PilotOptions } from "./runtime/pilot.ts";
import { replyResources } from "./service/replies.ts";
import { describeStatus, type HostFacts, type OpenInterfaces } from "./service/status.ts";
import { version } from "./version.ts";

/** What a run is set up with. */
export interface RunSettings {
  /** What its pilot is set up with. */
  readonly pilot: Omit<PilotOptions, "runId">;
  /** What the records survive; `"memory"` writes none. */
  readonly durability: Durability;
  /** The auxiliary directory of the run to go on with, or the working directory that it lies in. */
  readonly resume?: string;
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
  /** Which launcher starts the tasks. */
  readonly launcher?: LauncherChoice;
  /** Whether the times of all tasks are written to a file at the end. */
  readonly runTimes: boolean;
  /** Hears of every batch of events, right after the records. Must not throw. */
  readonly published?: (events: readonly Event[], ledger: Ledger) => void;
}

/** A pilot with its records. */
export class Run {
  /** Takes the jobs. */
  readonly pilot: Pilot;
  /** Counts. */
  readonly statistics: Statistics = new Statistics();
  /** Who runs it, and where. */
  readonly facts: HostFacts;
  /** The zone of all written times: that of the beginning. */
  readonly zone: ZoneMinutes = localZone();
  /** What was found in the journal that the run goes on with. */
  readonly resumed: ReplayReport | undefined;
  /** The auxiliary directory, whether it exists already or not. */
  readonly folderPath: string;
  readonly #settings: RunSettings;
  readonly #runId: string;
  readonly #clock: SystemClock = new SystemClock();
  readonly #launcher: LazyLauncher = new LazyLauncher(() =>
    chooseLauncher({ runId: this.#runId }, this.#settings.launcher)
  );
  readonly #runTimes: RunTimes | undefined;
  #report: JobsReport | undefined;
  #journal: JournalFile | undefined;
  #folder: RunFolder | undefined;
  #isSuspended = false;

  /**
   * Sets a run up. Nothing is started or written until the first job, unless it goes on with an earlier run.
   *
   * @throws {JournalError} If there is no run to go on with, or another pilot still has it.
   */
  constructor(settings: RunSettings) {
    this.#settings = settings;
    const host = describeHost();
    const startedAtMs = this.#clock.nowMs();
    const earlier = settings.resume === undefined
      ? undefined
      : findRunFolder(resolve(currentDirectory(), settings.resume));
    const instanceId = settings.instanceId ?? `${host.host}.${Number.parseInt(randomHex(8), 16)}`;
    this.facts = { ...host, instanceId, startedAtMs, directory: currentDirectory() };
    this.folderPath = earlier ?? join(settings.pilot.rootWd, `${runFolderPrefix}${instanceId}`);
    this.#runId = (earlier === undefined ? undefined : readRunId(join(earlier, journalName))) ?? randomHex(16);
    this.#runTimes = settings.runTimes ? new RunTimes() : undefined;
    this.pilot = new Pilot({ ...settings.pilot, runId: this.#runId }, {
      clock: this.#clock,
      launcher: this.#launcher,
      journal: {
        append: (events) => {
          if (this.#isSuspended) return undefined;
          // A run that never had a job leaves nothing: its drain is no reason to begin records.
          if (events.some(({ kind }) => kind === "jobSubmitted")) this.open();
          return this.#journal?.append(events);
        },
        close: async () => await this.#journal?.close(),
      },
      published: (events) => this.#published(events),
    });
    this.resumed = earlier === undefined ? undefined : this.#resume(join(earlier, journalName));
  }

  /**
   * Opens the records, if there are to be any and they are not open. Whoever submits calls this first, so that it is
   * the caller who learns that they cannot be written.
   *
   * @throws {PermissionScopeError} If Deno does not let us write them.
   * @throws {JournalError} If the journal cannot be written.
   */
  open(): void {
    const { durability } = this.#settings;
    if (durability === "memory" || this.#folder !== undefined) return;
    this.#requireFolder();
    createRunFolder(this.folderPath);
    // First, as it finds out whether the folder is ours: the other files are added to, whoever has begun them.
    this.#journal ??= JournalFile.create(join(this.folderPath, journalName), this.#header(), durability);
    this.#openFolder();
  }

  /** Writes to the log, if there is one. */
  log(message: LogMessage): void {
    this.#folder?.log(this.#clock.nowMs(), message);
  }

  /** What variables such as `${uniq}` stand for in the submit of this number, counted from 1. */
  submitVariables(submitNumber: number): SubmitVariables {
    return submitVariablesAt(this.#clock.nowMs(), submitNumber, randomUuid());
  }

  /**
   * Records nothing any more: what has not ended by now stays unfinished in the records, whatever becomes of it, so that
   * a resume runs it again. To be called before everything is stopped because the run is interrupted.
   */
  suspend(): void {
    this.#isSuspended = true;
  }

  /** Waits until the pilot's loop has ended, then gives everything back. */
  async release(interfaces: OpenInterfaces = { names: [] }): Promise<void> {
    try {
      await this.pilot.stopped;
    } finally {
      await this.#launcher.close();
      await this.#journal?.close();
      this.#closeFolder(interfaces);
    }
  }

  #published(events: readonly Event[]): void {
    if (this.#isSuspended) return;
    for (const event of events) this.statistics.apply(event);
    for (const event of events) this.#runTimes?.apply(event, this.pilot.ledger);
    this.#folder?.published(events, this.pilot.ledger, this.#report);
    this.#settings.published?.(events, this.pilot.ledger);
  }

  #requireFolder(): void {
    requireFolder({
      path: this.folderPath,
      grant: this.pilot.rootWd,
      purpose: "to keep the records of the run",
      otherwise: 'set the option durability to "memory", which keeps none',
    });
  }

  #openFolder(): void {
    const { logLevel, reportFormat, reportFile, tags } = this.#settings;
    const { ledger, rootWd, nodes, freeCores } = this.pilot;
    const { zone, folderPath: path } = this;
    const { instanceId, host, startedAtMs } = this.facts;
    this.#folder = new RunFolder({ path, logLevel, reportFormat, reportFile, zone });
    if (reportFormat !== "none") this.#report = new JobsReport({ ledger, rootWd, format: reportFormat, zone });
    const identity = { instanceId, version, startedAtMs, host, tags: [instanceId, ...tags] };
    this.log({ level: "info", text: startText(identity, zone) });
    this.log({ level: "info", text: resourcesText(replyResources(nodes, freeCores)) });
  }

  #closeFolder(interfaces: OpenInterfaces): void {
    const { facts, statistics, zone, pilot } = this;
    const nowMs = this.#clock.nowMs();
    const status = describeStatus({ pilot, statistics, facts, interfaces, nowMs, zone });
    this.#folder?.close(indentedJson(status));
    this.#folder = undefined;
    if (this.#runTimes === undefined || this.#runTimes.isEmpty) return;
    writeRunTimes(
      pilot.rootWd,
      facts.host,
      formatTime(facts.startedAtMs, zone),
      processId(),
      this.#runTimes.text(facts.host, zone),
    );
  }

  /** Reads the journal of an earlier pilot, and goes on with what it left. */
  #resume(path: string): ReplayReport {
    const past = new ReplayedRun(this.pilot.ledger);
    const durability: FileDurability = this.#settings.durability === "power" ? "power" : "process";
    const records = new RecordCount();
    const { journal, report } = JournalFile.resume(path, durability, (replay) => {
      for (const event of dropOwnerless(replay)) {
        past.take(event);
        this.statistics.apply(event);
        records.take(event);
      }
      return this.#header();
    });
    this.#journal = journal;
    past.finish();
    this.#requireFolder();
    this.#repairReport(path, records.count);
    this.#openFolder();
    const inFlight = [...past.inFlight()];
    if (inFlight.length > 0 && report.header === undefined) {
      throw new JournalError(
        `Cannot resume ${path}: every copy of its header is lost, so the processes of its ${inFlight.length} running ` +
          "tasks cannot be recognised",
        { path },
      );
    }
    this.pilot.resume(past, inFlight.length === 0 ? Promise.resolve() : endOldProcesses(this.#runId));
    return report;
  }

  #repairReport(journalPath: string, count: number): void {
    const { reportFormat: format, reportFile } = this.#settings;
    if (format === "none") return;
    const { zone } = this;
    const reportPath = resolve(this.folderPath, reportFile);
    repairReport({ journalPath, reportPath, format, zone, rootWd: this.pilot.rootWd, count });
  }

  #header(): JournalHeader {
    const { instanceId, host, startedAtMs } = this.facts;
    return {
      runId: this.#runId,
      startedMs: startedAtMs,
      nodeNames: this.#settings.pilot.nodes.map((node) => node.name),
      metadata: { instanceId, host, version, wd: this.#settings.pilot.rootWd },
    };
  }
}

function readRunId(path: string): string | undefined {
  return readJournal(path, (replay) => replay.header?.runId);
}
