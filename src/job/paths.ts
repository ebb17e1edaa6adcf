/**
 * Where a task runs and where its streams go.
 *
 * @module
 */

import { resolve } from "@std/path";
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

/** Resolves the paths of an execution whose variables are filled in: `wd` in `rootWd`, streams in `wd`. */
export function taskPaths(execution: Execution, rootWd: string): TaskPaths {
  const wd = resolve(rootWd, execution.wd ?? ".");
  const paths: { -readonly [K in keyof TaskPaths]: TaskPaths[K] } = { wd };
  for (const stream of ["stdin", "stdout", "stderr"] as const) {
    const path = execution[stream];
    if (path !== undefined) paths[stream] = resolve(wd, path);
  }
  return paths;
}
