/**
 * The events as users see them: plain data with names that stay. All that are told events outside the program are
 * told these: `executor.events()` and `qcgpj run - --events`.
 *
 * @module
 */

import type { Cause, OutcomeCounts, StopCause } from "../core/types.ts";
import type { TerminalState } from "../report/states.ts";

/** What every event tells. */
export interface RunEventBase {
  /** The number of the event in its run, from 1; a run that is resumed counts on. */
  readonly number: number;
  /** When it happened, in milliseconds since the epoch. */
  readonly atMs: number;
}

/** What an event of one task tells: of a job, or of one iteration of it. */
export interface TaskEventBase extends RunEventBase {
  /** The name of the job. */
  readonly job: string;
  /** The index of the iteration; absent for a job without iterations. */
  readonly iteration?: number;
}

/** What an attempt wrote last that did not succeed. Absent where nothing is known of it. */
export interface TailsOfEvent {
  /** The end of its standard output. */
  readonly stdoutTail?: string;
  /** The end of its standard error; absent, too, where both went to one file. */
  readonly stderrTail?: string;
  /** Why one of them is missing, in a sentence. */
  readonly tailProblem?: string;
}

/** A job was submitted. */
export interface JobSubmittedEvent extends RunEventBase {
  /** Says which kind of event it is. */
  readonly event: "jobSubmitted";
  /** The name of the job. */
  readonly job: string;
  /** The first index and the one after the last, for a job with iterations. */
  readonly iterations?: { readonly start: number; readonly stop: number };
}

/** A task was granted what it asks for, and is about to be launched. */
export interface TaskScheduledEvent extends TaskEventBase {
  /** Says which kind of event it is. */
  readonly event: "taskScheduled";
  /** 1-based count of the task's launches. */
  readonly attempt: number;
  /** The granted nodes, with the ids of the cores and GPUs. */
  readonly nodes: readonly {
    readonly name: string;
    readonly cores: readonly string[];
    readonly gpus: readonly string[];
  }[];
}

/** The process of a task runs. */
export interface TaskStartedEvent extends TaskEventBase {
  /** Says which kind of event it is. */
  readonly event: "taskStarted";
  /** 1-based count of the task's launches. */
  readonly attempt: number;
  /** Process id. */
  readonly pid: number;
}

/** A running task is asked to end; its end is an event of its own. */
export interface StopRequestedEvent extends TaskEventBase {
  /** Says which kind of event it is. */
  readonly event: "stopRequested";
  /** Why, in one word. */
  readonly cause: StopCause;
  /** The same in a sentence. */
  readonly reason: string;
  /** 1-based count of the task's launches. */
  readonly attempt: number;
}

/** An attempt failed, and the task will be launched again. */
export interface AttemptFailedEvent extends TaskEventBase, TailsOfEvent {
  /** Says which kind of event it is. */
  readonly event: "attemptFailed";
  /** Why, in one word. */
  readonly cause: Cause;
  /** The same in a sentence. */
  readonly reason: string;
  /** The exit code, when the process exited. */
  readonly exitCode?: number;
  /** The signal's name, when one ended the process. */
  readonly signal?: string;
  /** 1-based count of the task's launches. */
  readonly attempt: number;
  /** When the task is ready again, in milliseconds since the epoch. */
  readonly retryAtMs: number;
}

/** An iteration ended. */
export interface IterationFinishedEvent extends RunEventBase, TailsOfEvent {
  /** Says which kind of event it is. */
  readonly event: "iterationFinished";
  /** The name of the job. */
  readonly job: string;
  /** The index of the iteration. */
  readonly iteration: number;
  /** How it ended. */
  readonly state: TerminalState;
  /** Why it did not succeed, in a sentence. */
  readonly reason?: string;
  /** The same in one word. */
  readonly cause?: Cause;
  /** The exit code, when a process exited with another one than 0. */
  readonly exitCode?: number;
  /** The signal's name, when one ended the process. */
  readonly signal?: string;
}

/** A job ended, with all its iterations if it has some. */
export interface JobFinishedEvent extends RunEventBase, TailsOfEvent {
  /** Says which kind of event it is. */
  readonly event: "jobFinished";
  /** The name of the job. */
  readonly job: string;
  /** How it ended. */
  readonly state: TerminalState;
  /** Why it did not succeed, in a sentence; absent for a job with iterations, which have their own. */
  readonly reason?: string;
  /** The same in one word. */
  readonly cause?: Cause;
  /** The exit code, when a process exited with another one than 0. */
  readonly exitCode?: number;
  /** The signal's name, when one ended the process. */
  readonly signal?: string;
  /** How many iterations ended in each way, for a job with iterations. */
  readonly iterations?: OutcomeCounts;
}

/** A job that had ended, or some of its iterations, run again, as a resume was asked for that. */
export interface TasksReopenedEvent extends RunEventBase {
  /** Says which kind of event it is. */
  readonly event: "tasksReopened";
  /** The name of the job. */
  readonly job: string;
  /** The first index that runs again and the one after the last, for a job with iterations. */
  readonly iterations?: { readonly start: number; readonly stop: number };
}

/** A node that was absent or lost may be used. */
export interface NodeReadyEvent extends RunEventBase {
  /** Says which kind of event it is. */
  readonly event: "nodeReady";
  /** The name of the node. */
  readonly node: string;
}

/** A node has gone, with all that ran on it. */
export interface NodeLostEvent extends RunEventBase {
  /** Says which kind of event it is. */
  readonly event: "nodeLost";
  /** The name of the node. */
  readonly node: string;
  /** Why, in a sentence. */
  readonly reason: string;
}

/** No more jobs are taken and all have ended. A run that is resumed goes on after it. */
export interface RunFinishedEvent extends RunEventBase {
  /** Says which kind of event it is. */
  readonly event: "runFinished";
}

/**
 * The reader was too slow: events are missing here. Where the run keeps a journal they can still be had, by
 * `events({ from: number })`.
 */
export interface LaggedEvent extends RunEventBase {
  /** Says which kind of event it is. */
  readonly event: "lagged";
  /** The number of the first event that is missing. */
  readonly number: number;
  /** How many are missing. */
  readonly missed: number;
}

/** Something that happened in a run; `event` tells what. Further kinds and keys may be added, none is changed. */
export type RunEvent =
  | JobSubmittedEvent
  | TaskScheduledEvent
  | TaskStartedEvent
  | StopRequestedEvent
  | AttemptFailedEvent
  | IterationFinishedEvent
  | JobFinishedEvent
  | TasksReopenedEvent
  | NodeReadyEvent
  | NodeLostEvent
  | RunFinishedEvent
  | LaggedEvent;

/** `Omit` that keeps a union a union. */
type WithoutNumber<T> = T extends unknown ? Omit<T, "number"> : never;

/** An event that has no number yet. */
export type UnnumberedEvent = WithoutNumber<Exclude<RunEvent, LaggedEvent>>;
