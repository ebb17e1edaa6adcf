/**
 * A run: the pilot with its records, over ports. The executor and the command line are both made of one; what they
 * pass as ports on a real machine is in `src/deno/run_ports.ts`.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { join, resolve } from "@std/path";
import type { Event } from "../core/types.ts";
import { JournalError } from "../errors.ts";
import { type SubmitVariables, submitVariablesAt } from "../job/variables.ts";
import type { JournalHeader } from "../journal/codec/header.ts";
import type { Durability } from "../journal/durability.ts";
import { dropOwnerless } from "../journal/replay/drop_ownerless.ts";
import type { ReplayReport } from "../journal/replay/replay.ts";
import { JobsReport, type ReportFormat } from "../report/jobs_report.ts";
import type { Ledger } from "../report/ledger.ts";
import { type LogLevel, type LogMessage, resourcesText, startText } from "../report/log_lines.ts";
import { indentedJson } from "../report/python_json.ts";
import { finalStatusName, journalName, logName, runFolderPrefix, runTimesName } from "../report/run_files.ts";
import { RunTimes } from "../report/run_times.ts";
import { RecordCount } from "../report/record_count.ts";
import { Statistics } from "../report/statistics.ts";
import { formatTime, type ZoneMinutes } from "../report/times.ts";
import { replyResources } from "../service/replies.ts";
import { describeStatus, type HostFacts, type OpenInterfaces } from "../service/status.ts";
import { version } from "../version.ts";
import { LazyLauncher } from "./lazy_launcher.ts";
import { Pilot, type PilotOptions } from "./pilot.ts";
import type { JournalStore } from "./ports.ts";
import { ReplayedRun } from "./replayed_run.ts";
import type { FileDurability, LauncherChoice, RunPorts, TextFile } from "./run_ports.ts";
import { RunRecords } from "./run_records.ts";

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
  /** What the user is to be warned of at the beginning; see {@linkcode Run.warn}. */
  readonly warnings?: readonly string[];
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
  readonly zone: ZoneMinutes;
  /** What was found in the journal that the run goes on with. */
  readonly resumed: ReplayReport | undefined;
  /** The auxiliary directory, whether it exists already or not. */
  readonly folderPath: string;
  readonly #settings: RunSettings;
  readonly #ports: RunPorts;
  readonly #runId: string;
  readonly #launcher: LazyLauncher;
  readonly #runTimes: RunTimes | undefined;
  #journal: JournalStore | undefined;
  #records: RunRecords | undefined;
  #isSuspended = false;
  /** Warnings from before there was a log. */
  #unlogged: string[] = [];

  /**
   * Sets a run up. Nothing is started or written until the first job, unless it goes on with an earlier run.
   *
   * @param settings What it is set up with.
   * @param ports What it needs of the world.
   * @throws {JournalError} If there is no run to go on with, or another pilot still has it.
   */
  constructor(settings: RunSettings, ports: RunPorts) {
    const { clock, chance, host, records, createLauncher } = ports;
    this.#settings = settings;
    this.#ports = ports;
    const earlier = settings.resume === undefined ? undefined : records.find(resolve(host.directory, settings.resume));
    const instanceId = settings.instanceId ?? `${host.host}.${Number.parseInt(chance.hex(8), 16)}`;
    this.facts = { ...host, instanceId, startedAtMs: clock.nowMs() };
    this.zone = host.zone;
    this.folderPath = earlier ?? join(settings.pilot.rootWd, `${runFolderPrefix}${instanceId}`);
    this.#runId = (earlier === undefined ? undefined : records.readRunId(earlier)) ?? chance.hex(16);
    this.#runTimes = settings.runTimes ? new RunTimes() : undefined;
    this.#launcher = new LazyLauncher(() => createLauncher(this.#runId, settings.launcher));
    this.pilot = new Pilot({ ...settings.pilot, runId: this.#runId }, {
      clock,
      launcher: this.#launcher,
      journal: { append: (events) => this.#append(events), close: async () => await this.#journal?.close() },
      published: (events) => this.#published(events),
    });
    this.resumed = earlier === undefined ? undefined : this.#resume(earlier);
    for (const text of settings.warnings ?? []) this.warn(text);
  }

  /**
   * Opens the records, if there are to be any and they are not open. Whoever submits calls this first, so that it is
   * the caller who learns that they cannot be written.
   *
   * @throws {PermissionScopeError} If Deno does not let us write them.
   * @throws {JournalError} If the records cannot be written.
   */
  open(): void {
    const { durability } = this.#settings;
    if (durability === "memory" || this.#records !== undefined) return;
    this.#requireFolder();
    // First, as it finds out whether the folder is ours: the other files are added to, whoever has begun them.
    this.#journal ??= this.#ports.records.begin(this.folderPath, this.#header(), durability);
    this.#openRecords();
  }

  /** Writes to the log, if there is one. */
  log(message: LogMessage): void {
    this.#records?.log(this.#ports.clock.nowMs(), message);
  }

  /**
   * Tells the user of what is not as it was asked for: at once on the standard error, and in the log, there as soon as
   * there is one.
   *
   * @param text A sentence without its end.
   */
  warn(text: string): void {
    this.#ports.warn(text);
    if (this.#records !== undefined) this.log({ level: "warning", text });
    else this.#unlogged.push(text);
  }

  /** What variables such as `${uniq}` stand for in the submit of this number, counted from 1. */
  submitVariables(submitNumber: number): SubmitVariables {
    return submitVariablesAt(this.#ports.clock.nowMs(), this.zone, submitNumber, this.#ports.chance.uuid());
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
      this.#closeRecords(interfaces);
    }
  }

  #append(events: readonly Event[]): Promise<void> | void {
    if (this.#isSuspended) return undefined;
    if (this.#journal !== undefined) return this.#journal.append(events);
    // A run that never had a job leaves nothing: its drain is no reason to begin records.
    const keepsNone = this.#settings.durability === "memory" || !events.some(({ kind }) => kind === "jobSubmitted");
    invariant(keepsNone, "The records must be open before a job is submitted");
  }

  #published(events: readonly Event[]): void {
    if (this.#isSuspended) return;
    for (const event of events) this.statistics.apply(event);
    for (const event of events) this.#runTimes?.apply(event, this.pilot.ledger);
    this.#records?.published(events, this.pilot.ledger);
    this.#settings.published?.(events, this.pilot.ledger);
  }

  #requireFolder(): void {
    this.#ports.records.require(this.folderPath, this.pilot.rootWd);
  }

  #openRecords(): void {
    const { logLevel, tags } = this.#settings;
    const { resources } = this.pilot;
    const { zone, folderPath } = this;
    const { instanceId, host, startedAtMs } = this.facts;
    const log = this.#ports.records.openText(join(folderPath, logName), "log");
    this.#records = new RunRecords({ logLevel, zone, log, report: this.#openReport(log) });
    const identity = { instanceId, version, startedAtMs, host, tags: [instanceId, ...tags] };
    this.log({ level: "info", text: startText(identity, zone) });
    this.log({ level: "info", text: resourcesText(replyResources(resources)) });
    for (const text of this.#unlogged.splice(0)) this.log({ level: "warning", text });
  }

  #openReport(log: TextFile): { readonly records: JobsReport; readonly file: TextFile } | undefined {
    const { reportFormat: format } = this.#settings;
    if (format === "none") return undefined;
    const { ledger, rootWd } = this.pilot;
    try {
      const file = this.#ports.records.openText(this.#reportPath, "job report");
      return { records: new JobsReport({ ledger, rootWd, format, zone: this.zone }), file };
    } catch (error) {
      log.close();
      throw error;
    }
  }

  get #reportPath(): string {
    return resolve(this.folderPath, this.#settings.reportFile);
  }

  #closeRecords(interfaces: OpenInterfaces): void {
    const { facts, statistics, zone, pilot, folderPath } = this;
    const { records, host } = this.#ports;
    const status = describeStatus({ pilot, statistics, facts, interfaces, nowMs: this.#ports.clock.nowMs(), zone });
    try {
      if (this.#records !== undefined) {
        records.writeText(join(folderPath, finalStatusName), "final status", indentedJson(status));
      }
    } finally {
      this.#records?.close();
      this.#records = undefined;
    }
    if (this.#runTimes === undefined || this.#runTimes.isEmpty) return;
    const name = runTimesName(facts.host, formatTime(facts.startedAtMs, zone), host.processId);
    records.writeText(join(pilot.rootWd, name), "file of run times", this.#runTimes.text(facts.host, zone));
  }

  /** Reads the journal of an earlier pilot, and goes on with what it left. */
  #resume(folder: string): ReplayReport {
    const past = new ReplayedRun(this.pilot.ledger);
    const durability: FileDurability = this.#settings.durability === "power" ? "power" : "process";
    const count = new RecordCount();
    const { journal, report } = this.#ports.records.resume(folder, durability, (replay) => {
      for (const event of dropOwnerless(replay)) {
        past.take(event);
        this.statistics.apply(event);
        count.take(event);
      }
      return this.#header();
    });
    this.#journal = journal;
    past.finish();
    this.#requireFolder();
    this.#repairReport(count.count);
    this.#openRecords();
    const inFlight = [...past.inFlight()];
    if (inFlight.length > 0 && report.header === undefined) {
      const path = join(folder, journalName);
      throw new JournalError(
        `Cannot resume ${path}: every copy of its header is lost, so the processes of its ${inFlight.length} running ` +
          "tasks cannot be recognised",
        { path },
      );
    }
    this.pilot.resume(past, inFlight.length === 0 ? Promise.resolve() : this.#ports.endEarlier(this.#runId));
    return report;
  }

  #repairReport(count: number): void {
    const { reportFormat: format } = this.#settings;
    if (format === "none") return;
    const { zone, folderPath: folder, pilot: { rootWd } } = this;
    this.#ports.records.repairReport({ folder, path: this.#reportPath, format, zone, rootWd, count });
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
