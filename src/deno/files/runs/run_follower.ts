/**
 * Follows a run by its records, be it live or not: reads its journal once, and later what was added. The run is not asked,
 * and does not notice.
 *
 * @module
 */

import { join } from "@std/path";
import type { Event } from "../../../core/types.ts";
import { concatenate } from "../../../base/bytes.ts";
import { replayJournal } from "../../../journal/replay/replay.ts";
import { RecordScanner } from "../../../journal/replay/scan.ts";
import { DashboardModel } from "../../../report/dashboard/dashboard_model.ts";
import type { RunFacts } from "../../../report/look/run_status.ts";
import { journalName } from "../../../report/run_files.ts";
import { openFile, readChunks } from "../journal/journal_bytes.ts";
import { type ReadRun, readRun, refreshFacts } from "./run_reader.ts";

/** A run that is followed. */
export class RunFollower {
  readonly #folder: string;
  readonly #path: string;
  #run: ReadRun;
  #model: DashboardModel;
  /** The first header with what stands before it, which all later records lean on. */
  #beginning: Uint8Array = new Uint8Array();
  /** Where the first byte stands that was not read. */
  #next = 0;

  /**
   * Reads a run.
   *
   * @param folder Its folder, absolute.
   * @throws {JournalError} If its journal cannot be read.
   */
  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, journalName);
    [this.#run, this.#model] = this.#readAll();
  }

  /** What is known of it; another one after everything had to be read anew. */
  get model(): DashboardModel {
    return this.#model;
  }

  /** The working directory of its tasks, absolute. */
  get rootWd(): string {
    return this.#run.rootWd;
  }

  /** The nodes that it said it has, with the ids of their cores. */
  get nodes(): ReadRun["nodes"] {
    return this.#run.nodes;
  }

  /** What else is known of it now. */
  get facts(): RunFacts {
    return this.#run.facts;
  }

  /** Takes in what was written since. */
  refresh(): void {
    let size: number;
    try {
      size = Deno.statSync(this.#path).size;
    } catch {
      return; // It is being removed; what was read of it is still there to be looked at.
    }
    if (size < this.#next || (size > this.#next && !this.#readOn())) [this.#run, this.#model] = this.#readAll();
    this.#run = { ...this.#run, facts: refreshFacts(this.#run.view, this.#run.facts) };
  }

  #readAll(): [ReadRun, DashboardModel] {
    using file = openFile("read", this.#path, { read: true });
    const scanner = new RecordScanner(readChunks(file, this.#path));
    scanner.readPreamble();
    const first = scanner.next();
    const end = first === undefined || first.isEvents || first.hasMore ? 0 : first.offset + first.length;
    this.#beginning = readBytes(file, this.#path, 0, end);
    const models: DashboardModel[] = [];
    const run = readRun(this.#folder, (view, begunAtMs) => {
      const model = new DashboardModel(view, begunAtMs ?? Date.now());
      models.push(model);
      return model;
    });
    this.#next = run.bytesRead;
    return [run, models[0]!];
  }

  /**
   * Reads what was added. A loss, or another header, as after a resume, is a reason to read everything anew.
   *
   * @returns Whether that could be done.
   */
  #readOn(): boolean {
    const { length } = this.#beginning;
    if (length === 0) return false;
    using file = openFile("read", this.#path, { read: true });
    const added = readBytes(file, this.#path, this.#next);
    const replay = replayJournal(concatenate([this.#beginning, added]), this.#path);
    const header = JSON.stringify(replay.header);
    const events: Event[] = [...replay];
    const { losses, tornTail } = replay.report();
    // That the numbers of the records go on further behind is known.
    const isWhole = losses.every((loss) => loss.offset === length && loss.length === 0);
    if (!isWhole || tornTail?.isDamaged || JSON.stringify(replay.header) !== header) return false;
    const { view } = this.#run;
    // Jobs that were read from the second copy, as the journal lacked them, come once more.
    if (events.some((event) => event.kind === "jobSubmitted" && view.job(event.job.id) !== undefined)) return false;
    for (const event of events) {
      if ("job" in event && event.kind !== "jobSubmitted" && view.job(event.job) === undefined) continue;
      view.apply(event);
      this.#model.apply(event);
    }
    // Half a record may be all that is there by now: it is read when it is whole.
    this.#next += tornTail === undefined ? added.length : tornTail.offset - length;
    return true;
  }
}

function readBytes(file: Deno.FsFile, path: string, from: number, count: number = Infinity): Uint8Array {
  file.seekSync(from, Deno.SeekMode.Start);
  return concatenate([...readChunks(file, path, count)]);
}
