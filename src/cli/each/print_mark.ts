/**
 * Which output is being printed, in a file: a run that is killed in the middle of it leaves the file of the output, and
 * a resume has to know how much of that was printed. Where the outputs go to a file, its length tells; where they go to
 * a pipe or a terminal nothing does.
 *
 * @module
 */

import { writeNamed } from "./write_named.ts";

/** The two streams of a task. */
export type OutputName = "out" | "err";

/** How much of an output was printed before; `"unknown"` where that cannot be told. */
export type Printed = number | "unknown";

/** What the file tells. */
interface Mark {
  readonly number: number;
  readonly stream: OutputName;
  /** Where the stream of this program went; absent when that was no file. */
  readonly target: Target | undefined;
}

/** A file, and how long it is. */
interface Target {
  readonly device: number;
  readonly inode: number;
  readonly size: number;
}

/** How long the text of every mark is, so that each covers the one before. */
const markLength = 120;

/** Notes what is being printed. */
export class PrintMark implements Disposable {
  readonly #path: string;
  #found: Mark | undefined;
  #file: Deno.FsFile | undefined;
  readonly #foundPrinted: Printed;

  /** Looks for the mark of an earlier run; to be done before anything is printed. */
  constructor(path: string) {
    this.#path = path;
    this.#found = readMark(path);
    this.#foundPrinted = this.#found === undefined ? 0 : measure(this.#found);
  }

  /** Notes that an output is about to be printed. */
  begin(number: number, stream: OutputName): void {
    const target = findTarget(stream);
    const place = target === undefined ? [] : [target.device, target.inode, target.size];
    this.#write([number, stream, ...place].join(" "));
  }

  /** Notes that an output has been printed, and its file is gone. */
  end(): void {
    this.#write("");
  }

  /** What was found is not about the output of this task any more: it runs again. */
  renounce(number: number): void {
    if (this.#found?.number === number) this.#found = undefined;
  }

  /** How many bytes of an output, as it is printed, an earlier run had printed when it was killed. */
  printedBefore(number: number, stream: OutputName): Printed {
    const isFound = this.#found?.number === number && this.#found.stream === stream;
    return isFound ? this.#foundPrinted : 0;
  }

  #write(text: string): void {
    writeNamed(this.#path, "mark of what is printed", () => {
      const file = this.#file ??= Deno.openSync(this.#path, { write: true, create: true });
      file.seekSync(0, Deno.SeekMode.Start);
      file.writeSync(new TextEncoder().encode(`${text.padEnd(markLength)}\n`));
    });
  }

  [Symbol.dispose](): void {
    this.#file?.close();
  }
}

function readMark(path: string): Mark | undefined {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch {
    return undefined; // Nothing was ever printed.
  }
  const [, number, stream, target] = /^([0-9]+) (out|err)((?: [0-9]+){3})? *\n$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const [device, inode, size] = (target ?? "").trim().split(" ").map(Number);
  return {
    number: Number(number),
    stream: stream as OutputName,
    target: inode === undefined ? undefined : { device: device!, inode, size: size! },
  };
}

/** By how much the file of a stream has grown since a mark was made. */
function measure({ stream, target }: Mark): Printed {
  const now = findTarget(stream);
  if (target === undefined || now === undefined) return "unknown";
  if (now.inode !== target.inode || now.device !== target.device || now.size < target.size) return "unknown";
  return now.size - target.size;
}

/** The file that a stream of this program goes to. */
function findTarget(stream: OutputName): Target | undefined {
  try {
    const { isFile, dev, ino, size } = Deno.statSync(`/dev/fd/${stream === "out" ? 1 : 2}`);
    return isFile && ino !== null ? { device: dev, inode: ino, size } : undefined;
  } catch {
    return undefined;
  }
}
