/**
 * A file of lines that catches up: while it cannot be written (the disk is full, a server is away) what is missing is
 * kept, up to a limit, and written as soon as that works again. It never throws; what it lacks it can tell.
 *
 * @module
 */

/** A file that bytes are added to. */
export interface AppendFile {
  /**
   * Adds some of the bytes at the end.
   *
   * @returns How many were added, at least 1.
   * @throws {JournalError} If none could be.
   */
  write(bytes: Uint8Array<ArrayBuffer>): number;
  /** Gives the file back. */
  close(): void;
}

/** What a file is written with. */
export interface CatchUpOptions {
  /** Opens the file, which keeps what it holds; throws if that cannot be done, and is called again later. */
  readonly open: () => AppendFile;
  /** Tells the time, in milliseconds. */
  readonly nowMs: () => number;
  /** Is told the first error; further ones are not told. */
  readonly troubled: (error: unknown) => void;
  /** Makes the note that stands where entries are missing; absent for a file that can have none. */
  readonly gapNote?: (missing: number) => string;
  /** How many characters are kept while the file cannot be written. */
  readonly keptMax?: number;
}

/** So often a file that cannot be written is tried again, when there is something to write. */
const retryMs = 1000;
/** Entries are written in pieces of about this many characters. */
const pieceMax = 1 << 20;
const encoder = new TextEncoder();

/** Adds entries to a file. */
export class CatchUpFile {
  readonly #options: CatchUpOptions;
  readonly #keptMax: number;
  #file: AppendFile | undefined;
  /** Entries that are not in the file, in order. */
  #entries: string[] = [];
  /** Their characters. */
  #size = 0;
  /** What is missing of the entry, or the note, that is half in the file. */
  #rest: Uint8Array<ArrayBuffer> | undefined;
  #isRestOfNote = false;
  /** Entries that could not be kept since the file was last written, and before. */
  #gap = 0;
  #lost = 0;
  #error: unknown;
  #retryAtMs = -Infinity;
  #hasFailed = false;
  #wasTroubled = false;

  /** Prepares a file and opens it; where that fails, it is tried again like any write. */
  constructor(options: CatchUpOptions) {
    this.#options = options;
    this.#keptMax = options.keptMax ?? 4 * pieceMax;
    this.#try(() => this.#opened());
  }

  /** Takes in one entry, which ends with a newline. */
  add(entry: string): void {
    if (this.#hasFailed && this.#size + entry.length > this.#keptMax) {
      this.#gap++;
      return;
    }
    this.#entries.push(entry);
    this.#size += entry.length;
    if (this.#size >= pieceMax) this.flush();
  }

  /** Writes what has gathered, unless the file failed a moment ago. */
  flush(): void {
    if (this.#hasFailed && this.#options.nowMs() < this.#retryAtMs) return;
    this.#catchUp();
  }

  /** Tries for a last time to write what is missing, and gives the file back. */
  close(): void {
    this.#catchUp();
    this.#try(() => this.#file?.close());
    this.#file = undefined;
  }

  /** How many entries are not in the file, as a whole. */
  get missing(): number {
    const half = this.#rest === undefined || this.#isRestOfNote ? 0 : 1;
    return this.#entries.length + half + this.#gap + this.#lost;
  }

  /** What was in the way the last time. */
  get error(): unknown {
    return this.#error;
  }

  #catchUp(): void {
    if (this.#entries.length === 0 && this.#rest === undefined && this.#gap === 0) return;
    this.#try(() => {
      this.#writeRest();
      this.#writeEntries();
      if (this.#gap === 0) return;
      const note = this.#options.gapNote?.(this.#gap);
      this.#lost += this.#gap;
      this.#gap = 0;
      if (note === undefined) return;
      this.#rest = encoder.encode(note);
      this.#isRestOfNote = true;
      this.#writeRest();
    });
  }

  #try(act: () => void): void {
    try {
      act();
      this.#hasFailed = false;
    } catch (error) {
      this.#error = error;
      this.#hasFailed = true;
      this.#retryAtMs = this.#options.nowMs() + retryMs;
      if (this.#wasTroubled) return;
      this.#wasTroubled = true;
      this.#options.troubled(error);
    }
  }

  #opened(): AppendFile {
    return this.#file ??= this.#options.open();
  }

  #writeRest(): void {
    while (this.#rest !== undefined) {
      const count = this.#opened().write(this.#rest);
      this.#rest = count < this.#rest.length ? this.#rest.subarray(count) : undefined;
    }
  }

  #writeEntries(): void {
    const bytes = encoder.encode(this.#entries.join(""));
    let written = 0;
    try {
      while (written < bytes.length) written += this.#opened().write(bytes.subarray(written));
    } finally {
      this.#takeOut(written, bytes.length);
    }
  }

  /** Forgets the entries that are in the file; of one that is half in it, the half. */
  #takeOut(written: number, total: number): void {
    let left = written;
    let count = 0;
    if (written === total) count = this.#entries.length;
    while (left > 0 && count < this.#entries.length) {
      const bytes = encoder.encode(this.#entries[count++]);
      if (left < bytes.length) {
        this.#rest = bytes.subarray(left);
        this.#isRestOfNote = false;
      }
      left -= bytes.length;
    }
    const gone = this.#entries.splice(0, count);
    this.#size -= gone.reduce((sum, entry) => sum + entry.length, 0);
  }
}
