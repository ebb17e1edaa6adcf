/**
 * What a job is to read that JSON cannot hold: bytes and streams, as a program gives them.
 *
 * @module
 */

import { JobDescriptionError } from "../errors.ts";
import { nameValue } from "../job/json.ts";
import { streamInput } from "../job/parse_stdin.ts";

/** Jobs in the form that the parser takes, and the streams that were in them. */
export interface SeparatedJobs {
  readonly jobs: readonly unknown[];
  /** The stream of each job that has one. */
  readonly streams: readonly (ReadableStream<Uint8Array> | undefined)[];
}

/**
 * Takes the bytes and streams out of jobs.
 *
 * @param jobs The jobs, in the standard form, as they were given.
 * @throws {JobDescriptionError} If one gives something else than bytes, or a stream that is being read.
 */
export function separateInputs(jobs: readonly unknown[]): SeparatedJobs {
  const streams: (ReadableStream<Uint8Array> | undefined)[] = [];
  const separated = jobs.map((job, index) => {
    if (!isObject(job) || !isObject(job["execution"]) || !isObject(job["execution"]["stdin"])) return job;
    const { stdin } = job["execution"];
    const jobName = typeof job["name"] === "string" ? job["name"] : undefined;
    if (stdin instanceof ReadableStream) {
      if (stdin.locked) refuse(jobName, "is a stream that somebody reads already");
      streams[index] = stdin;
    }
    const written = writeInput(stdin, jobName);
    return written === stdin ? job : { ...job, execution: { ...job["execution"], stdin: written } };
  });
  return { jobs: separated, streams };
}

/** Bytes and streams as the parser takes them; anything else as it is. */
function writeInput(stdin: Readonly<Record<string, unknown>>, jobName: string | undefined): unknown {
  if (stdin instanceof ReadableStream) return streamInput;
  const { text, bytes } = stdin;
  if (typeof text === "string" && !isPlain(text)) {
    return { ...stdin, text: undefined, base64: new TextEncoder().encode(text).toBase64() };
  }
  if (bytes === undefined) return stdin;
  if (!(bytes instanceof Uint8Array)) refuse(jobName, `must be a Uint8Array, not ${nameValue(bytes)}`, ".bytes");
  return { ...stdin, bytes: undefined, base64: bytes.toBase64() };
}

/** Whether a text survives as one: JSON in the records, and no NUL. */
function isPlain(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function refuse(jobName: string | undefined, problem: string, key: string = ""): never {
  const path = `execution.stdin${key}`;
  const owner = jobName === undefined ? "A job" : `Job "${jobName}"`;
  throw new JobDescriptionError(`${owner}: ${path} ${problem}`, { jobName, path, problem });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
