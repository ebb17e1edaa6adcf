/**
 * Everything that is wrong with a request file, before anything of it is run.
 *
 * @module
 */

import type { Intake } from "../core/intake.ts";
import { PilotJobError } from "../errors.ts";
import type { JobDescription } from "../job/description.ts";
import { parseJob } from "../job/parse.ts";
import type { SubmitVariables } from "../job/variables.ts";
import { asksToSubmit, parseRequest } from "../service/requests.ts";
import { type FileRequest, jobProblemAt, problemAt, type RequestFile, type RequestFileError } from "./request_file.ts";

/** What a check needs to know. */
export interface CheckPorts {
  /** Lets the jobs in; one of its own for the check, as it knows them afterwards. */
  readonly intake: Intake;
  /** What variables stand for in the submit request of this number, counted from 1. */
  readonly variables: (submitNumber: number) => SubmitVariables;
  /** Throws a `PilotJobError` if a job needs what this process may not do. */
  readonly permit?: (job: JobDescription) => void;
}

/**
 * Finds what is wrong.
 *
 * @param source The file.
 * @param ports What else to know.
 * @returns The problems in the order of the file; of a single job only the first.
 */
export function checkRequests(source: RequestFile, ports: CheckPorts): RequestFileError[] {
  const problems: RequestFileError[] = [];
  let submits = 0;
  for (const request of source.requests) {
    if (asksToSubmit(request.value)) problems.push(...checkSubmit(source, request, ++submits, ports));
    else problems.push(...checkOther(source, request, ports.intake));
  }
  return problems;
}

function checkOther(source: RequestFile, { value, steps }: FileRequest, intake: Intake): RequestFileError[] {
  try {
    const request = parseRequest(value);
    if (request.request === "removeJob") {
      for (const name of request.jobNames) if (typeof name === "string") intake.forget(name);
    }
    return [];
  } catch (error) {
    if (!(error instanceof PilotJobError)) throw error;
    return [problemAt(source, steps, error.message, error)];
  }
}

function checkSubmit(
  source: RequestFile,
  { value, steps, jobSteps }: FileRequest,
  submitNumber: number,
  { intake, variables: variablesOf, permit }: CheckPorts,
): RequestFileError[] {
  const { jobs } = value as { readonly jobs: readonly unknown[] };
  if (jobs.length === 0) return [problemAt(source, [...steps, "jobs"], "the list of jobs is empty")];
  const variables = variablesOf(submitNumber);
  const problems: RequestFileError[] = [];
  const parsed: JobDescription[] = [];
  jobs.forEach((job, i) => {
    try {
      const description = parseJob(job, { variables });
      permit?.(description);
      parsed.push(description);
    } catch (error) {
      if (!(error instanceof PilotJobError)) throw error;
      problems.push(jobProblemAt(source, jobSteps(i), error));
    }
  });
  if (problems.length > 0) return problems;
  try {
    intake.admit(parsed);
    return [];
  } catch (error) {
    if (!(error instanceof PilotJobError)) throw error;
    const { jobName } = error as { readonly jobName?: unknown };
    // Of two jobs of the same name the second is the one too many.
    const index = parsed.findLastIndex((job) => job.name === jobName);
    return [jobProblemAt(source, index < 0 ? steps : jobSteps(index), error)];
  }
}
