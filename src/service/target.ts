/**
 * From the name in a request to the job or task that is meant, or to what is wrong with the name.
 *
 * @module
 */

import { didYouMean } from "../base/near_miss.ts";
import type { Intake } from "../core/intake.ts";
import type { AdmittedJob } from "../core/types.ts";
import { UnknownJobError } from "../errors.ts";
import { parseTaskName } from "../job/name.ts";

/** A job, or one task of it. */
export interface Target {
  /** The job. */
  readonly job: AdmittedJob;
  /** 0-based number of the task; absent for the whole job. */
  readonly offset?: number;
}

/** What a name stands for. */
export type Lookup =
  | { readonly kind: "found"; readonly target: Target }
  /** More than one colon, or something after it that is no index. */
  | { readonly kind: "malformed" }
  | { readonly kind: "noJob" }
  | { readonly kind: "noIterations"; readonly job: AdmittedJob; readonly index: number }
  | { readonly kind: "outOfRange"; readonly job: AdmittedJob; readonly index: number };

/** Looks up `job` or `job:iteration`. */
export function lookUp(intake: Intake, name: string): Lookup {
  const parts = parseTaskName(name);
  if (parts === undefined) return { kind: name === "" ? "noJob" : "malformed" };
  const job = intake.find(parts.job);
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
export function findTarget(intake: Intake, name: string): Target {
  const found = lookUp(intake, name);
  switch (found.kind) {
    case "found":
      return found.target;
    case "malformed":
    case "noJob":
      throw new UnknownJobError(`Job '${name}' doesn't exist${didYouMean(name, intake.names())}`, name);
    case "noIterations": {
      const unknown = `Unknown iteration ${found.index} for job ${found.job.description.name}`;
      throw new UnknownJobError(`${unknown}: it has no iterations`, name);
    }
    case "outOfRange": {
      const { name: jobName, iteration } = found.job.description;
      const range = `${iteration!.start} to ${iteration!.stop - 1}`;
      throw new UnknownJobError(`Unknown iteration ${found.index} for job ${jobName} (it has ${range})`, name);
    }
    default:
      return found satisfies never;
  }
}
