/**
 * A list of jobs to submit together: QCG-PilotJob's class `Jobs`.
 *
 * @module
 */

import { readText, writeText } from "../deno/files/text_file.ts";
import { randomUuid } from "../deno/host/machine.ts";
import { JobDescriptionError } from "../errors.ts";
import { separateInputs } from "./input_streams.ts";
import type { JobInput } from "../job/input.ts";
import { nameValue } from "../job/json.ts";
import { JsonTextError, parseJsonText } from "../job/json_text.ts";
import { parseJob } from "../job/parse.ts";
import { isSimpleJob, type SimpleJobInput, standardJob } from "../job/simple_job.ts";
import { submitVariablesAt } from "../job/variables.ts";

/** Any values will do to see whether a job is right. */
const variables = submitVariablesAt(0, 0, 1, "uniq");

/**
 * A list of jobs, to be submitted by `manager.submit(jobs)`. A job is checked when it is added.
 *
 * Its methods have QCG-PilotJob's names too: `add_std`, `job_names`, `ordered_jobs`, `ordered_job_names`, `load_from_file`
 * and `save_to_file`.
 *
 * @example As in QCG-PilotJob's tutorial
 * ```ts
 * import { Jobs, LocalManager } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new LocalManager({ wd: await Deno.makeTempDir(), resources: "4" });
 * const jobs = new Jobs()
 *   .add({ name: "sweep", exec: "echo", args: ["${it}"], stdout: "sweep.${it}", iteration: 4 })
 *   .add({ name: "after", script: "cat sweep.*", numCores: 2, wt: "1m", after: "sweep" });
 * const names = manager.submit(jobs);
 * assertEquals(await manager.wait4(names), { sweep: "SUCCEED", after: "SUCCEED" });
 * ```
 */
export class Jobs {
  readonly #jobs: Map<string, JobInput> = new Map();

  /**
   * Adds a job in the simple form.
   *
   * @param job The job; without a name it gets a UUID.
   * @param more Further keys, which win over those of `job`.
   * @returns This list.
   * @throws {JobDescriptionError} If the job is wrong, or its name is in the list.
   * @throws {TypeError} If it is no object.
   */
  add(job: SimpleJobInput, more: SimpleJobInput = {}): this {
    requireObjects('add() takes a job as an object, such as { name: "hello", exec: "echo", args: ["hello"] }', [
      job,
      more,
    ]);
    const merged: SimpleJobInput = { ...job, ...more };
    if (!Object.hasOwn(merged, "execution")) return this.#add(standardJob(merged, randomUuid()));
    const message = 'A job with "execution" is in the standard form: add it by addStd()';
    throw new JobDescriptionError(message, { jobName: merged.name ?? undefined, path: "execution" });
  }

  /**
   * Adds a job in the standard form.
   *
   * @param job The job; without a name it gets a UUID.
   * @param more Further keys, which win over those of `job`.
   * @returns This list.
   * @throws {JobDescriptionError} If the job is wrong, or its name is in the list.
   * @throws {TypeError} If it is no object.
   */
  addStd(job: Omit<JobInput, "name"> & { readonly name?: string }, more: Partial<JobInput> = {}): this {
    requireObjects('addStd() takes a job as an object, such as { name: "tj", execution: { exec: "date" } }', [
      job,
      more,
    ]);
    return this.#add({ name: randomUuid(), ...job, ...more });
  }

  /** As {@linkcode addStd}. */
  add_std(job: Omit<JobInput, "name"> & { readonly name?: string }, more: Partial<JobInput> = {}): this {
    return this.addStd(job, more);
  }

  /**
   * Takes a job from the list.
   *
   * @throws {JobDescriptionError} If there is none of that name.
   */
  remove(name: string): void {
    if (!this.#jobs.delete(name)) {
      throw new JobDescriptionError(`There is no job "${name}" in the list`, { jobName: name });
    }
  }

  /** Takes all jobs from the list, and returns how many there were. */
  clear(): number {
    const count = this.#jobs.size;
    this.#jobs.clear();
    return count;
  }

  /** The names of the jobs, in the order in which they were added. */
  jobNames(): string[] {
    return [...this.#jobs.keys()];
  }

  /** As {@linkcode jobNames}. */
  job_names(): string[] {
    return this.jobNames();
  }

  /** As {@linkcode jobNames}. */
  ordered_job_names(): string[] {
    return this.jobNames();
  }

  /** The jobs in the standard form, in the order in which they were added. */
  jobs(): JobInput[] {
    return [...this.#jobs.values()];
  }

  /** As {@linkcode jobs}. */
  ordered_jobs(): JobInput[] {
    return this.jobs();
  }

  /** The jobs in the standard form, one by one. */
  [Symbol.iterator](): IterableIterator<JobInput> {
    return this.#jobs.values();
  }

  /**
   * Adds the jobs of a file that {@linkcode saveToFile} or QCG-PilotJob has written: an array of jobs in the standard
   * form. All of them are added or none.
   *
   * @param path The path of the file.
   * @returns This list.
   * @throws {JobDescriptionError} If the file holds something else, or a job is wrong or in the list already.
   * @throws {Deno.errors.NotFound} If there is no such file; other errors of the operating system likewise.
   */
  loadFromFile(path: string): this {
    const jobs = readJobs(path);
    const added = new Jobs();
    for (const job of [...this, ...jobs]) added.addStd(job as JobInput);
    for (const job of added) this.#jobs.set(job.name, job);
    return this;
  }

  /** As {@linkcode loadFromFile}. */
  load_from_file(path: string): this {
    return this.loadFromFile(path);
  }

  /**
   * Writes the jobs to a file, as an array of jobs in the standard form.
   *
   * @param path The path of the file.
   * @throws {Deno.errors.PermissionDenied} If it may not be written; other errors of the operating system likewise.
   */
  saveToFile(path: string): void {
    writeText(path, `${JSON.stringify(this.jobs(), undefined, 2)}\n`);
  }

  /** As {@linkcode saveToFile}. */
  save_to_file(path: string): void {
    this.saveToFile(path);
  }

  #add(job: JobInput): this {
    const { jobs: [written], streams: [stream] } = separateInputs([job]);
    const { name } = parseJob(written, { variables });
    if (this.#jobs.has(job.name)) {
      throw new JobDescriptionError(`Job "${name}" is in the list already`, { jobName: name, path: "name" });
    }
    // A stream cannot be written; bytes can.
    this.#jobs.set(job.name, stream === undefined ? written as JobInput : job);
    return this;
  }
}

/** The jobs that a user gave, in either form, in the standard form. */
export function standardJobs(jobs: unknown): unknown[] {
  const list = jobs instanceof Jobs || Array.isArray(jobs) ? [...jobs] : [jobs];
  return list.map((job) => isSimpleJob(job) ? standardJob(job, randomUuid()) : job);
}

/** In Python a job is given by keyword arguments, so whoever comes from there may write its values one by one. */
function requireObjects(takes: string, given: readonly unknown[]): void {
  const stranger = given.findIndex((value) => !isObject(value));
  if (stranger >= 0) throw new TypeError(`${takes}, not ${nameValue(given[stranger])}`);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readJobs(path: string): readonly unknown[] {
  const wrong = (problem: string) => new JobDescriptionError(`${path}: ${problem}`);
  let jobs: unknown;
  try {
    jobs = parseJsonText(readText(path));
  } catch (error) {
    if (error instanceof JsonTextError) throw wrong(error.message);
    throw error;
  }
  if (!Array.isArray(jobs)) throw wrong(`must hold an array of jobs in the standard form, not ${nameValue(jobs)}`);
  const stranger = jobs.findIndex((job) => !isObject(job));
  if (stranger < 0) return jobs;
  throw wrong(`[${stranger}] must be a job in the standard form, not ${nameValue(jobs[stranger])}`);
}
