/**
 * From the name in a request to the job or task that is meant, or to what is wrong with the name.
 *
 * @module
 */

import type { Intake } from "../core/intake.ts";
import type { AdmittedJob } from "../core/types.ts";
import { UnknownJobError } from "../errors.ts";
import { nameValue } from "../job/json.ts";
import { didYouMeanTask, parseTaskName } from "../job/name.ts";

/** A job, or one task of it. */
export interface Target {
  /** The job. */
  readonly job: AdmittedJob;
  /** 0-based number of the task; absent for the whole job. */
  readonly offset?: number;
}

/** Finds jobs by their names. */
export type JobNames = Pick<Intake, "find" | "names">;

/** What a name stands for. */
export type Lookup = { readonly kind: "found"; readonly target: Target } | UnknownName;

/** Why a name stands for nothing. */
export type UnknownName =
  /** It is no text. */
  | { readonly kind: "noText" }
  /** More than one colon, or something after it that is no index. */
  | { readonly kind: "malformed" }
  | { readonly kind: "noJob" }
  | { readonly kind: "noIterations"; readonly job: AdmittedJob; readonly index: number }
  | { readonly kind: "outOfRange"; readonly job: AdmittedJob; readonly index: number };

/** Looks up `job` or `job:iteration`, whatever was given as a name. */
export function lookUp(jobs: JobNames, name: unknown): Lookup {
  if (typeof name !== "string") return { kind: "noText" };
  const parts = parseTaskName(name);
  if (parts === undefined) return { kind: name === "" ? "noJob" : "malformed" };
  const job = jobs.find(parts.job);
  if (job === undefined) return { kind: "noJob" };
  const { iteration: index } = parts;
  if (index === undefined) return { kind: "found", target: { job } };
  const { iteration } = job.description;
  if (iteration === undefined) return { kind: "noIterations", job, index };
  if (index < iteration.start || index >= iteration.stop) return { kind: "outOfRange", job, index };
  return { kind: "found", target: { job, offset: index - iteration.start } };
}

/**
 * Looks up `job` or `job:iteration`.
 *
 * @throws {UnknownJobError} If there is no such job or iteration.
 */
export function findTarget(jobs: JobNames, name: string): Target {
  const found = lookUp(jobs, name);
  if (found.kind === "found") return found.target;
  throw unknownJob(jobs, name, found);
}

/** The error about a name that stands for nothing; it suggests the near miss, and tells which iterations there are. */
export function unknownJob(jobs: JobNames, name: unknown, why: UnknownName): UnknownJobError {
  const shown = typeof name === "string" ? name : nameValue(name);
  switch (why.kind) {
    case "noText":
      return new UnknownJobError(`The name of a job must be a string, not ${shown}`, shown);
    case "malformed":
      return new UnknownJobError(
        `'${shown}' is no name of a job or iteration; it must be like 'job' or 'job:3'`,
        shown,
      );
    case "noJob":
      return new UnknownJobError(`Job '${shown}' doesn't exist${didYouMeanTask(shown, jobs.names())}`, shown);
    case "noIterations": {
      const unknown = `Unknown iteration ${why.index} for job ${why.job.description.name}`;
      return new UnknownJobError(`${unknown}: it has no iterations`, shown);
    }
    case "outOfRange": {
      const { name: jobName, iteration } = why.job.description;
      const range = `${iteration!.start} to ${iteration!.stop - 1}`;
      return new UnknownJobError(`Unknown iteration ${why.index} for job ${jobName} (it has ${range})`, shown);
    }
    default:
      return why satisfies never;
  }
}
