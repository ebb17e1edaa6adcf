/**
 * What a task really runs: its job's execution with the run-time variables filled in, and the paths that follow from it.
 *
 * @module
 */

import type { Execution } from "./description.ts";
import { type TaskPaths, taskPaths } from "./paths.ts";
import { type LaunchContext, launchVariables, substituteExecution } from "./variables.ts";

/** What one task runs, and where. */
export interface FilledExecution {
  /** The execution, without variables. */
  readonly execution: Execution;
  /** Working directory and streams, absolute. */
  readonly paths: TaskPaths;
}

/** Fills the run-time variables of a task in. */
export function fillExecution(context: LaunchContext): FilledExecution {
  const execution = substituteExecution(context.job.execution, launchVariables(context));
  return { execution, paths: taskPaths(execution, context.rootWd) };
}
