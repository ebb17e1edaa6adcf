/**
 * The outputs of a sweep's tasks: kept in files while a task runs, printed in one piece when it has ended, then removed.
 *
 * @module
 */

import { fileProblem } from "../../deno/files/file_problem.ts";
import { readVariable } from "../../deno/host/machine.ts";
import { decodeBytes, encodeText } from "../../base/byte_text.ts";
import { join } from "@std/path";
import { type OutputName, PrintMark } from "./print_mark.ts";
import { OutputError } from "../terminal.ts";
import { type Aside, LiveOutput, type UpTo } from "./live_output.ts";
import { LineTagger, type TaskFiles, writeOutput } from "./write_output.ts";

/** A task whose output is to be printed. */
export interface PrintedTask {
  /** The 1-based number of its input. */
  readonly number: number;
  /** What each line begins with; absent for nothing. */
  readonly tag?: string | undefined;
  /** What is printed before; absent for nothing. */
  readonly heading?: string | undefined;
  /** What is done when its turn has come, instead of printing anything. */
  readonly keep?: (() => void) | undefined;
  /** How often it was launched: what earlier attempts wrote is removed, too. */
  readonly attempts: number;
}

/** How outputs are kept. */
export interface OutputRules {
  /** The folder of the files; a temporary one, which is removed at the end, when absent. */
  readonly folder: string | undefined;
  /** Where the temporary one is made; the usual place when absent. */
  readonly temporary: string | undefined;
  /** Tells the user something. */
  readonly warn: (text: string) => void;
}

/** Files are copied in pieces of this size. */
const pieceBytes = 1 << 16;

/** Keeps and prints outputs. */
export class TaskOutputs {
  readonly #folder: string;
  readonly #isTemporary: boolean;
  readonly #buffer = new Uint8Array(pieceBytes);
  readonly #mark: PrintMark | undefined;
  readonly #warn: (text: string) => void;
  /** What stands where output is printed on a terminal, and is taken aside for it. */
  aside: Aside | undefined;
  /** Files that stay, of tasks that have not been printed. */
  readonly #kept = new Map<number, TaskFiles>();
  /** Tasks that are printed while they run. */
  readonly #live = new Map<number, LiveOutput>();

  /** Chooses the folder of the files. */
  constructor({ folder, temporary, warn }: OutputRules) {
    this.#isTemporary = folder === undefined;
    this.#folder = folder ?? makeTemporary(temporary);
    this.#warn = warn;
    if (folder === undefined) return;
    Deno.mkdirSync(folder, { recursive: true });
    this.#mark = new PrintMark(join(folder, "printing"));
  }

  /** Where a task that is about to run writes. */
  begin(number: number): TaskFiles {
    this.#mark?.renounce(number);
    return this.files(number);
  }

  /** Where a task writes. */
  files(number: number): TaskFiles {
    return this.#kept.get(number) ??
      { stdout: join(this.#folder, `${number}.out`), stderr: join(this.#folder, `${number}.err`) };
  }

  /** Lets a task write to files that stay. */
  keep(number: number, files: TaskFiles): void {
    this.#kept.set(number, files);
  }

  /** All that a task wrote. */
  read(number: number): TaskFiles {
    const { stdout, stderr } = this.files(number);
    return { stdout: readIfThere(stdout), stderr: readIfThere(stderr) };
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
   * Prints what a task wrote and was not printed before, and removes its files unless they stay.
   *
   * @throws {Deno.errors.BrokenPipe} If the reader of our standard output has gone.
   */
  async print(task: PrintedTask): Promise<void> {
    if (task.keep !== undefined) task.keep();
    else if (this.#live.has(task.number)) await this.printGrown(task, "all");
    else {
      await this.#writeHeading(task);
      const { stdout, stderr } = this.files(task.number);
      await this.#copy(stdout, "out", task);
      await this.#copy(stderr, "err", task);
    }
    this.drop(task);
  }

  /** Prints what a task that runs has written since, up to the last whole line where lines are to stay whole. */
  async printGrown(task: PrintedTask, upTo: UpTo): Promise<void> {
    const live = this.#live.get(task.number) ?? new LiveOutput(task.tag);
    if (!this.#live.has(task.number)) await this.#writeHeading(task);
    this.#live.set(task.number, live);
    await live.print(this.files(task.number), upTo, this.aside);
  }

  async #writeHeading({ heading }: PrintedTask): Promise<void> {
    if (heading === undefined) return;
    this.aside?.clear();
    await writeOutput(Deno.stdout, encodeText(heading));
  }

  /** Removes what a task wrote, unless it is to stay. */
  drop(task: PrintedTask): void {
    const { stdout, stderr } = this.files(task.number);
    if (!this.#kept.has(task.number)) { for (const path of [stdout, stderr]) removeQuietly(path); }
    this.#dropAttempts(task);
    this.#kept.delete(task.number);
    this.#live.delete(task.number);
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
  #beginPrinting(number: number, name: OutputName, size: number): number {
    if (this.#mark === undefined || size === 0) return 0;
    const printed = this.#mark.printedBefore(number, name);
    if (printed === 0) this.#mark.begin(number, name);
    if (printed !== "unknown") return printed;
    const what = name === "out" ? "output" : "standard error";
    this.#warn(`The ${what} of task ${number} may be here twice: the run was killed while it printed that`);
    this.#mark.begin(number, name);
    return 0;
  }

  async #copy(path: string, name: OutputName, { number, tag }: PrintedTask): Promise<void> {
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

function readIfThere(path: string): string {
  try {
    return decodeBytes(Deno.readFileSync(path));
  } catch {
    return ""; // It never started.
  }
}

/**
 * Makes a folder that is to be removed at the end.
 *
 * @throws {OutputError} If it cannot be made.
 */
export function makeTemporary(dir: string | undefined): string {
  try {
    return Deno.makeTempDirSync({ prefix: "qcgpj-each-", ...(dir === undefined ? {} : { dir }) });
  } catch (error) {
    const advice = "let --tmpdir or TMPDIR name a folder that can be written to, or keep the outputs with --run DIR";
    const problem = fileProblem("write", `${dir ?? readVariable("TMPDIR") ?? "/tmp"}/qcgpj-each-`, error);
    throw new OutputError(`Cannot make a temporary folder for the outputs: ${problem}; ${advice}`, { cause: error });
  }
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It never started.
  }
}
