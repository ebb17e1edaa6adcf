/**
 * Plans what a task reads that is no file of the user's: its content becomes a file, the output of another task is read
 * where that task wrote it.
 *
 * @module
 */

import type { StartFailure } from "../core/exit.ts";
import { type JobDescription, type TaskInput, taskName } from "../job/description.ts";
import { serializeDependency } from "../job/dependencies.ts";
import type { TaskPaths } from "../job/paths.ts";
import type { LaunchPlan, Preparation } from "./plan.ts";

/** Finds the file that a task reads, as another one wrote it; `undefined` if nothing is known of that any more. */
export type FindSource = (job: JobDescription, offset: number) => string | undefined;

/** What a plan gets of it. */
export interface PlannedInput {
  readonly stdin?: string;
  readonly preparation?: Preparation;
}

/**
 * Plans the standard input of a task.
 *
 * @param job The task's job.
 * @param offset 0-based number of the task in its job.
 * @param paths Its files.
 * @param findSource Finds the output of another task.
 */
export function planInput(
  job: JobDescription,
  offset: number,
  { stdin }: Pick<TaskPaths, "stdin">,
  findSource: FindSource = () => undefined,
): PlannedInput | StartFailure {
  const { input } = job.execution;
  switch (input?.kind) {
    case undefined:
      return stdin === undefined ? {} : { stdin };
    case "text":
    case "bytes":
      if (stdin === undefined) return { kind: "stdin", message: `task "${taskName(job, offset)}" ${nowhere}` };
      return { stdin, preparation: { input: { path: stdin, ...contentOf(input) } } };
    case "stream":
      if (stdin === undefined) return { kind: "stdin", message: `task "${taskName(job, offset)}" ${nowhere}` };
      return { stdin, preparation: { stream: { path: stdin, job: job.name } } };
    case "output": {
      const source = findSource(job, offset);
      if (source !== undefined) return { stdin: source };
      const from = serializeDependency(input.of);
      const message = `it reads the output of "${from}", of which nothing is known any more: that job was removed`;
      return { kind: "stdin", message };
    }
    default:
      return input satisfies never;
  }
}

const nowhere = "is to read what is kept in a file, and there is no folder for it";

function contentOf(input: TaskInput & { readonly kind: "text" | "bytes" }) {
  return input.kind === "text" ? { text: input.text } : { base64: input.base64 };
}

/** Whether what a task reads or writes there is the run's own, so that no permission of the job's is asked for it. */
export function ownStreams({ execution, capture }: JobDescription): ReadonlySet<string> {
  const own = new Set<keyof LaunchPlan>(capture?.placed ?? []);
  if (execution.input !== undefined) own.add("stdin");
  return own;
}
