/**
 * Which files the tasks of a job write, and when two of them would write over one another.
 *
 * Known beforehand is what has no variables but `${root_wd}`, `${it}` and `${itval}`. A file that only some iteration of
 * one job and a task of another job share is not found.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import { jobsBefore } from "./dependencies.ts";
import { type Execution, type JobDescription, type OutputName, taskCount, taskName } from "./description.ts";
import { substitute } from "./variables.ts";

/** A file, or one for each iteration, that the tasks of a job write. */
export interface OutputFile {
  /** The output. */
  readonly output: OutputName;
  /** The path, absolute; with `${it}` or `${itval}` where each iteration has its own. */
  readonly path: string;
  /** Whether what is there stays. */
  readonly isAdded: boolean;
  /** The names of two tasks of the job that write this very file. */
  readonly shared?: readonly [string, string];
}

/** The outputs. */
const outputNames: readonly OutputName[] = ["stdout", "stderr"];

/**
 * Lists the files that the tasks of a job write.
 *
 * @param job The job.
 * @param rootWd The working directory of the run, absolute.
 */
export function outputFilesOf(job: JobDescription, rootWd: string): OutputFile[] {
  const { execution } = job;
  const files: OutputFile[] = [];
  for (const output of outputNames) {
    const path = outputPath(execution, output, rootWd);
    if (path === undefined || files.some((other) => other.path === path)) continue;
    const isAdded = execution.append?.includes(output) ?? false;
    const shared = isAdded ? undefined : sharedBy(job, path);
    files.push({ output, path, isAdded, ...(shared === undefined ? {} : { shared }) });
  }
  return files;
}

function outputPath({ wd = ".", ...execution }: Execution, output: OutputName, rootWd: string): string | undefined {
  const given = execution[output];
  if (given === undefined) return undefined;
  const known = new Map([["root_wd", rootWd], ["it", "${it}"], ["itval", "${itval}"]]);
  const [folder, name] = [substitute(wd, known), substitute(given, known)];
  const open = `${folder}\0${name}`.replaceAll("${it}", "").replaceAll("${itval}", "");
  if (open.includes("${")) return undefined;
  const path = resolve(rootWd, folder, name);
  // A device keeps nothing that could be lost.
  return path.startsWith("/dev/") || path.startsWith("/proc/") ? undefined : path;
}

/** Two tasks of one job that write one file. */
function sharedBy(job: JobDescription, path: string): [string, string] | undefined {
  const { iteration } = job;
  if (iteration === undefined || taskCount(job) < 2 || path.includes("${it}")) return undefined;
  if (!path.includes("${itval}")) return [taskName(job, 0), taskName(job, 1)];
  const first = new Map<string, number>();
  for (const [offset, value] of (iteration.values ?? []).entries()) {
    const before = first.get(value);
    if (before !== undefined) return [taskName(job, before), taskName(job, offset)];
    first.set(value, offset);
  }
  return undefined;
}

/**
 * A name for an output that no other task has: the name that it had, with that of the task behind it.
 *
 * @param job The job.
 * @param name The path as the job has it.
 */
export function ownOutput({ name: jobName, iteration }: JobDescription, name: string): string {
  const task = jobName.replaceAll("/", "_");
  return `${name}.${task}${iteration === undefined ? "" : ":${it}"}`;
}

/** Whether a job begins only when all of another has ended. */
export function isOrderedAfter(
  job: JobDescription,
  other: string,
  find: (name: string) => JobDescription | undefined,
  known: ReadonlySet<string>,
): boolean {
  const seen = new Set<string>();
  const open = [job];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const name of jobsBefore(next, known)) {
      if (name === other) return true;
      if (seen.has(name)) continue;
      seen.add(name);
      const before = find(name);
      if (before !== undefined) open.push(before);
    }
  }
  return false;
}

/** The path of a file as a message shows it: relative where it lies in the working directory. */
export function shownPath(path: string, rootWd: string): string {
  const inside = join(rootWd, "/");
  return path.startsWith(inside) ? path.slice(inside.length) : path;
}
