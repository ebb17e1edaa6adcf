/**
 * The job log on disk. A resume adds to it; what an earlier run had on record and was killed before it had logged is
 * found by counting the lines of each task.
 *
 * @module
 */

import { encodeText } from "../../base/byte_text.ts";
import { fileProblem } from "../../deno/files/file_problem.ts";
import { writeAllSync } from "../../deno/host/write_all.ts";
import { jobLogHeader } from "../../report/job_log.ts";
import { UsageError } from "../../service/usage.ts";
import { writeNamed } from "./write_named.ts";

const newline = 10;

/** Adds lines to the job log. */
export class JobLogFile implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #earlierLines: ReadonlyMap<number, number> | undefined;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens the log.
   *
   * @param path Its path.
   * @param resumes Whether the lines of an earlier run are kept. Half a line at the end is not.
   * @throws {UsageError} If it cannot be written.
   */
  static open(path: string, resumes: boolean): JobLogFile {
    if (path === "-") {
      const problem = 'Option --joblog must be the path of a file, as standard output has what tasks print, not "-"';
      throw new UsageError(`${problem}; write ./- for a file of that name`, { option: "--joblog" });
    }
    try {
      if (resumes) cutHalfLine(path);
      const file = Deno.openSync(path, { write: true, create: true, append: resumes, truncate: !resumes });
      if (file.statSync().size === 0) writeAllSync(file, encodeText(jobLogHeader));
      return new JobLogFile(path, file);
    } catch (error) {
      const problem = `Cannot write the job log ${path}: ${fileProblem("write", path, error)}`;
      throw new UsageError(problem, { option: "--joblog" });
    }
  }

  /** How many lines there were of a task when this was first asked; to be asked before any is added. */
  linesOf(number: number): number {
    this.#earlierLines ??= countLines(Deno.readTextFileSync(this.#path));
    return this.#earlierLines.get(number) ?? 0;
  }

  /**
   * Adds a line, which ends with a line feed.
   *
   * @throws {JournalError} If it cannot be written.
   */
  add(line: string): void {
    writeNamed(this.#path, "job log", () => writeAllSync(this.#file, encodeText(line)));
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** The power may have gone, or the disk been full, in the middle of a line. */
function cutHalfLine(path: string): void {
  let bytes: Uint8Array;
  try {
    if (!Deno.statSync(path).isFile) return;
    bytes = Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  const end = bytes.lastIndexOf(newline) + 1;
  if (end < bytes.length) Deno.truncateSync(path, end);
}

function countLines(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const [, number] of text.matchAll(/^([0-9]+)\t/gm)) {
    counts.set(Number(number), (counts.get(Number(number)) ?? 0) + 1);
  }
  return counts;
}
