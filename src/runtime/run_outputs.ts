/**
 * The files that the jobs of a run write. A default name that another task writes to is replaced by one of the job's own;
 * where the user has named one file for several tasks that may write over one another, the user is told.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import type { AdmittedJob } from "../core/types.ts";
import type { Execution, JobDescription, OutputName } from "../job/description.ts";
import { OutputFiles } from "../job/output_collisions.ts";
import { ownOutput } from "../job/output_files.ts";

/** The most collisions that are told. */
const toldMax = 10;

/** What is known of the jobs of a run. */
export interface KnownJobs {
  /** Finds a job by its name. */
  find(name: string): AdmittedJob | undefined;
  /** The names of all jobs. */
  names(): Iterable<string>;
}

/** Watches over the outputs of a run. */
export class RunOutputs {
  readonly #files: OutputFiles;
  readonly #jobs: KnownJobs;
  readonly #warn: (text: string) => void;
  readonly #told: string[] = [];
  #count = 0;

  /**
   * Takes in the jobs of an earlier pilot.
   *
   * @param rootWd The working directory of the run, absolute.
   * @param jobs The jobs of the run.
   * @param warn Tells the user, in a sentence without its end.
   */
  constructor(rootWd: string, jobs: KnownJobs, warn: (text: string) => void) {
    this.#files = new OutputFiles(rootWd);
    this.#jobs = jobs;
    this.#warn = warn;
    // What collides among them was told by that pilot.
    for (const name of jobs.names()) this.#add(present(jobs.find(name), "a job by its name").description, false);
  }

  /** The collisions that were told, in sentences without their ends. */
  get told(): readonly string[] {
    return this.#told;
  }

  /** A job whose outputs that nobody has named write over nothing: it has other names for them, where that is needed. */
  named(job: JobDescription, defaults: readonly OutputName[]): JobDescription {
    const taken = this.#files.filesOf(job).filter((file) =>
      defaults.includes(file.output) && this.#files.isTaken(file, job)
    );
    if (taken.length === 0) return job;
    const execution: { -readonly [K in keyof Execution]: Execution[K] } = { ...job.execution };
    for (const { output } of taken) {
      execution[output] = ownOutput(job, present(execution[output], "the name of a file that is taken"));
    }
    return Object.freeze({ ...job, execution: Object.freeze(execution) });
  }

  /** Jobs were let in. */
  added(jobs: readonly AdmittedJob[]): void {
    for (const { description } of jobs) {
      // Many jobs with one file would be compared again and again, and nobody is told.
      for (const problem of this.#add(description, this.#count < toldMax)) {
        if (++this.#count > toldMax) continue;
        this.#told.push(problem);
        invariant(this.#told.length <= toldMax, "No more collisions are told than may be");
        invariant(this.#told.length === this.#count, "Each collision is told until there are too many");
        this.#warn(problem);
        if (this.#count === toldMax) this.#warn("further tasks that write over one another are not told");
      }
    }
  }

  #add(description: JobDescription, isTold: boolean): string[] {
    const find = (name: string) => this.#jobs.find(name)?.description;
    const collisions = this.#files.add(description, find, () => new Set(isTold ? this.#jobs.names() : []));
    return isTold ? collisions.map(({ problem }) => problem) : [];
  }
}
