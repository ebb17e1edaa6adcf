/**
 * Finds tasks that would write over the outputs of one another.
 *
 * @module
 */

import type { JobDescription, OutputName } from "./description.ts";
import { isOrderedAfter, type OutputFile, outputFilesOf, shownPath } from "./output_files.ts";

/** Two tasks that write one file, in no order of theirs. */
export interface OutputCollision {
  /** The later one of the two jobs; the only one, where two iterations of it collide. */
  readonly job: JobDescription;
  /** Which of its outputs. */
  readonly output: OutputName;
  /** What happens, as a sentence without its end. */
  readonly problem: string;
}

/** Of more files than these it is not known who wrote them before: the latest count. */
const filesMax = 10_000;

/** Who writes a file, or wrote it last. By its name: a job that was forgotten is not to be kept for this. */
interface Writer {
  readonly name: string;
  readonly isAdded: boolean;
}

/** Knows which files the jobs of a run write. */
export class OutputFiles {
  readonly #rootWd: string;
  readonly #writers: Map<string, Writer> = new Map();

  /** Knows no job. `rootWd` is the working directory of the run, absolute. */
  constructor(rootWd: string) {
    this.#rootWd = rootWd;
  }

  /** The files of a job. */
  filesOf(job: JobDescription): OutputFile[] {
    return outputFilesOf(job, this.#rootWd);
  }

  /** Whether another task writes this file, or has written it. */
  isTaken({ path, shared }: OutputFile, job: JobDescription): boolean {
    return shared !== undefined || (this.#writers.get(path)?.name ?? job.name) !== job.name;
  }

  /**
   * Takes in a job.
   *
   * @param find Finds a job of the run by its name.
   * @param names The names of all jobs of the run, asked for only when two write one file.
   * @returns The collisions of its tasks with one another, and with those of earlier jobs.
   */
  add(
    job: JobDescription,
    find: (name: string) => JobDescription | undefined,
    names: () => ReadonlySet<string>,
  ): OutputCollision[] {
    const collisions: OutputCollision[] = [];
    for (const file of this.filesOf(job)) {
      const { path, output, isAdded, shared } = file;
      const before = this.#writers.get(path);
      if (shared !== undefined) collisions.push({ job, output, problem: this.#describe(file, ...shared) });
      else if (
        before !== undefined && !(isAdded && before.isAdded) && !this.#areOrdered(job, before.name, find, names)
      ) {
        collisions.push({ job, output, problem: this.#describe(file, before.name, job.name) });
      }
      this.#writers.delete(path); // The latest one stands last.
      this.#writers.set(path, { name: job.name, isAdded });
      if (this.#writers.size > filesMax) this.#writers.delete(this.#writers.keys().next().value!);
    }
    return collisions;
  }

  #areOrdered(
    job: JobDescription,
    otherName: string,
    find: (name: string) => JobDescription | undefined,
    names: () => ReadonlySet<string>,
  ): boolean {
    const known = names();
    if (isOrderedAfter(job, otherName, find, known)) return true;
    const other = find(otherName);
    return other !== undefined && isOrderedAfter(other, job.name, find, known);
  }

  #describe({ path, output }: OutputFile, one: string, other: string): string {
    const where = JSON.stringify(shownPath(path, this.#rootWd));
    return `tasks "${one}" and "${other}" both write ${where} and neither waits for the other, so that the output of one ` +
      `is lost: give each its own ${output}, or { "path": …, "append": true }`;
  }
}
