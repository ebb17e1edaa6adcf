/**
 * A run on ports in memory: a disk of texts and journals that breaks when a test says so, processes that start and end
 * by command, a clock that stands still, and chance that is none.
 *
 * @module
 */

import type { Event } from "../../../src/core/types.ts";
import { JournalError } from "../../../src/errors.ts";
import type { AppendFile } from "../../../src/events/catch_up_file.ts";
import { extendHeader, type JournalHeader } from "../../../src/journal/codec/header.ts";
import { dropOwnerless } from "../../../src/journal/replay/drop_ownerless.ts";
import { type Replay, replayJournal } from "../../../src/journal/replay/replay.ts";
import { JournalWriter } from "../../../src/journal/writer.ts";
import { replayReport } from "../../../src/report/replay_report.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import type { JournalStore } from "../../../src/runtime/ports.ts";
import { Run } from "../../../src/runtime/run.ts";
import { noTaskFiles } from "../../../src/runtime/task_files.ts";
import type { RunSettings } from "../../../src/runtime/run_settings.ts";
import type {
  FileDurability,
  RecordStore,
  ReportCount,
  ReportFacts,
  ResumedJournal,
  RunIdentity,
  RunPorts,
} from "../../../src/runtime/run_ports.ts";
import { quiet, VirtualClock } from "../../sim/virtual_clock.ts";
import { readExit, readJob } from "../../traces/words.ts";
import { ManualLauncher } from "./pilot_harness.ts";

/** The folder of every run here, unless a test names another. */
export const folder = "/wd/.qcgpjm-service-here.1";

/** Keeps journals as bytes and everything else as text, by path. */
export class MemoryDisk implements RecordStore {
  readonly texts: Map<string, string> = new Map();
  readonly journals: Map<string, Uint8Array[]> = new Map();
  /** What was asked for, in order: `require /wd/…`, `begin`, `open log`, `close log`. */
  readonly notes: string[];
  /** Why writing to a path fails, by path. */
  readonly failures: Map<string, Error> = new Map();
  /** Which run every journal is of, whatever it bears. */
  identity: RunIdentity | undefined;
  #held: PromiseWithResolvers<void> | undefined;

  constructor(notes: string[]) {
    this.notes = notes;
  }

  find(path: string): string {
    if (!this.journals.has(path)) throw new JournalError(`no run in ${path}`, { path });
    return path;
  }

  require(path: string): void {
    this.notes.push(`require ${path}`);
  }

  begin(path: string, header: JournalHeader): JournalStore {
    this.notes.push("begin");
    this.#check(path);
    const bytes: Uint8Array[] = [];
    this.journals.set(path, bytes);
    return this.#journal(path, bytes, new JournalWriter(header));
  }

  identify(path: string): RunIdentity {
    return this.identity ?? { runId: this.#replay(path).header!.runId };
  }

  resume(path: string, _: FileDurability, replay: (replay: Replay) => JournalHeader): ResumedJournal {
    const found = this.#replay(path);
    const header = replay(found);
    const writer = new JournalWriter(extendHeader(found.header, header), found.continuation());
    return { journal: this.#journal(path, this.journals.get(path)!, writer), report: found.report() };
  }

  readEvents(path: string): Iterable<Event> {
    return dropOwnerless(this.#replay(path));
  }

  countRecords(path: string): ReportCount {
    const lines = (this.texts.get(path) ?? "").split("\n");
    const endsHalf = lines.at(-1) !== "";
    return { records: lines.length - (endsHalf ? 0 : 1), endsHalf };
  }

  setAside(path: string): string {
    this.notes.push("set job report aside");
    this.texts.set(`${path}.old`, this.texts.get(path)!);
    this.texts.delete(path);
    return `${path}.old`;
  }

  rewriteReport({ folder, path, ...options }: ReportFacts): void {
    this.notes.push("rewrite job report");
    this.#check(path);
    this.texts.set(path, [...replayReport(this.#replay(folder), options)].join(""));
  }

  openRecord(path: string, noun: string): AppendFile {
    this.notes.push(`open ${noun}`);
    this.#check(path);
    return {
      write: (bytes) => {
        this.#check(path);
        this.texts.set(path, (this.texts.get(path) ?? "") + new TextDecoder().decode(bytes));
        return bytes.length;
      },
      close: () => void this.notes.push(`close ${noun}`),
    };
  }

  writeText(path: string, _noun: string, text: string): void {
    this.#check(path);
    this.texts.set(path, text);
  }

  replaceText(path: string, noun: string, text: string): void {
    this.writeText(path, noun, text);
  }

  /** Holds the next append: it is as durable as was asked for when what is returned is settled. */
  hold(): PromiseWithResolvers<void> {
    return this.#held = Promise.withResolvers<void>();
  }

  /** The events that a journal holds. */
  events(path: string = folder): Event[] {
    return [...this.#replay(path)];
  }

  #journal(path: string, bytes: Uint8Array[], writer: JournalWriter): JournalStore {
    bytes.push(writer.begin().slice());
    return {
      append: (events) => {
        this.#check(path);
        bytes.push(writer.encode(events).slice());
        const held = this.#held;
        this.#held = undefined;
        return held?.promise;
      },
      close: () => {
        this.notes.push("close journal");
        return Promise.resolve();
      },
    };
  }

  #replay(path: string): Replay {
    return replayJournal(this.journals.get(path) ?? [], path);
  }

  #check(path: string): void {
    const failure = this.failures.get(path);
    if (failure !== undefined) throw failure;
  }
}

/** A run with its ports, and what a user of it does. */
export class RunHarness {
  readonly notes: string[] = [];
  readonly clock: VirtualClock = new VirtualClock();
  readonly launcher: ManualLauncher = new ManualLauncher(this.notes);
  readonly disk: MemoryDisk;
  readonly ports: RunPorts;
  readonly run: Run;

  /** Sets a run up, on the disk of an earlier one or an empty one; `drawn` is what chance draws. */
  constructor(settings: Partial<RunSettings> = {}, disk?: MemoryDisk, drawn = "1") {
    this.disk = disk ?? new MemoryDisk(this.notes);
    this.ports = {
      clock: this.clock,
      chance: { hex: (digits) => drawn.padStart(digits, "0"), uuid: () => "a-uuid" },
      host: {
        host: "here",
        account: "me",
        runtimeVersion: "Deno 2",
        runtimePath: "/bin/deno",
        platform: "linux",
        directory: "/home",
        processId: 7,
        zone: 0,
      },
      records: this.disk,
      createLauncher: (runId, choice) => {
        this.notes.push(`launcher ${runId} ${choice}`);
        return this.launcher;
      },
      launchCluster: ({ own }) => own,
      taskFiles: noTaskFiles,
      preparations: {
        writeFile: () => {},
        removeFile: () => {},
        takeNote: () => undefined,
        readRemote: () => undefined,
        readsProfile: () => false,
      },
      warn: (text) => void this.notes.push(`warn ${text}`),
      variables: { all: () => ({ HOME: "/home" }) },
    };
    this.run = new Run({
      pilot: { nodes: parseNodeSpec("n0:2"), graceMs: 1000, rootWd: "/wd", environmentSchema: "common" },
      durability: "process",
      tags: [],
      logLevel: "debug",
      reportFormat: "json",
      reportFile: "jobs.report",
      runTimes: false,
      ...settings,
    }, this.ports);
  }

  /** Opens the records and submits jobs in words; lets what follows happen. */
  async submit(...jobs: string[]): Promise<void> {
    this.run.open();
    this.run.pilot.submit(jobs.map(readJob));
    await quiet();
  }

  /** Starts and ends the process of a job: `0`, another exit code or a signal. */
  async finish(name: string, how = "0"): Promise<void> {
    const { key, sink } = this.launcher.launched.get(name)!;
    sink.started(key, { node: 0, pid: 100 + key.task });
    sink.exited(key, readExit(how), {});
    await quiet();
  }

  /** Ends the run. */
  async release(): Promise<void> {
    this.run.pilot.drain();
    await this.run.release();
  }

  /** What the user was warned of. */
  get warnings(): string[] {
    return this.notes.filter((note) => note.startsWith("warn ")).map((note) => note.slice(5));
  }

  /** The text of a file in the run's folder. */
  text(name: string): string {
    return this.disk.texts.get(`${folder}/${name}`) ?? "";
  }
}
