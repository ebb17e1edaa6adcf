/**
 * What happened in a run of the simulator: all that the checkers look at.
 *
 * @module
 */

import type { Event, Input, Output } from "../../src/core/types.ts";
import type { TaskReport } from "../../src/report/views.ts";
import type { LauncherNote } from "./simulated_launcher.ts";
import type { Workload } from "./workload.ts";

/** One thing that happened, in the order of the run. */
export type Entry =
  & { readonly atMs: number }
  & (
    /** The core made a step. */
    | {
      readonly kind: "step";
      readonly inputs: readonly Input[];
      readonly output: Output;
      readonly freeCores: number;
      /** The pilot broke before all was done that the inputs led to. */
      readonly isUnfinished: boolean;
    }
    /** The journal has events on record. */
    | { readonly kind: "durable"; readonly events: readonly Event[] }
    | LauncherNote
    /** A submit was let in. */
    | { readonly kind: "future"; readonly future: number; readonly jobs: readonly number[] }
    /** A future settled, or called back. */
    | { readonly kind: "settled"; readonly future: number; readonly result: Readonly<Record<string, string>> | Error }
    | { readonly kind: "calledBack"; readonly future: number }
    /** A future's iteration is over. */
    | { readonly kind: "iterated"; readonly future: number; readonly tasks: readonly string[]; readonly broke: boolean }
    /** The manager or the future was asked; `published` counts the events that were published before. */
    | { readonly kind: "answered"; readonly answer: Answer; readonly published: number }
    /** A reader of events was told an event, or threw; or the user was told that it failed. */
    | { readonly kind: "heard"; readonly reader: string; readonly event: Event }
    | { readonly kind: "threw" | "toldOf"; readonly reader: string }
    | { readonly kind: "shutdown" }
    /** The pilot's loop has ended; `error` is what broke it. */
    | { readonly kind: "stopped"; readonly error?: unknown; readonly alive: number }
    /** Something threw that must not throw. */
    | { readonly kind: "crashed"; readonly error: unknown }
  );

/** What the manager said about a job or a task, and about the pilot. */
export interface Answer {
  readonly job: number;
  readonly offset?: number;
  readonly state: string;
  readonly finished?: number;
  readonly failed?: number;
  /** Of a single task, as its report says. */
  readonly report?: Pick<TaskReport, "attempts" | "cause" | "cleanup">;
  readonly freeCores: number;
  readonly usedCores: number;
}

/** A whole run. */
export interface History {
  readonly seed: number;
  readonly workload: Workload;
  readonly isSlow: boolean;
  readonly entries: readonly Entry[];
  /** Processes that ran when the run was over. */
  readonly aliveAtEnd: number;
  /** Whether the pilot's loop has ended. */
  readonly isOver: boolean;
}
