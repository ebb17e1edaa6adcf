/**
 * The admission: the one way from a job as a user writes it to a job that is queued, whichever door it came through.
 *
 * ```text
 * values -> parse -> guard (narrows permissions) -> what Deno must grant -> records -> intake -> queued
 * ```
 *
 * A list of jobs is let in as a whole or not at all: everything that can be wrong is thrown before anything is queued.
 * What is queued is what the guard left of the job, not what was asked for.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { AdmittedJob } from "../core/types.ts";
import type { JobDescription, OutputName } from "../job/description.ts";
import { type JobSpelling, parseJob } from "../job/parse.ts";
import type { PermissionScope } from "../job/permissions.ts";
import type { SubmitVariables } from "../job/variables.ts";
import type { ScopeGuard } from "../launch/scope_guard.ts";
import type { Pilot } from "./pilot.ts";
import type { RunOutputs } from "./run_outputs.ts";

/** What an admission needs from outside. */
export interface AdmissionPorts {
  /** Keeps jobs to their permission scope. */
  readonly guard: Pick<ScopeGuard, "admit">;
  /** Takes the jobs. */
  readonly pilot: Pick<Pilot, "submit">;
  /** What variables such as `${uniq}` and `${date}` stand for in the submit of this number, counted from 1. */
  readonly submitVariables: (submitNumber: number) => SubmitVariables;
  /** Throws a `PermissionScopeError` if a job needs what this process may not do. */
  readonly requireGrants: (job: JobDescription) => void;
  /** Knows which files the jobs write; where it is absent nobody looks after that. */
  readonly outputs?: Pick<RunOutputs, "named" | "added">;
  /** Gives jobs the files that the run keeps for them; none when absent. */
  readonly placeFiles?: (jobs: readonly JobDescription[]) => readonly JobDescription[];
  /** Begins the records of the run if they are not begun; throws if they cannot be. */
  readonly openRecords: () => void;
}

/** Lets jobs in. */
export class Admission {
  readonly #ports: AdmissionPorts;
  #submits = 0;
  #variables: SubmitVariables | undefined;

  /** Creates an admission that has let no job in. */
  constructor(ports: AdmissionPorts) {
    this.#ports = ports;
  }

  /**
   * Takes one submit in: {@linkcode parse} and {@linkcode admit}.
   *
   * @param values The jobs in the standard form.
   * @param permissions The permissions of these jobs' submitter, inside the scope of the whole run.
   * @param spelling How they spell variables and values.
   * @param unnamed The outputs whose files nobody has chosen: they get other names where another task has theirs.
   * @returns The jobs as they were queued, in the same order.
   * @throws As {@linkcode parse} and {@linkcode admit}.
   */
  submit(
    values: readonly unknown[],
    permissions?: PermissionScope,
    spelling?: JobSpelling,
    unnamed: readonly OutputName[] = [],
  ): AdmittedJob[] {
    const { outputs } = this.#ports;
    const jobs = this.parse(values, spelling);
    const named = unnamed.length === 0 || outputs === undefined ? jobs : jobs.map((job) => outputs.named(job, unnamed));
    return this.admit(named, permissions);
  }

  /**
   * Reads the jobs of one submit. Counts it, whether the jobs are right or not.
   *
   * @param values The jobs in the standard form.
   * @param spelling How they spell variables and values: as jobs of a program do, templates or requests.
   * @throws {JobDescriptionError} If a description is wrong.
   */
  parse(values: readonly unknown[], spelling: JobSpelling = "jobs"): JobDescription[] {
    const variables = this.#variables = this.#ports.submitVariables(++this.#submits);
    return values.map((value) => parseJob(value, { variables, spelling }));
  }

  /**
   * Lets in jobs that were read, all or none.
   *
   * @param descriptions The jobs.
   * @param permissions The permissions of these jobs' submitter, inside the scope of the whole run.
   * @returns The jobs as they were queued, in the same order.
   * @throws {PermissionScopeError} If a job is outside its permission scope, or Deno does not grant what it needs.
   * @throws {JournalError} If the records of the run cannot be begun; a later submit tries again.
   * @throws {JobDescriptionError} If a name is taken, or a job could never run.
   * @throws {ExecutorClosedError} If the pilot drains or broke.
   */
  admit(descriptions: readonly JobDescription[], permissions?: PermissionScope): AdmittedJob[] {
    const { guard, requireGrants, placeFiles = (jobs) => jobs, openRecords, pilot } = this.#ports;
    const admitted = descriptions.map((job) => guard.admit(job, permissions));
    for (const job of admitted) requireGrants(job);
    const placed = placeFiles(admitted);
    invariant(placed.length === descriptions.length, "Each job gets its files");
    openRecords();
    const queued = pilot.submit(placed);
    invariant(queued.length === descriptions.length, "Each job that was let in is queued");
    this.#ports.outputs?.added(queued);
    return queued;
  }

  /** What the variables stood for in the latest submit that was read; `undefined` before the first. */
  get variables(): SubmitVariables | undefined {
    return this.#variables;
  }

  /** Counts a submit that never came to {@linkcode parse}, so that those after it get the numbers they would have. */
  skipSubmit(): void {
    this.#submits++;
  }
}
