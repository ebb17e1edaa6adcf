/**
 * What the manager is asked about, and its replies.
 *
 * @module
 */

import type { JobState, TerminalState } from "../report/states.ts";
import type { StatusData } from "../service/status.ts";

/** One name of a job or iteration (`job`, `job:3`), or several. */
export type JobNames = string | Iterable<string>;

/** The reply of {@linkcode Manager.list} about one job. */
export interface ListReply {
  /** The job's state. */
  readonly status: JobState;
  /** Its place among the queued jobs, from 0; absent when it is not queued. */
  readonly inQueue?: number;
}

/** The reply of {@linkcode Manager.cancel}. */
export interface CancelReply {
  /** How many names had something to stop. */
  readonly canceled: number;
  /** Why nothing was stopped, by name; empty when all went well. */
  readonly errors: Readonly<Record<string, string>>;
}

/** The reply of `Manager.setPriority()`. */
export interface PriorityReply {
  /** How many jobs were given the priority. */
  readonly set: number;
  /** Why a job was not, by name; empty when all went well. */
  readonly errors: Readonly<Record<string, string>>;
}

/** The reply of {@linkcode Manager.remove}. */
export interface RemoveReply {
  /** How many jobs were removed. */
  readonly removed: number;
  /** Why a job was not removed, by name; empty when all went well. */
  readonly errors: Readonly<Record<string, string>>;
}

/** A wait for the next end of a job or an iteration. */
export interface NextEnd {
  /** The name, `job` or `job:iteration`, and the state; rejects when no more will end. */
  readonly end: Promise<readonly [name: string, state: TerminalState]>;
  /** Ends the waiting. */
  readonly callOff: () => void;
}

/** What a manager asks of a run beside its pilot. */
export interface ManagedRun {
  /** Waits for the next end. */
  readonly nextEnd: () => NextEnd;
  /** The status of the pilot, its resources and its jobs. */
  readonly status: () => StatusData;
}

/** Lists names, whichever way they were given. */
export function listNames(names: JobNames): string[] {
  if (typeof names === "string") return [names];
  if (typeof names !== "object" || names === null || !(Symbol.iterator in names)) {
    throw new TypeError(`Job names must be a text or a list of texts, got ${JSON.stringify(names)}`);
  }
  return [...names];
}
