/**
 * The job description: the validated, frozen form of what a user submits. Made by `parse.ts`, never by hand.
 *
 * @module
 */

import type { Counts, Size } from "../resources/request.ts";
import type { PermissionScope } from "./permissions.ts";

/** An output of a task. */
export type OutputName = "stdout" | "stderr";

/** What a task runs. Strings may hold run-time variables such as `${it}`, substituted when the task is launched. */
export interface Execution {
  /** A program (found on the PATH) or a path, relative to the task's `wd`. Exactly one of `exec` and `script`. */
  readonly exec?: string;
  /** Text for `bash -c`, in a login shell unless `login` says otherwise. */
  readonly script?: string;
  /** The program's arguments. Empty with `script`. */
  readonly args: readonly string[];
  /** Variables added to the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Working directory, relative to the executor's `wd`; created when missing. */
  readonly wd?: string;
  /** File to read, relative to the task's `wd`; the null device when absent. */
  readonly stdin?: string;
  /** What is read instead of a file; never beside `stdin`. */
  readonly input?: TaskInput;
  /** File to write, relative to the task's `wd`; truncated at start unless `append` names it; kept nowhere when absent. */
  readonly stdout?: string;
  /** As `stdout`; equal texts share one file. */
  readonly stderr?: string;
  /** The outputs that are added to what their files hold. */
  readonly append?: readonly OutputName[];
  /** Environment modules to load in a login shell; present and empty still means the login shell. */
  readonly modules?: readonly string[];
  /** Path of a Python virtual environment to activate. */
  readonly venv?: string;
  /** Whether a shell reads the user's profile; what holds for the whole run when absent. */
  readonly login?: boolean;
  /** Parallel launch model: `default`, `threads`, `openmpi`, `intelmpi` or `srunmpi`. */
  readonly model?: string;
  /** Options of the model. */
  readonly modelOptions: ModelOptions;
}

/**
 * What a task reads from its standard input where that is no file of the user's. `file` is where the run keeps it, once
 * that is decided.
 */
export type TaskInput =
  /** This text, as it is. */
  | { readonly kind: "text"; readonly text: string; readonly file?: string }
  /** These bytes. */
  | { readonly kind: "bytes"; readonly base64: string; readonly file?: string }
  /** What the program that submitted the job gives, as long as it lives. */
  | { readonly kind: "stream"; readonly file?: string }
  /** The standard output of another task, which must have succeeded. */
  | { readonly kind: "output"; readonly of: Dependency };

/** What is kept of a task's output for the library to hand over. */
export interface Capture {
  /** The streams, at least one. */
  readonly streams: readonly OutputName[];
  /** How many bytes of each are handed over, at least 1. */
  readonly maxBytes: number;
  /** What becomes of more: the beginning or the end is handed over, or the task has failed. */
  readonly onOverflow: "head" | "tail" | "fail";
  /** The streams whose files are the run's own, and not the user's. */
  readonly placed: readonly OutputName[];
}

/** Options of a parallel launch model. */
export interface ModelOptions {
  /** The launcher to use instead of `mpirun`. */
  readonly mpirun?: string;
  /** Further arguments of `mpirun`. */
  readonly mpirunArgs: readonly string[];
  /** Further arguments of `srun`. */
  readonly srunArgs: readonly string[];
}

/** An iteration resource scheduler: how many cores (or nodes) each iteration gets. */
export interface SizeScheduler {
  /** The rule. */
  readonly name: "maximum-iters" | "split-into";
  /** Smallest number for one iteration, at least 1. */
  readonly min: number;
  /** Number of shares of `split-into`; the number of iterations when absent. */
  readonly parts?: number;
}

/** A size as a job states it. */
export type SizeRequest = Size | { readonly scheduler: SizeScheduler };

/** What each task of a job asks of the pool. */
export interface JobResources {
  /** Cores in all, or on each node when `nodes` is given. */
  readonly cores?: SizeRequest;
  /** Whether the job names neither cores nor nodes, so that `cores` are what one gets then; absent when it does. */
  readonly hasDefaultCores?: true;
  /** Nodes. */
  readonly nodes?: SizeRequest;
  /** GPUs on each node: a whole number, or a share of one such as 0.5. */
  readonly gpus: number;
  /** MiB of memory on each node. */
  readonly memoryMiB: number;
  /** Counted resources, in all; absent for none. */
  readonly counted?: Counts;
}

/** The iterations of a job. */
export interface Iteration {
  /** First index; may be negative. */
  readonly start: number;
  /** Index after the last; greater than `start`. */
  readonly stop: number;
  /** The value of each index as text, when the job gave values; `start` is 0 then. */
  readonly values?: readonly string[];
}

/** What a dependency waits for instead of a success: an end, however; or an end without success. */
export type Awaited = "end" | "failure";

/** An edge to something that must succeed first, or end as `awaits` says. */
export type Dependency =
  & { readonly awaits?: Awaited }
  & (
    /** The whole job, or one iteration of it, before every task of this job. */
    | { readonly kind: "job"; readonly job: string; readonly iteration?: number }
    /** Iteration i of the other job before iteration i of this one: `job:${it}`. */
    | { readonly kind: "aligned"; readonly job: string }
    /** The job whose name results from filling in the index, before iteration i of this one: `job_${it}`. */
    | { readonly kind: "perIteration"; readonly pattern: string }
  );

/** Ends of an attempt that may be tried again. */
export type RetryCause = "exit" | "signal" | "timeout" | "idle" | "oom" | "node-lost" | "start";

/** Which ends of a task are tried again, how often, and after which pause. */
export interface RetryPolicy {
  /** How many further attempts in all, at least 1. */
  readonly max: number;
  /** Which causes are tried again. */
  readonly on: readonly RetryCause[];
  /** How many further attempts for a cause, where that is fewer than `max`. */
  readonly maxByCause: Readonly<Partial<Record<RetryCause, number>>>;
  /** The exit codes that are tried again; any when absent. */
  readonly exitCodes?: readonly number[];
  /** Milliseconds before the second attempt; doubles with each further one. */
  readonly backoffMs: number;
  /** The longest pause, in milliseconds. */
  readonly backoffMsMax: number;
  /** The share of a pause, 0 to 1, that chance may take away, so that tasks do not come back all at once. */
  readonly jitter: number;
  /** The factor, at least 1, by which the stated memory grows after the memory limit was hit. */
  readonly growMemory: number;
}

/** What the user submits, named and validated. */
export interface JobDescription {
  /** Unique among the jobs that are known. */
  readonly name: string;
  /** What runs. */
  readonly execution: Execution;
  /** What it needs. */
  readonly resources: JobResources;
  /** Jobs of a greater priority start first; 0 when absent. */
  readonly priority?: number;
  /** What becomes of those that wait for its success when it fails: they are omitted, unless they are to go on. */
  readonly onFailure?: "continue";
  /** Whether it runs when all other jobs have ended. */
  readonly finally?: true;
  /** How many of its tasks may run at once; any number when absent. */
  readonly maxRunning?: number;
  /** The group whose cap on running tasks it shares. */
  readonly group?: string;
  /** Present for an iterative job. */
  readonly iteration?: Iteration;
  /** What must succeed first. */
  readonly dependencies: readonly Dependency[];
  /** Time limit of each task in milliseconds (`wt`), at least 1. */
  readonly timeLimitMs?: number;
  /** Milliseconds between SIGTERM and SIGKILL when a task is stopped; the executor's default when absent. */
  readonly graceMs?: number;
  /** Milliseconds without any output after which a task is stopped, at least 1. */
  readonly idleMs?: number;
  /** Ends a task that uses more memory than it asked for. */
  readonly enforceMemory?: boolean;
  /** Which ends are tried again; none when absent. */
  readonly retry?: RetryPolicy;
  /** What is kept of its output; nothing when absent. */
  readonly capture?: Capture;
  /** What its tasks are allowed of what the executor allows; all of that when absent. */
  readonly permissions?: PermissionScope;
  /** Kept and echoed, without effect. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Counts the tasks of a job: its iterations, or 1. */
export function taskCount(job: JobDescription): number {
  return job.iteration === undefined ? 1 : job.iteration.stop - job.iteration.start;
}

/** Names task number `offset` (0-based) of a job: `job`, or `job:index` for an iteration. */
export function taskName(job: JobDescription, offset: number): string {
  return job.iteration === undefined ? job.name : `${job.name}:${job.iteration.start + offset}`;
}

/** Says whether what is asked for is a plain size, so that no iteration scheduler decides. */
export function isSize(wanted: SizeRequest): wanted is Size {
  return !("scheduler" in wanted);
}
