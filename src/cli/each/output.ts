/**
 * The outputs of a sweep's tasks: kept in files while a task runs, printed in one piece when it has ended, then removed.
 *
 * @module
 */

import { encodeText } from "../../base/byte_text.ts";
import { concatenate } from "../../base/bytes.ts";
import { writeAll } from "../../deno/host/write_all.ts";
import { join } from "@std/path";
import { PrintMark, type StreamName } from "./print_mark.ts";
import { explainOutput, OutputError } from "../terminal.ts";

/** A task whose output is to be printed. */
export interface PrintedTask {
  /** The 1-based number of its input. */
  readonly number: number;
  /** What each line begins with; absent for nothing. */
  readonly tag?: string | undefined;
  /** How often it was launched: what earlier attempts wrote is removed, too. */
  readonly attempts: number;
}

/** The files of a task's output. */
export interface OutputFiles {
  readonly stdout: string;
  readonly stderr: string;
}

/** Files are copied in pieces of this size. */
const pieceBytes = 1 << 16;
const lineEnd = 10;

/** Keeps and prints outputs. */
export class TaskOutputs {
  readonly #folder: string;
  readonly #isTemporary: boolean;
  readonly #buffer = new Uint8Array(pieceBytes);
  readonly #mark: PrintMark | undefined;
  readonly #warn: (text: string) => void;
  /** What stands where output is printed on a terminal, and is taken aside for it. */
  aside: { clear(): void; restore(): void } | undefined;

  /**
   * Chooses the folder of the files.
   *
   * @param folder The folder; a temporary one, which is removed at the end, when absent.
   * @param warn Tells the user something.
   */
  constructor(folder: string | undefined, warn: (text: string) => void) {
    this.#isTemporary = folder === undefined;
    this.#folder = folder ?? makeTemporary();
    this.#warn = warn;
    if (folder === undefined) return;
    Deno.mkdirSync(folder, { recursive: true });
    this.#mark = new PrintMark(join(folder, "printing"));
  }

  /** Where a task that is about to run writes. */
  begin(number: number): OutputFiles {
    this.#mark?.renounce(number);
    return this.files(number);
  }

  /** Where a task writes. */
  files(number: number): OutputFiles {
    return { stdout: join(this.#folder, `${number}.out`), stderr: join(this.#folder, `${number}.err`) };
  }

  /** The numbers of tasks whose output is there: an earlier run may have ended before it printed them. */
  kept(): Set<number> {
    const numbers = [...Deno.readDirSync(this.#folder)].map(({ name }) => /^([0-9]+)\.(?:out|err)$/.exec(name)?.[1]);
    return new Set(numbers.filter((number) => number !== undefined).map(Number));
  }

  /** How many bytes a task wrote to its standard output. */
  size(number: number): number {
    try {
      return Deno.statSync(this.files(number).stdout).size;
    } catch {
      return 0; // It never started.
    }
  }

  /**
   * Prints what a task wrote, and removes it.
   *
   * @throws {Deno.errors.BrokenPipe} If nobody reads our standard output any more.
   */
  async print(task: PrintedTask): Promise<void> {
    const { stdout, stderr } = this.files(task.number);
    await this.#copy(stdout, "out", task);
    await this.#copy(stderr, "err", task);
    this.#dropAttempts(task);
  }

  /** Removes what a task wrote. */
  drop(task: PrintedTask): void {
    const { stdout, stderr } = this.files(task.number);
    for (const path of [stdout, stderr]) removeQuietly(path);
    this.#dropAttempts(task);
  }

  #dropAttempts({ number, attempts }: PrintedTask): void {
    if (attempts <= 1) return;
    const { stdout, stderr } = this.files(number);
    for (let attempt = 1; attempt < attempts; attempt++) {
      for (const path of [stdout, stderr]) removeQuietly(`${path}.attempt-${attempt}`);
    }
  }

  /** Removes the folder; one that was given only if everything in it was printed, as a resume prints the rest. */
  close(): void {
    this.#mark?.[Symbol.dispose]();
    if (this.#isTemporary || this.kept().size === 0) Deno.removeSync(this.#folder, { recursive: true });
  }

  /** Notes what is printed now, and returns how many bytes of it an earlier run had printed. */
  #beginPrinting(number: number, name: StreamName, size: number): number {
    if (this.#mark === undefined || size === 0) return 0;
    const printed = this.#mark.printedBefore(number, name);
    if (printed === 0) this.#mark.begin(number, name);
    if (printed !== "unknown") return printed;
    const what = name === "out" ? "output" : "standard error";
    this.#warn(`The ${what} of task ${number} may be here twice: the run was killed while it printed that`);
    this.#mark.begin(number, name);
    return 0;
  }

  async #copy(path: string, name: StreamName, { number, tag }: PrintedTask): Promise<void> {
    const stream = name === "out" ? Deno.stdout : Deno.stderr;
    let file: Deno.FsFile;
    try {
      file = Deno.openSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    using _ = file;
    let skipped = this.#beginPrinting(number, name, file.statSync().size);
    const tagger = tag === undefined ? undefined : new LineTagger(`${tag}\t`);
    for (let length = file.readSync(this.#buffer); length !== null; length = file.readSync(this.#buffer)) {
      this.aside?.clear();
      const piece = this.#buffer.subarray(0, length);
      const tagged = tagger === undefined ? piece : tagger.add(piece);
      const rest = tagged.subarray(skipped);
      skipped -= tagged.length - rest.length;
      if (rest.length > 0) await writeOutput(stream, rest);
      if (length < pieceBytes && tagger === undefined) break;
    }
    this.aside?.restore();
    Deno.removeSync(path);
    this.#mark?.end();
  }
}

function makeTemporary(): string {
  try {
    return Deno.makeTempDirSync({ prefix: "qcgpj-each-" });
  } catch (error) {
    const advice = "let TMPDIR name a folder that can be written to, or keep the outputs with --run DIR";
    throw new OutputError(`Cannot make a temporary folder for the outputs (${(error as Error).message}); ${advice}`, {
      cause: error,
    });
  }
}

/** Begins lines with a text. The bytes of a line are left alone, whatever they are. */
class LineTagger {
  readonly #tag: Uint8Array;
  #isAtStart = true;

  constructor(tag: string) {
    this.#tag = encodeText(tag);
  }

  add(piece: Uint8Array): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let start = 0; start < piece.length;) {
      const end = piece.indexOf(lineEnd, start) + 1 || piece.length;
      if (this.#isAtStart) parts.push(this.#tag);
      parts.push(piece.subarray(start, end));
      this.#isAtStart = piece[end - 1] === lineEnd;
      start = end;
    }
    return concatenate(parts);
  }
}

/** Small pieces fit into a pipe: they are written at once. Large ones wait for the reader, and the tasks need not. */
async function writeOutput(stream: typeof Deno.stdout, bytes: Uint8Array): Promise<void> {
  try {
    await writePieces(stream, bytes);
  } catch (error) {
    throw explainOutput(error, stream === Deno.stdout ? "standard output" : "standard error");
  }
}

async function writePieces(stream: typeof Deno.stdout, bytes: Uint8Array): Promise<void> {
  let rest = bytes;
  if (bytes.length <= 4096) {
    try {
      rest = bytes.subarray(stream.writeSync(bytes));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
    }
  }
  await writeAll(stream, rest);
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It never started.
  }
}
