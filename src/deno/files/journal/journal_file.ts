/**
 * The journal on disk: appended to by one process at a time, one write for each turn of the driver.
 *
 * @module
 */

import { writeAllSync } from "../../host/write_all.ts";
import { dirname } from "@std/path";
import type { Event } from "../../../core/types.ts";
import { JournalError } from "../../../errors.ts";
import { dropOwnerless } from "../../../journal/replay/drop_ownerless.ts";
import { extendHeader, type JournalHeader } from "../../../journal/codec/header.ts";
import { type Replay, replayJournal } from "../../../journal/replay/replay.ts";
import { makeCopy, readTwice } from "../../../journal/replay/restore_records.ts";
import { JournalWriter } from "../../../journal/writer.ts";
import type { JournalStore } from "../../../runtime/ports.ts";
import type { FileDurability, ResumedJournal } from "../../../runtime/run_ports.ts";
import { copyPathOf, JournalCopy } from "./journal_copy.ts";
import { hasBytes, openCopied, openFile, readChunks } from "./journal_bytes.ts";
import { describeChange, explainJournalFailure } from "./journal_failure.ts";
import { lockJournal } from "./journal_lock.ts";
import { placedHeader } from "./journal_owner.ts";

/** Appends events to a file. No other process can open it for writing until it is closed or this process has ended. */
export class JournalFile implements JournalStore {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #writer: JournalWriter;
  readonly #durability: FileDurability;
  readonly #copy: JournalCopy;
  #size: number;
  #copying: Promise<unknown> | undefined;
  #failure: Error | undefined;
  #syncing: Promise<void> | undefined;
  #nextSync: Promise<void> | undefined;
  #isClosed = false;

  private constructor(
    path: string,
    file: Deno.FsFile,
    writer: JournalWriter,
    durability: FileDurability,
    openCopy: () => JournalCopy,
  ) {
    this.#path = path;
    this.#file = file;
    this.#writer = writer;
    this.#durability = durability;
    this.#size = file.statSync().size;
    const sizeBefore = this.#size;
    this.#write(writer.begin());
    if (durability === "power") this.#syncNow();
    try {
      this.#copy = openCopy();
    } catch (error) {
      // Nothing has begun then: the next one is to find what was there before.
      this.#size = sizeBefore;
      this.#cutBack();
      throw this.#break(error);
    }
    this.#copy.add(writer.copied);
    if (durability === "power") this.#copy.syncNow();
  }

  /**
   * Begins a journal.
   *
   * @param path The path of the file; its folder must be there, and the file must not, or be empty.
   * @param header What is true of the whole run.
   * @param durability How much it survives.
   * @throws {JournalError} If it cannot be written, or holds a run already, or another process has it.
   * @throws {PermissionScopeError} If Deno was not given the permission to read and write it.
   */
  static create(path: string, header: JournalHeader, durability: FileDurability): JournalFile {
    return openLocked(path, true, (file) => {
      if (file.statSync().size > 0) {
        throw new JournalError(
          `Cannot begin the journal ${path}: it holds a run already; resume that run, or choose another folder`,
          { path },
        );
      }
      if (hasBytes(copyPathOf(path))) {
        throw new JournalError(
          `Cannot begin the journal ${path}: beside it lies ${
            copyPathOf(path)
          }, the second copy of a journal that is ` +
            "lost; resume that run, or choose another folder",
          { path },
        );
      }
      const openCopy = () => JournalCopy.open(copyPathOf(path));
      const placed = placedHeader(header, file, path);
      return new JournalFile(path, file, new JournalWriter(placed), durability, openCopy);
    });
  }

  /**
   * Goes on with a journal after its last intact record. Nothing that is in the file is changed.
   *
   * @param path The path of the file.
   * @param durability How much it survives from now on.
   * @param replay Walks over the events, and returns the header with which the run goes on. Its `runId` and
   * `startedMs` count only when the file has no header any more.
   * @throws {JournalError} If it cannot be read or written, is in another version, or another process has it.
   * @throws {PermissionScopeError} If Deno was not given the permission to read and write it.
   */
  static resume(
    path: string,
    durability: FileDurability,
    replay: (replay: Replay) => JournalHeader,
  ): ResumedJournal {
    return openLocked(path, false, (file) => {
      using copied = openCopied(path);
      const found = replayJournal(readChunks(file, path), path, copied?.chunks);
      const header = replay(found);
      for (const _ of found); // How to go on is known at the end.
      const report = found.report();
      const hasNoLine = report.records === 0 && report.tornTail?.offset === 0 && !report.tornTail.isDamaged;
      if (hasNoLine) file.truncateSync(0); // The first pilot died before it had written the first line.
      const continuation = hasNoLine ? { ...found.continuation(), isEmpty: true } : found.continuation();
      const placed = placedHeader(extendHeader(found.header, header), file, path);
      const writer = new JournalWriter(placed, continuation);
      const openCopy = () => JournalCopy.open(copyPathOf(path), report.isCopyWhole ? undefined : remakeCopy(path));
      return { journal: new JournalFile(path, file, writer, durability, openCopy), report };
    });
  }

  /**
   * Appends events, in order, with one write.
   *
   * @returns Nothing when they survive the process; a promise for when they survive the loss of power.
   * @throws {JournalError} If they cannot be written. The file ends with a whole record then, and takes no more.
   */
  append(events: readonly Event[]): Promise<void> | void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#write(this.#writer.encode(events));
    const { copied } = this.#writer;
    if (this.#durability === "process") {
      if (copied.length > 0) this.#keepTwice(copied);
      return;
    }
    const synced = this.#sync();
    if (copied.length === 0) return synced;
    const twice = this.#keepTwiceAfter(synced, copied.slice());
    this.#copying = Promise.all([this.#copying, twice]);
    this.#copying.catch(() => {}); // The caller of append() is told.
    // Another copy of the header is not waited for.
    return events.some(({ kind }) => kind === "jobSubmitted") ? twice : synced;
  }

  /** Says that the file was removed, replaced or changed by somebody else. A look takes some ten microseconds. */
  findChange(): string | undefined {
    if (this.#failure !== undefined) return undefined;
    return describeChange(this.#path, this.#file, this.#size);
  }

  /** Waits for what is on its way to the disk, and gives the file and its lock back. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#failure ??= new JournalError(`Cannot write the journal ${this.#path}: it is closed`, { path: this.#path });
    try {
      await (this.#nextSync ?? this.#syncing);
      await this.#copying;
    } catch { /* The failure was told where it happened. */ }
    this.#copy.close();
    this.#file.close();
  }

  #keepTwice(records: Uint8Array<ArrayBuffer>): void {
    try {
      this.#copy.add(records);
    } catch (error) {
      throw this.#break(error);
    }
  }

  /** Forces records to the disk once more, when the journal is there: the second copy must not hold more than it. */
  async #keepTwiceAfter(synced: Promise<void>, records: Uint8Array<ArrayBuffer>): Promise<void> {
    await synced;
    this.#keepTwice(records);
    try {
      await this.#copy.sync();
    } catch (error) {
      throw this.#break(error);
    }
  }

  #write(bytes: Uint8Array<ArrayBuffer>): void {
    try {
      writeAllSync(this.#file, bytes);
      this.#size += bytes.length;
    } catch (error) {
      this.#cutBack();
      throw this.#break(error);
    }
  }

  /** Takes half a record off the end. Where that fails, a reader passes it over by its checksum. */
  #cutBack(): void {
    try {
      this.#file.truncateSync(this.#size);
    } catch { /* It disturbs no reader. */ }
  }

  /** After a failure nothing more is written: an append that came through would only hide that one is missing. */
  #break(error: unknown): Error {
    this.#failure = explainJournalFailure("write", this.#path, error, this.#size);
    return this.#failure;
  }

  /** Forces what was written to the disk. Appends that come while one sync is under way share the next. */
  #sync(): Promise<void> {
    if (this.#syncing !== undefined) {
      return this.#nextSync ??= this.#syncing.then(() => {
        this.#nextSync = undefined;
        return this.#sync();
      });
    }
    return this.#syncing = this.#syncOnce();
  }

  async #syncOnce(): Promise<void> {
    try {
      await this.#file.syncData();
    } catch (error) {
      throw this.#break(error);
    } finally {
      this.#syncing = undefined;
    }
  }

  /** Forces the beginning of the file to the disk, and the file's name too. */
  #syncNow(): void {
    try {
      this.#file.syncSync();
      using folder = Deno.openSync(dirname(this.#path));
      folder.syncSync();
    } catch (error) {
      throw this.#break(error);
    }
  }
}

/**
 * Reads a journal without locking it: to look at it, or to salvage what is in it.
 *
 * @param path The path of the file.
 * @param read Walks over the events; the file is closed when it returns.
 * @returns What `read` returned.
 * @throws {JournalError} If it cannot be read, is in another version, or no journal.
 * @throws {PermissionScopeError} If Deno was not given the permission to read it.
 */
export function readJournal<T>(path: string, read: (replay: Replay) => T): T {
  using file = openFile("read", path, { read: true });
  using copied = openCopied(path);
  return read(replayJournal(readChunks(file, path), path, copied?.chunks));
}

/**
 * Reads the events of a journal piece by piece, also while it is written: as far as it has come when its end is reached.
 * The file is closed when the loop is left.
 *
 * @param path The path of the file.
 * @returns The events in their order, without those of jobs whose submit is lost.
 * @throws {JournalError} While it is walked over, if it cannot be read, is in another version, or no journal.
 */
export function* readEvents(path: string): Generator<Event, void, void> {
  using file = openFile("read", path, { read: true });
  using copied = openCopied(path);
  yield* dropOwnerless(replayJournal(readChunks(file, path), path, copied?.chunks));
}

/** Reads journal and copy once more, and gives the bytes of a copy that has all. */
function* remakeCopy(path: string): Generator<Uint8Array<ArrayBuffer>, void, void> {
  using file = openFile("read", path, { read: true });
  using copied = openCopied(path);
  yield* makeCopy(readTwice(readChunks(file, path), copied?.chunks));
}

/** Opens a journal for writing and locks it. It is closed again if `use` throws. */
function openLocked<T>(path: string, create: boolean, use: (file: Deno.FsFile) => T): T {
  const file = openFile(create ? "open" : "read", path, { read: true, append: true, create });
  try {
    lock(file, path);
    return use(file);
  } catch (error) {
    file.close();
    throw error;
  }
}

function lock(file: Deno.FsFile, path: string): void {
  try {
    lockJournal(file, path);
  } catch (error) {
    throw explainJournalFailure("open", path, error);
  }
}
