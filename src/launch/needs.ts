/**
 * What a job needs to be allowed: programs to run, folders and files to read and write. Known at submit as far as no
 * run-time variable is involved.
 *
 * @module
 */

import { dirname, resolve } from "@std/path";
import type { Execution, JobDescription } from "../job/description.ts";
import { programPath } from "../job/paths.ts";

/** One thing that a job needs to be allowed. */
export interface Need {
  /** The kind of permission. */
  readonly name: "run" | "read" | "write";
  /** The program, or the absolute path. */
  readonly value: string;
  /** What it is needed for. */
  readonly purpose: string;
}

/** Lists what a job needs. Of a path with a variable in it, the part before counts. */
export function jobNeeds(job: JobDescription, rootWd: string): Need[] {
  const { execution } = job;
  const wd = resolve(rootWd, constantFolder(execution.wd ?? "."));
  const needs: Need[] = [];
  const { exec = "" } = execution;
  if (usesShell(execution)) needs.push({ name: "run", value: "bash", purpose: "to run the login shell" });
  else if (!exec.includes("${")) {
    needs.push({ name: "run", value: programPath(exec, wd), purpose: "to run the program" });
  }
  if (execution.wd !== undefined) needs.push({ name: "write", value: wd, purpose: "to create the working directory" });
  if (execution.stdin !== undefined) {
    needs.push({ name: "read", value: resolve(wd, constantFolder(execution.stdin)), purpose: "to read stdin" });
  }
  for (const stream of ["stdout", "stderr"] as const) {
    const path = execution[stream];
    if (path === undefined) continue;
    const value = resolve(wd, constantFolder(path));
    needs.push({ name: "write", value, purpose: `to write ${stream}` });
    if (job.retry !== undefined) {
      const kept = path.includes("${") ? value : `${value}.attempt-1`;
      needs.push({ name: "write", value: kept, purpose: `to keep ${stream} of an attempt before the next one` });
      needs.push({ name: "read", value, purpose: `to keep ${stream} of an attempt before the next one` });
    }
    if (job.idleMs !== undefined) needs.push({ name: "read", value, purpose: "to see whether output comes (idleMs)" });
  }
  if (job.enforceMemory) needs.push({ name: "read", value: processFolder, purpose: "to watch its memory" });
  return needs;
}

/** Whether bash is what really runs. */
export function usesShell({ exec, modules, venv }: Execution): boolean {
  return exec === undefined || modules !== undefined || venv !== undefined;
}

/** Where the processes are seen. */
const processFolder = "/proc";

/** A path without variables as it is; of others the deepest folder that is certain. */
export function constantFolder(path: string): string {
  const variable = path.indexOf("${");
  return variable < 0 ? path : dirname(`${path.slice(0, variable)}x`);
}
