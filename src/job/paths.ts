/**
 * Where a task runs and where its streams go.
 *
 * @module
 */

import { isAbsolute, join, resolve } from "@std/path";
import type { Execution } from "./description.ts";

/** The folders and files of one task; all absolute. */
export interface TaskPaths {
  /** The working directory. */
  readonly wd: string;
  /** The file to read, if any. */
  readonly stdin?: string;
  /** The file of the standard output, if any. */
  readonly stdout?: string;
  /** The file of the standard error, if any. */
  readonly stderr?: string;
}

/** What is started as `exec`: a name stays one, to be found on the PATH; a relative path is taken from `wd`. */
export function programPath(exec: string, wd: string): string {
  return exec.includes("/") && !isAbsolute(exec) ? join(wd, exec) : exec;
}

/** Resolves the paths of an execution whose variables are filled in: `wd` in `rootWd`, streams in `wd`. */
export function taskPaths(execution: Execution, rootWd: string): TaskPaths {
  const wd = resolve(rootWd, execution.wd ?? ".");
  const paths: { -readonly [K in keyof TaskPaths]: TaskPaths[K] } = { wd };
  const { stdout, stderr, input } = execution;
  const stdin = input === undefined || !("file" in input) ? execution.stdin : input.file;
  for (const [stream, path] of Object.entries({ stdin, stdout, stderr })) {
    if (path !== undefined) paths[stream as "stdin" | "stdout" | "stderr"] = resolve(wd, path);
  }
  return paths;
}
