/**
 * A run: the pilot with its records, over ports. The executor and the command line are both made of one; what they
 * pass as ports on a real machine is in `src/deno/run_ports.ts`.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import { errorText } from "../base/error_text.ts";
import { join, resolve } from "@std/path";
import type { Event } from "../core/types.ts";
import { EventFeed } from "../events/event_feed.ts";
import { EventHub } from "../events/event_hub.ts";
import { type EventOptions, EventStream } from "../events/event_stream.ts";
import type { JsonObject } from "../job/json.ts";
import { type SubmitVariables, submitVariablesAt } from "../job/variables.ts";
import type { JournalHeader } from "../journal/codec/header.ts";
import { SharedEnvironments } from "../launch/shared_environment.ts";
import { eventMessage, type LogMessage, resourcesText, startText } from "../report/log_lines.ts";
import { indentedJson } from "../report/python_json.ts";
import { isRecordPath, journalName, runFolderPrefix } from "../report/run_files.ts";
import { RunTimes } from "../report/run_times.ts";
import { Statistics } from "../report/statistics.ts";
import type { ZoneMinutes } from "../report/times.ts";
import { replyResources } from "../service/replies.ts";
import { describeStatus, type HostFacts, type OpenInterfaces } from "../service/status.ts";
import { version } from "../version.ts";
import type { ClusterNews } from "./cluster.ts";
import { checkEventOptions } from "./event_options.ts";
import { Pilot } from "./pilot.ts";
import { JournalWatch } from "./journal_watch.ts";
import type { Launcher } from "./ports.ts";
import { ReplayedRun } from "./replayed_run.ts";
import { Reruns } from "./reruns.ts";
import { type ResumedRecords, resumeRecords } from "./resume_records.ts";
import { batchJobOf, inheritedVariables, makeLauncher } from "./run_launcher.ts";
import { describeCopy, describeRun, lostHeaderError } from "./run_header.ts";
import type { RunIdentity, RunPorts } from "./run_ports.ts";
import { RunRecords } from "./run_records.ts";
import type { RunSettings } from "./run_settings.ts";
import { writeRunTimes } from "./write_run_times.ts";

/** A pilot with its records. */
export class Run {
  /** Takes the jobs. */
  readonly pilot: Pilot;
  /** Tells the readers of events what happens; readers may be added at any time. */
  readonly hub: EventHub = new EventHub((name, error) => this.#dropped(name, error));
  /** Counts. */
  readonly statistics: Statistics = new Statistics();
  /** Who runs it, and where. */
  readonly facts: HostFacts;
  /** The zone of all written times: that of the beginning. */
  readonly zone: ZoneMinutes;
  /** What was found in the journal that the run goes on with. */
  readonly resumed: ResumedRecords | undefined;
  /** The auxiliary directory, whether it exists already or not. */
  readonly folderPath: string;
  readonly #feed: EventFeed = new EventFeed();
  readonly #settings: RunSettings;
  readonly #ports: RunPorts;
  readonly #runId: string;
  readonly #copyOf: RunIdentity["copyOf"];
  readonly #launcher: Launcher;
  readonly #runTimes: RunTimes | undefined;
  #journal: JournalWatch | undefined;
  #records: RunRecords | undefined;
  #isSuspended = false;
  /** What is to be written as soon as there are records. */
  #unwritten: ((records: RunRecords) => void)[] = [];
  #isReportWhole = true;

  /**
   * Sets a run up. Nothing is started or written until the first job, unless it goes on with an earlier run.
   *
   * @param settings What it is set up with.
   * @param ports What it needs from outside.
   * @throws {JournalError} If there is no run to go on with, another pilot still has it, or something of it is lost and
   * that is not accepted.
   */
  constructor(settings: RunSettings, ports: RunPorts) {
    const { clock, chance, host, records } = ports;
    this.#settings = settings;
    this.#ports = ports;
    const earlier = settings.resume === undefined ? undefined : records.find(resolve(host.directory, settings.resume));
    const instanceId = settings.instanceId ?? `${host.host}.${Number.parseInt(chance.hex(8), 16)}`;
    this.facts = { ...host, instanceId, startedAtMs: clock.nowMs() };
    this.zone = host.zone;
    this.folderPath = earlier ?? join(settings.pilot.rootWd, `${runFolderPrefix}${instanceId}`);
    const { runId = chance.hex(16), copyOf } = earlier === undefined ? {} : records.identify(earlier, host);
    [this.#runId, this.#copyOf] = [runId, copyOf];
    this.#runTimes = settings.runTimes ? new RunTimes() : undefined;
    const news: ClusterNews = { warn: (text) => this.warn(text), log: (level, text) => this.log({ level, text }) };
    this.#launcher = makeLauncher(settings, ports, { runId, folder: this.folderPath }, news);
    const environments = new SharedEnvironments(inheritedVariables(settings, ports));
    this.pilot = new Pilot({ ...settings.pilot, environments, runId: this.#runId, isRecord: isRecordPath }, {
      clock,
      launcher: this.#launcher,
      journal: { append: (events) => this.#append(events), close: async () => await this.#journal?.close() },
      hub: this.hub,
      files: ports.taskFiles,
    });
    this.hub.add("event streams", this.#feed);
    this.pilot.stopped.then(() => this.#feed.close(), (error) => this.#feed.close({ error }));
    this.hub.add("statistics", this.statistics);
    if (this.#runTimes !== undefined) this.hub.add("run times", this.#runTimes);
    for (const [name, reader] of Object.entries(settings.readers ?? {})) this.hub.add(name, reader);
    this.resumed = earlier === undefined ? undefined : this.#resume(earlier, settings.acceptLoss ?? false);
    for (const text of settings.warnings ?? []) this.warn(text);
  }

  /** Starts beforehand what the first task would wait for. To be called when the run is sure to be released. */
  prepare(): void {
    if (this.#ports.preparesLauncher?.(this.#settings.launcher)) this.#launcher.prepare?.();
  }

  /**
   * Opens the records, if there are to be any and they are not open. Called before each submit, so that it is
   * the caller who learns that they cannot be written.
   *
   * @throws {PermissionScopeError} If Deno does not let us write them.
   * @throws {JournalError} If the records cannot be written.
   */
  open(): void {
    const { durability } = this.#settings;
    if (durability === "memory" || this.#records !== undefined) return;
    const { clock, records } = this.#ports;
    records.require(this.folderPath, this.pilot.rootWd);
    // First, as it finds out whether the folder is ours: the other files are added to, whatever they hold.
    this.#journal ??= new JournalWatch(records.begin(this.folderPath, this.#header(), durability), clock, this);
    this.#openRecords();
  }

  /** Writes to the log, if there is one. */
  log(message: LogMessage): void {
    this.#records?.log(message);
  }

  /**
   * Tells the user of what is not as it was asked for: at once on the standard error, and in the log, there as soon as
   * there is one.
   *
   * @param text A sentence without its end.
   */
  warn(text: string): void {
    this.#ports.warn(text);
    this.#write((records) => records.log({ level: "warning", text }));
  }

  /** Tells clients that look into the folder where requests are taken. */
  tellAddress(address: string): void {
    this.#write((records) => records.writeAddress(address));
  }

  /** The public events of the run, for one reader; see {@linkcode EventOptions}. Throws as its check does. */
  events(options: EventOptions = {}): EventStream {
    checkEventOptions(options);
    const { clock, records } = this.#ports;
    const nowMs = () => clock.nowMs();
    const letOthersRun = () => new Promise<void>((resolve) => clock.wakeAt(nowMs(), resolve));
    const past = this.#journal === undefined ? undefined : () => records.readEvents(this.folderPath);
    return new EventStream({ feed: this.#feed, past, letOthersRun, nowMs }, options);
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
    this.hub.silence();
  }

  /** Whether journal and job report, if there are any, lack nothing; known when the run has been released. */
  get areRecordsWhole(): boolean {
    return this.#isReportWhole && this.#journal?.isWhole !== false;
  }

  /** Waits until the pilot's loop has ended, then gives everything back. */
  async release(interfaces: OpenInterfaces = { names: [] }): Promise<void> {
    try {
      await this.pilot.stopped;
    } finally {
      // Each is given back whatever becomes of the one before it.
      try {
        await this.#launcher.close().finally(() => this.#journal?.close());
      } finally {
        this.#closeRecords(interfaces);
      }
    }
  }

  #append(events: readonly Event[]): Promise<void> | void {
    if (this.#isSuspended) return undefined;
    if (this.#journal !== undefined) return this.#journal.append(events);
    // A run that never had a job leaves nothing: its drain is no reason to begin records.
    const keepsNone = this.#settings.durability === "memory" || !events.some(({ kind }) => kind === "jobSubmitted");
    invariant(keepsNone, "The records must be open before a job is submitted");
  }

  #write(write: (records: RunRecords) => void): void {
    if (this.#records !== undefined) write(this.#records);
    else this.#unwritten.push(write);
  }

  #dropped(name: string, error: unknown): void {
    const why = errorText(error);
    this.warn(`The reader of events "${name}" failed and is told nothing any more; the jobs go on: ${why}`);
  }

  #openRecords(): void {
    invariant(
      this.#records === undefined && this.#journal !== undefined,
      "Records are opened once, behind the journal",
    );
    const { logLevel, tags, reportFormat } = this.#settings;
    const { resources, ledger, rootWd } = this.pilot;
    const { zone, folderPath: folder, facts: { instanceId, host, startedAtMs } } = this;
    const options = { folder, logLevel, reportFormat, reportPath: this.#reportPath, rootWd, zone, ledger };
    this.#records = new RunRecords({ ...options, complain: (text) => this.warn(text) }, this.#ports, this.hub);
    const text = startText({ instanceId, version, startedAtMs, host, tags: [instanceId, ...tags] }, zone);
    this.log({ level: "info", text });
    this.log({ level: "info", text: resourcesText(replyResources(resources)) });
    const problem = this.#settings.pilot.binding?.problem;
    if (problem !== undefined) this.log({ level: "info", text: `tasks are not bound to their cores: ${problem}` });
    for (const write of this.#unwritten.splice(0)) write(this.#records);
  }

  get #reportPath(): string {
    return resolve(this.folderPath, this.#settings.reportFile);
  }

  #closeRecords(interfaces: OpenInterfaces): void {
    const { facts, statistics, zone, pilot } = this;
    writeRunTimes(this.#runTimes, this, this.#ports);
    if (this.#records === undefined) return;
    const [nowMs, losses] = [this.#ports.clock.nowMs(), this.resumed?.losses ?? []];
    const status = describeStatus({ pilot, statistics, facts, interfaces, nowMs, zone, losses });
    this.#isReportWhole = this.#records.close(indentedJson(status));
    this.#records = undefined;
  }

  /** Reads the journal of an earlier pilot, and goes on with what it left. */
  #resume(folder: string, acceptLoss: boolean): ResumedRecords {
    const { durability, reportFormat } = this.#settings;
    const { zone, pilot: { ledger, rootWd, clock } } = this;
    invariant(this.#journal === undefined, "A run goes on with an earlier one before it has records");
    const replayed = new ReplayedRun(ledger);
    const reruns = new Reruns(this.#settings.rerun);
    this.#ports.records.require(this.folderPath, this.pilot.rootWd);
    const resumed = resumeRecords(this.#ports.records, {
      ...{ folder, zone, rootWd, acceptLoss, reportFormat, reportPath: this.#reportPath },
      durability: durability === "power" ? "power" : "process",
      take: (event) => {
        replayed.apply(event);
        this.#feed.apply(event, ledger);
        this.statistics.apply(event);
      },
      header: (metadata) => {
        // Before anything is written: a name that is wrong leaves the records as they are.
        replayed.finish();
        reruns.choose(replayed, ledger, clock.nowMs());
        return this.#header(metadata);
      },
      warn: (text) => this.warn(text),
    });
    this.#journal = new JournalWatch(resumed.journal, this.#ports.clock, this);
    this.#openRecords();
    reruns.record(this.#journal, (event) => {
      replayed.reopen(event);
      this.#feed.apply(event, ledger);
      this.statistics.apply(event);
      this.log(present(eventMessage(event, ledger), "what the log says of tasks that run again"));
    });
    if (this.#copyOf !== undefined) this.warn(describeCopy(folder, this.#copyOf));
    const inFlight = [...replayed.inFlight()];
    if (inFlight.length > 0 && resumed.report.header === undefined) {
      throw lostHeaderError(join(folder, journalName), inFlight.length);
    }
    const hasOwn = inFlight.length > 0 && this.#copyOf === undefined;
    this.pilot.resume(replayed, hasOwn ? this.#launcher.reclaim(this.#runId) : Promise.resolve());
    return resumed;
  }

  #header(metadata: JsonObject = {}): JournalHeader {
    const { facts, folderPath: folder, pilot } = this;
    const { host } = this.#ports;
    const copyOf = this.#copyOf?.runId;
    const where = { runId: this.#runId, copyOf, facts, host, folder, pilot, file: this.#settings.file };
    return describeRun(where, { ...metadata, ...batchJobOf(this.#settings) });
  }
}
