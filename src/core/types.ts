/**
 * The three unions that the core speaks: inputs (what happened outside), events (what is now true) and actions (what
 * must be done).
 *
 * @module
 */

import type { Exit } from "../launch/plan.ts";

/** Dense number of a task, ascending in the order of submission; the tasks of a job are neighbours. */
export type TaskId = number;
/** Dense number of a job. */
export type JobId = number;

/** Why a running task was asked to end. The first cause wins. */
export type StopReason = "cancel" | "timeout" | "shutdown";

/** How a task ended. */
export type Outcome =
  | { readonly kind: "succeeded" }
  | { readonly kind: "failed"; readonly exit?: Exit; readonly reason: string }
  | { readonly kind: "canceled"; readonly exit?: Exit; readonly reason: string }
  | { readonly kind: "omitted"; readonly reason: string };
