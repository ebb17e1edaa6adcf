/**
 * What the service needs of a pilot and of its admission. Both stand right of this layer and fit by their shape.
 *
 * @module
 */

import type { Intake } from "../core/intake.ts";
import type { WaitExplanation } from "../core/explain_wait.ts";
import type { AdmittedJob, CancelTarget, TaskId } from "../core/types.ts";
import type { JobDescription } from "../job/description.ts";
import type { JobSpelling } from "../job/parse.ts";
import type { SubmitVariables } from "../job/variables.ts";
import type { Ledger } from "../report/ledger.ts";
import type { Node } from "../resources/node.ts";
import type { PoolPresence } from "../resources/pool.ts";

/** A pilot, as the service sees it. */
export interface ServedPilot {
  /** Knows the names. */
  readonly intake: Intake;
  /** Knows what became of jobs and tasks. */
  readonly ledger: Ledger;
  /** The nodes that we own. */
  readonly nodes: readonly Node[];
  /** Working directory of the tasks, absolute. */
  readonly rootWd: string;
  /** What there is of nodes and cores now. */
  readonly resources: PoolPresence;
  /** Jobs that have not ended. */
  readonly openJobs: number;
  /** What broke the pilot, if something did. */
  readonly failure: { readonly error: unknown } | undefined;
  /** Stops what the target names; returns at once. */
  cancel(target: CancelTarget): void;
  /** Whether nothing more is started for now. */
  readonly isPaused: boolean;
  /** Starts nothing more until {@linkcode unpause}. */
  pause(): void;
  /** Starts tasks again. */
  unpause(): void;
  /** Gives a job that has not ended another priority. */
  setPriority(job: AdmittedJob, priority: number): void;
  /** Explains why a task waits. */
  explainWait(task: TaskId): WaitExplanation;
  /** Frees the name and the memory of a job that has ended. */
  forget(job: AdmittedJob): void;
}

/** The way into a pilot, as the service sees it. What is wrong with a job is thrown as a `PilotJobError`. */
export interface ServedAdmission {
  /** Reads the jobs of one submit, and counts it. */
  parse(values: readonly unknown[], spelling: JobSpelling): readonly JobDescription[];
  /** Lets in jobs that were read, all or none. */
  admit(descriptions: readonly JobDescription[]): readonly AdmittedJob[];
  /** What the variables stood for in the latest submit that was read. */
  readonly variables: SubmitVariables | undefined;
  /** Counts a submit that never came to be read. */
  skipSubmit(): void;
}
