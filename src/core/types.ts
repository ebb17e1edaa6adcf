/**
 * The three unions that the core speaks: inputs (what happened outside), events (what is now true) and actions (what
 * must be done).
 *
 * @module
 */

import type { Awaited, JobDescription } from "../job/description.ts";
import type { RequestRun } from "../job/iteration_scheduler.ts";
import type { Cleanup, Exit, StartFailure, Tails, Usage } from "./exit.ts";
import type { NamedAllocation } from "../resources/node.ts";

/** Dense number of a task, ascending in the order of submission; the tasks of a job are neighbours. */
export type TaskId = number;
/** Dense number of a job, ascending in the order of submission. */
export type JobId = number;

/** A dependency whose names have been looked up; it waits for a success, or for what `awaits` says. */
export type Edge =
  & { readonly awaits?: Awaited }
  & (
    /** The whole other job, or one task of it (0-based offset), before every task of this job. */
    | { readonly kind: "job"; readonly job: JobId; readonly offset?: number }
    /** Task `offset + shift` of the other job before task `offset` of this one. */
    | { readonly kind: "aligned"; readonly job: JobId; readonly shift: number }
    /** One other job for each task of this one, in order; -1 where there is no such job. */
    | { readonly kind: "perTask"; readonly jobs: readonly JobId[] }
    /** There is no such job, so this one can never run. */
    | { readonly kind: "missing"; readonly name: string }
  );

/** A job that was let in: valid, feasible, numbered, its dependencies looked up. */
export interface AdmittedJob {
  /** Its number. */
  readonly id: JobId;
  /** The number of its first task. */
  readonly firstTask: TaskId;
  /** What the user submitted. */
  readonly description: JobDescription;
  /** What its tasks ask for, in order. */
  readonly requests: readonly RequestRun[];
  /** What must succeed first. */
  readonly edges: readonly Edge[];
}

/** A limit that only a look from outside tells of: time without output, memory, what is captured; or a broken input. */
export type LimitCause = "idle" | "oom" | "output" | "input";

/**
 * Why a running task was asked to end: by the user, by leaving a scope with an error, by the shutdown; because its
 * time limit, its limit without output, or its memory was used up; because it wrote more than is captured, or because the
 * stream that it reads failed. The first cause wins.
 */
export type StopCause = "cancel" | "scope" | "shutdown" | "timeout" | LimitCause;

/**
 * Why a task did not succeed, in one word: what stopped it, its exit code, a signal from outside, that it could not be
 * started, that its node went away, that a dependency did not succeed, or that it can never fit.
 */
export type Cause = StopCause | "exit" | "signal" | "start" | "node-lost" | "dependency" | "infeasible";

/** How a task ended. */
export type Outcome =
  | { readonly kind: "succeeded" }
  | { readonly kind: "failed"; readonly cause: Cause; readonly exit?: Exit; readonly reason: string }
  | { readonly kind: "canceled"; readonly cause: Cause; readonly exit?: Exit; readonly reason: string }
  | { readonly kind: "omitted"; readonly cause: Cause; readonly reason: string };

/** How a whole job ended: the kind of outcome that its tasks add up to. */
export type JobOutcome = Outcome["kind"];

/** How many tasks of a job ended in each way. */
export interface OutcomeCounts {
  /** Ended with exit code 0. */
  readonly succeeded: number;
  /** Ended otherwise, or could not start. */
  readonly failed: number;
  /** Stopped by the user. */
  readonly canceled: number;
  /** Never ran, as a dependency did not succeed. */
  readonly omitted: number;
}

/** What a cancel is aimed at. */
export type CancelTarget =
  /** One job, or one task of it (0-based offset). */
  | { readonly kind: "job"; readonly job: JobId; readonly offset?: number }
  /** Every task that does not run yet. */
  | { readonly kind: "queued" }
  /** Every task. */
  | { readonly kind: "all" };

/** What happened outside. */
export type Input =
  | { readonly kind: "jobsSubmitted"; readonly atMs: number; readonly jobs: readonly AdmittedJob[] }
  | {
    readonly kind: "cancelRequested";
    readonly atMs: number;
    readonly target: CancelTarget;
    readonly cause: "cancel" | "scope" | "shutdown";
    /** What the outcomes say of it; a sentence for the cause when absent. */
    readonly reason?: string;
  }
  | { readonly kind: "jobForgotten"; readonly atMs: number; readonly job: JobId }
  /** A job is to have another priority than the one that it came with. */
  | { readonly kind: "prioritySet"; readonly atMs: number; readonly job: JobId; readonly priority: number }
  | { readonly kind: "drainRequested"; readonly atMs: number }
  /** Nothing is to start until the pause ends. */
  | { readonly kind: "pauseRequested"; readonly atMs: number }
  /** The processes of all tasks stand still from now on: nothing is started, and no time limit or grace passes. */
  | { readonly kind: "tasksFrozen"; readonly atMs: number }
  /** They go on. */
  | { readonly kind: "tasksThawed"; readonly atMs: number }
  | { readonly kind: "pauseEnded"; readonly atMs: number }
  | {
    readonly kind: "taskStarted";
    readonly atMs: number;
    readonly task: TaskId;
    readonly attempt: number;
    readonly pid: number;
  }
  | {
    readonly kind: "taskStartFailed";
    readonly atMs: number;
    readonly task: TaskId;
    readonly attempt: number;
    readonly failure: StartFailure;
  }
  | {
    readonly kind: "taskExited";
    readonly atMs: number;
    readonly task: TaskId;
    readonly attempt: number;
    readonly exit: Exit;
    readonly usage: Usage;
    readonly cleanup?: Cleanup;
    readonly tails?: Tails;
  }
  /** A process of the task may not be signalled by us: it runs as another user, and ends when it likes. */
  | { readonly kind: "signalRefused"; readonly atMs: number; readonly task: TaskId; readonly attempt: number }
  /** A limit that only a look at the processes can tell of. */
  | {
    readonly kind: "limitExceeded";
    readonly atMs: number;
    readonly task: TaskId;
    readonly attempt: number;
    readonly cause: LimitCause;
    /** The result's sentence. */
    readonly reason: string;
  }
  /** A node, by its index, may be used from now on. If it was absent or lost, nothing of ours runs on it. */
  | { readonly kind: "nodeReady"; readonly atMs: number; readonly node: number }
  /** A node, by its index, is not heard of: what runs there may run on, and nothing is launched there for now. */
  | { readonly kind: "nodeSuspected"; readonly atMs: number; readonly node: number }
  /** A node, by its index, has gone with all that ran on it; `reason` goes on after "node n1 was lost: ". */
  | { readonly kind: "nodeLost"; readonly atMs: number; readonly node: number; readonly reason: string }
  /** All work stops at another time; never when `stopAtMs` is absent. */
  | { readonly kind: "stopTimeSet"; readonly atMs: number; readonly stopAtMs?: number }
  | { readonly kind: "timePassed"; readonly atMs: number };

/** What is now true. Journaled in this order, then published. */
export type Event =
  | { readonly kind: "jobSubmitted"; readonly atMs: number; readonly job: AdmittedJob }
  | {
    readonly kind: "taskScheduled";
    readonly atMs: number;
    readonly task: TaskId;
    readonly job: JobId;
    readonly attempt: number;
    readonly allocation: NamedAllocation;
  }
  | {
    readonly kind: "taskStarted";
    readonly atMs: number;
    readonly task: TaskId;
    readonly job: JobId;
    readonly attempt: number;
    readonly pid: number;
  }
  | {
    readonly kind: "taskEnded";
    readonly atMs: number;
    readonly task: TaskId;
    readonly job: JobId;
    readonly attempt: number;
    readonly outcome: Outcome;
    readonly usage: Usage;
    readonly cleanup?: Cleanup;
    readonly tails?: Tails;
  }
  /** A task that holds cores is asked to end. */
  | {
    readonly kind: "stopRequested";
    readonly atMs: number;
    readonly task: TaskId;
    readonly job: JobId;
    readonly attempt: number;
    readonly cause: StopCause;
    readonly reason: string;
  }
  /** A job with iterations was canceled as a whole: so it ends, whatever single iterations did. */
  | { readonly kind: "jobCanceled"; readonly atMs: number; readonly job: JobId }
  /** An attempt failed and will be followed by another; its task waits again. */
  | {
    readonly kind: "attemptEnded";
    readonly atMs: number;
    readonly task: TaskId;
    readonly job: JobId;
    readonly attempt: number;
    readonly outcome: Outcome & { readonly kind: "failed" };
    readonly usage: Usage;
    readonly cleanup?: Cleanup;
    readonly tails?: Tails;
    /** When the task is ready again. */
    readonly readyAtMs: number;
  }
  /** Neighbouring tasks of one job that were canceled or omitted before they ran. */
  | {
    readonly kind: "tasksDropped";
    readonly atMs: number;
    readonly job: JobId;
    readonly first: TaskId;
    readonly count: number;
    readonly outcome: Outcome & { readonly kind: "canceled" | "omitted" | "failed" };
  }
  | {
    readonly kind: "jobEnded";
    readonly atMs: number;
    readonly job: JobId;
    readonly outcome: JobOutcome;
    readonly counts: OutcomeCounts;
  }
  /** Neighbouring tasks of one job that had ended are to run again, so that the job has not ended any more. */
  | {
    readonly kind: "tasksReopened";
    readonly atMs: number;
    readonly job: JobId;
    readonly first: TaskId;
    readonly count: number;
    /** How many of them had ended in each way. */
    readonly counts: OutcomeCounts;
  }
  | { readonly kind: "jobForgotten"; readonly atMs: number; readonly job: JobId }
  /** A job has another priority than the one that it came with. */
  | { readonly kind: "prioritySet"; readonly atMs: number; readonly job: JobId; readonly priority: number }
  /** A node that was absent or lost may be used. By its name, as a resumed run may have other nodes. */
  | { readonly kind: "nodeReady"; readonly atMs: number; readonly name: string }
  /** A node has gone with all that ran on it, or was given up before it came. */
  | { readonly kind: "nodeLost"; readonly atMs: number; readonly name: string; readonly reason: string }
  | { readonly kind: "pilotDrained"; readonly atMs: number };

/** What must be done. */
export type Action =
  | {
    readonly kind: "launch";
    readonly task: TaskId;
    readonly attempt: number;
    readonly job: AdmittedJob;
    readonly allocation: NamedAllocation;
    /** The indexes of its nodes in the pool. */
    readonly nodes: readonly number[];
    /** What was granted on all its nodes together, in MiB; 0 when the job states none. */
    readonly memoryMiB: number;
  }
  | {
    readonly kind: "signal";
    readonly task: TaskId;
    readonly attempt: number;
    readonly signal: "SIGTERM" | "SIGKILL";
  }
  | { readonly kind: "stop" };

/** What a step gives back. */
export interface Output {
  /** Facts, to be journaled and published in this order. */
  readonly events: Event[];
  /** Orders, to be performed after the events are durable. */
  readonly actions: Action[];
}
