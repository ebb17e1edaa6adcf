/**
 * What the service needs of a pilot. The pilot itself stands right of this layer and fits by its shape.
 *
 * @module
 */

import type { Intake } from "../core/intake.ts";
import type { AdmittedJob, CancelTarget } from "../core/types.ts";
import type { JobDescription } from "../job/description.ts";
import type { Ledger } from "../report/ledger.ts";
import type { Node } from "../resources/node.ts";

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
  /** Cores that are free now. */
  readonly freeCores: number;
  /** Jobs that have not ended. */
  readonly openJobs: number;
  /** What broke the pilot, if something did. */
  readonly failure: { readonly error: unknown } | undefined;
  /** Takes jobs in, all or none; throws a `JobDescriptionError` when none. */
  submit(descriptions: readonly JobDescription[]): readonly AdmittedJob[];
  /** Stops what the target names; returns at once. */
  cancel(target: CancelTarget): void;
  /** Frees the name and the memory of a job that has ended. */
  forget(job: AdmittedJob): void;
}
