/**
 * The spool: what tasks write that have no file for it, kept for as long as its end may be asked for.
 *
 * A running task has one file of the spool for each such output. The files have no names any more, so that nothing is
 * left of them whatever becomes of their holder, and go from task to task: a start costs no file, but two questions for
 * a size. A task adds to its file behind what earlier ones wrote, and is told apart by where it began.
 *
 * While tasks write, a look ten times a second gives back to the disk what a file holds beyond its bound: the front,
 * where the system can make holes in files, or all but the end, which is remembered.
 *
 * @module
 */

import { errorText } from "../../base/error_text.ts";
import { concatenate } from "../../base/bytes.ts";
import { isRemote } from "../host/remote_paths.ts";
import { nodeFs } from "../host/node_modules.ts";
import { ownLimit } from "./own_limits.ts";
import { codeOf, type MayUse } from "./launch_prepare.ts";
import { isUsedUp } from "./weather.ts";

/** Bytes of one output that the spool keeps at most, beside what is written between two looks. */
const spoolBytesMax: number = 64 * 1024 * 1024;
/** How often to look how much tasks have written. */
export const spoolLookMs = 100;
/** A file in which earlier tasks left more is made empty before the next one uses it. */
const usedBytesMax = 1 << 20;
/** The most files that are kept open for the next tasks. */
const freeMax = 64;
/** Descriptors that are left to all else. */
const descriptorsSpare = 24;
/** Holes begin and end at the borders of blocks. */
const blockBytes = 4096;

/** What a spool does with files. */
export interface SpoolSystem {
  /** Creates a file without a name to read and to add to, which no task inherits; throws an error with a code. */
  create(path: string): number;
  /** Reads a part of an open file, as far as it goes. */
  read(descriptor: number, from: number, count: number): Uint8Array;
  /** Makes an open file empty. */
  empty(descriptor: number): void;
  /** Closes a file. */
  close(descriptor: number): void;
  /** The size of an open file. */
  size(descriptor: number): number;
  /** Gives a part of an open file back to the disk, which reads as zeros from then on; false when that cannot be done. */
  release(descriptor: number, from: number, count: number): boolean;
}

/** Deno's own means: no holes. */
export const plainSystem: SpoolSystem = {
  create: (path) => {
    const { O_RDWR, O_CREAT, O_EXCL, O_APPEND } = nodeFs().constants;
    const descriptor = nodeFs().openSync(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND, 0o600);
    Deno.removeSync(path);
    return descriptor;
  },
  read: readPart,
  empty: (descriptor) => nodeFs().ftruncateSync(descriptor, 0),
  close: (descriptor) => nodeFs().closeSync(descriptor),
  size: (descriptor) => nodeFs().fstatSync(descriptor).size,
  release: () => false,
};

/** Where the system keeps files that are needed for a while. */
const systemFolder = "/tmp";

/** What a spool is set up with. */
export interface SpoolOptions {
  /** Where its files may be, the best folder first, before that of the system; without one nothing is spooled. */
  readonly folders: readonly string[];
  /** Whether a path may be used; every path when absent. */
  readonly mayUse?: MayUse;
  /** The means of the system. */
  readonly system?: SpoolSystem;
}

/** The end of an output. */
export interface ReadEnd {
  readonly bytes: Uint8Array;
  /** Whether there is more before it. */
  readonly isCut: boolean;
}

/** A file of the spool while a task writes to it. */
export interface SpoolFile {
  /** The open file, to which is only ever added. */
  readonly descriptor: number;
  /** Where the words of the task begin. */
  begin: number;
  /** Up to where the file was given back to the disk. */
  released: number;
  /** The end of what was cut off where no holes can be made. */
  earlier: Uint8Array;
}

/** Keeps the outputs of the tasks of one launcher. */
export class Spool {
  readonly #folders: readonly string[];
  readonly #mayUse: MayUse;
  readonly #system: SpoolSystem;
  readonly #free: SpoolFile[] = [];
  readonly #used = new Set<SpoolFile>();
  #problem: string | undefined;
  #descriptorMax: number | undefined;
  #lookMs = Infinity;

  /** Opens nothing yet. */
  constructor({ folders, mayUse = () => true, system = plainSystem }: SpoolOptions) {
    this.#folders = folders.length === 0 ? [] : [...folders, systemFolder];
    this.#mayUse = mayUse;
    this.#system = system;
  }

  /** How many files are open. */
  get count(): number {
    return this.#free.length + this.#used.size;
  }

  /** When the next {@linkcode look} is due. */
  get dueMs(): number {
    return this.#lookMs;
  }

  /**
   * Takes a file for one output of a task.
   *
   * @returns The file; why there can be none, as a sentence; or the code of what is used up just now.
   */
  take(nowMs: number): SpoolFile | { readonly problem: string } | { readonly code: string } {
    const file = this.#free.pop() ?? this.#create();
    // Where even a single task cannot have its files, waiting for the end of another one is no help.
    if ("code" in file && this.#used.size <= 1) return { problem: `no more files may be open (${file.code})` };
    if (!("descriptor" in file)) return file;
    file.begin = this.#system.size(file.descriptor);
    if (file.begin > usedBytesMax) {
      this.#system.empty(file.descriptor);
      file.begin = file.released = 0;
    }
    this.#used.add(file);
    if (this.#lookMs === Infinity) this.#lookMs = nowMs + spoolLookMs;
    return file;
  }

  /** Takes a file back. One that something may still write to is not used again. */
  giveBack(file: SpoolFile, isQuiet: boolean): void {
    if (!this.#used.delete(file)) return;
    if (this.#used.size === 0) this.#lookMs = Infinity;
    file.earlier = noBytes;
    if (isQuiet && this.#free.length < freeMax) this.#free.push(file);
    else this.#system.close(file.descriptor);
  }

  /** Reads the end of what a task has written to a file. */
  readEnd(file: SpoolFile, bytesMax: number): ReadEnd {
    const { descriptor, begin, earlier } = file;
    const size = this.#system.size(descriptor);
    const from = Math.max(begin, size - bytesMax);
    const end = this.#system.read(descriptor, from, size - from);
    const bytes = concatenate([earlier.subarray(Math.max(0, earlier.length + end.length - bytesMax)), end]);
    return { bytes, isCut: from > begin || earlier.length > 0 };
  }

  /** Gives back what files hold beyond their bound, when that is due. */
  look(nowMs: number, bytesMax: number = spoolBytesMax): void {
    if (nowMs < this.#lookMs) return;
    this.#lookMs = nowMs + spoolLookMs;
    for (const file of this.#used) this.#bound(file, bytesMax);
  }

  #bound(file: SpoolFile, bytesMax: number): void {
    const size = this.#system.size(file.descriptor);
    if (size - Math.max(file.begin, file.released) <= bytesMax) return;
    const to = size - bytesMax - (size - bytesMax) % blockBytes;
    if (to <= file.released) return; // Less than a block is beyond it.
    if (this.#system.release(file.descriptor, file.released, to - file.released)) {
      file.released = to;
      return;
    }
    const { bytes } = this.readEnd(file, blockBytes * 16);
    this.#system.empty(file.descriptor);
    [file.begin, file.released, file.earlier] = [0, 0, bytes];
  }

  /** Closes all files. */
  close(): void {
    for (const file of [...this.#free.splice(0), ...this.#used]) this.#system.close(file.descriptor);
    this.#used.clear();
    this.#lookMs = Infinity;
  }

  #create(): SpoolFile | { readonly problem: string } | { readonly code: string } {
    if (this.#descriptorMax === undefined) {
      this.#descriptorMax = ownLimit("Max open files") - descriptorsSpare;
      if (ownLimit("Max file size") < Infinity) this.#problem = "the size of files is limited (ulimit -f)";
    }
    if (this.#problem !== undefined) return { problem: this.#problem };
    const problems: string[] = [];
    for (const folder of this.#folders) {
      if (isRemote(folder)) {
        problems.push(`${folder}: its file system may not answer`);
        continue;
      }
      try {
        const descriptor = this.#open(`${folder}/.qcgpj-spool-${crypto.randomUUID()}`);
        // A new file has the lowest number that is free.
        if (descriptor < this.#descriptorMax) return { descriptor, begin: 0, released: 0, earlier: noBytes };
        this.#system.close(descriptor);
        return { code: "EMFILE" };
      } catch (error) {
        const code = codeOf(error);
        if (isUsedUp(code)) return { code };
        const words = code === "NotCapable" ? "Deno does not permit it" : code;
        problems.push(`${folder}: ${code === "UNKNOWN" ? errorText(error) : words}`);
      }
    }
    this.#problem = problems.length === 0
      ? "there is no folder for it"
      : `it can be written nowhere (${problems.join(", ")})`;
    return { problem: this.#problem };
  }

  /** Opens a new file to read and to add to. */
  #open(path: string): number {
    for (const name of ["read", "write"] as const) {
      if (!this.#mayUse(name, path)) throw new Deno.errors.NotCapable(`no ${name} permission`);
    }
    return this.#system.create(path);
  }
}

const noBytes = new Uint8Array(0);

/** Reads a part of an open file, as far as it goes. */
export function readPart(descriptor: number, from: number, count: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, count));
  let length = 0;
  while (length < bytes.length) {
    const more = nodeFs().readSync(descriptor, bytes, length, bytes.length - length, from + length);
    if (more === 0) break;
    length += more;
  }
  return bytes.subarray(0, length);
}
