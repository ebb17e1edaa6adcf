/**
 * Where the output of another task is that a task reads.
 *
 * @module
 */

import type { AdmittedJob } from "../core/types.ts";
import type { JobDescription } from "../job/description.ts";
import { fillExecution } from "../job/filled_execution.ts";
import type { Ledger } from "./ledger.ts";

/** What tells where outputs are. */
export interface SourceBooks {
  /** Finds a job by its name. */
  readonly find: (name: string) => AdmittedJob | undefined;
  readonly ledger: Ledger;
  /** Working directory of the tasks, absolute. */
  readonly rootWd: string;
}

/**
 * Finds the file that a task reads, as another one wrote it.
 *
 * @returns `undefined` if it reads none, or nothing is known of the other task (any more).
 */
export function sourceFile(
  { find, ledger, rootWd }: SourceBooks,
  { execution: { input }, iteration }: JobDescription,
  offset: number,
): string | undefined {
  if (input?.kind !== "output" || input.of.kind === "perIteration") return undefined;
  const { of } = input;
  const source = find(of.job);
  if (source === undefined) return undefined;
  const index = of.kind === "aligned" ? iteration!.start + offset : of.iteration;
  const at = index === undefined ? 0 : index - source.description.iteration!.start;
  const { allocation } = ledger.task(source.firstTask + at);
  if (allocation === undefined) return undefined;
  return fillExecution({ job: source.description, offset: at, rootWd, allocation }).paths.stdout;
}
