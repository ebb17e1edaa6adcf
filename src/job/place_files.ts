/**
 * Where the files are that a run keeps for its tasks: what it captures of their output, and what they are given to read.
 *
 * @module
 */

import { crc32 } from "../base/crc32.ts";
import { indexVariable } from "./dependencies.ts";
import type { Capture, Execution, JobDescription, OutputName } from "./description.ts";

/** File systems take 255 bytes; a suffix and the number of an attempt follow. */
const nameMax = 160;

/** The name of a job as that of a file: no other job's. */
function fileName(job: JobDescription): string {
  // A slash would be a folder, and a dot at the beginning could lead out of this one.
  const name = encodeURIComponent(job.name).replace(/^\./, "%2E");
  const short = name.length <= nameMax
    ? name
    : `${name.slice(0, nameMax)}%${crc32(new TextEncoder().encode(name)).toString(16)}`;
  return job.iteration === undefined ? short : `${short}:${indexVariable}`;
}

/**
 * Gives files to what a job captures, and to what it reads that is no file: in a folder of the run, one for each task and
 * stream. What has a file of the user's keeps that.
 *
 * @param job The job.
 * @param folder The folder; may hold `${root_wd}`.
 * @returns The job with its files; the very same where it needs none.
 */
export function placeFiles(job: JobDescription, folder: string): JobDescription {
  const { capture, execution } = job;
  const { input } = execution;
  const placed = (capture?.streams ?? []).filter((stream) => execution[stream] === undefined);
  const isHeld = input !== undefined && input.kind !== "output" && input.file === undefined;
  if (placed.length === 0 && !isHeld) return job;
  const path = (stream: OutputName | "stdin") => `${folder}/${fileName(job)}.${stream}`;
  const files: Partial<Execution> = Object.fromEntries(placed.map((stream) => [stream, path(stream)]));
  const given = isHeld ? { input: Object.freeze({ ...input, file: path("stdin") }) } : {};
  return Object.freeze({
    ...job,
    execution: Object.freeze({ ...execution, ...files, ...given }),
    ...(capture === undefined ? {} : { capture: Object.freeze({ ...capture, placed: Object.freeze(placed) }) }),
  });
}

/** What is captured of a job whose standard output another one reads, where nobody said so: all of it. */
const readByOthers: Capture = Object.freeze({
  streams: Object.freeze(["stdout"] as const),
  maxBytes: 2 ** 31 - 1,
  onOverflow: "fail",
  placed: Object.freeze([]),
});

/**
 * Sees to it that the outputs are kept that jobs of the same submit read.
 *
 * @param jobs The jobs of one submit.
 * @returns The same jobs in the same order; those that are read keep their standard output.
 */
export function keepSources(jobs: readonly JobDescription[]): readonly JobDescription[] {
  const read = new Set(
    jobs.flatMap(({ execution: { input } }) => input?.kind === "output" ? [sourceOf(input.of)] : []),
  );
  if (read.size === 0) return jobs;
  return jobs.map((job) => {
    const { capture, execution } = job;
    if (!read.has(job.name) || execution.stdout !== undefined || capture?.streams.includes("stdout")) return job;
    const streams = capture === undefined ? readByOthers.streams : ["stdout", ...capture.streams] as const;
    return Object.freeze({ ...job, capture: Object.freeze({ ...(capture ?? readByOthers), streams }) });
  });
}

function sourceOf(dependency: JobDescription["dependencies"][number]): string {
  return dependency.kind === "perIteration" ? dependency.pattern : dependency.job;
}
