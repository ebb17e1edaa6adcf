/**
 * What users are told about jobs and tasks: the ledger's entries joined with the description.
 *
 * @module
 */

import type { Tails } from "../core/exit.ts";
import type { AdmittedJob, Cause } from "../core/types.ts";
import { taskCount, taskName } from "../job/description.ts";
import { fillExecution } from "../job/filled_execution.ts";
import type { TaskPaths } from "../job/paths.ts";
import type { Ledger, TaskEntry } from "./ledger.ts";
import { isTerminal, type JobState, terminalState } from "./states.ts";

/** What is known of one task: a plain job, or one iteration. Absent fields are unknown or did not happen (yet). */
export interface TaskReport {
  /** `job`, or `job:iteration`. */
  readonly name: string;
  /** The state in QCG-PilotJob's words. */
  readonly state: JobState;
  /** Why it (or its last attempt) did not succeed, in one word. */
  readonly cause?: Cause;
  /** The same in a sentence. */
  readonly reason?: string;
  /** The exit code, when the process exited. */
  readonly exitCode?: number;
  /** The signal's name, for example `"SIGKILL"`, when one ended the process. */
  readonly signal?: string;
  /** How often it was launched; 0 when never. */
  readonly attempts: number;
  /** Process id of the last attempt. */
  readonly pid?: number;
  /** The granted nodes and the ids of their granted cores (and GPUs); empty before it was scheduled. */
  readonly nodes: readonly {
    readonly name: string;
    readonly cores: readonly string[];
    readonly gpus: readonly string[];
    /** How much of the only GPU was granted, between 0 and 1; all of each when absent. */
    readonly gpuShare?: number;
  }[];
  /** When it was submitted, in milliseconds since the epoch; 0 until that is on record, right after the submit. */
  readonly queuedAtMs: number;
  /** When it was granted its cores, in milliseconds since the epoch; of the last attempt, as those below. */
  readonly scheduledAtMs?: number;
  /** When its process was started. */
  readonly startedAtMs?: number;
  /** When it ended. */
  readonly endedAtMs?: number;
  /** CPU time of the process tree, user and system, in milliseconds. */
  readonly cpuMs?: number;
  /** Peak resident memory of a process of the tree, in KiB. */
  readonly peakKiB?: number;
  /**
   * What became of the processes of the last attempt, if it was stopped or left some behind: how many were found, how
   * many ended by SIGTERM and by SIGKILL, and how many are left (0, unless they belong to another user).
   */
  readonly cleanup?: {
    readonly found: number;
    readonly terminated: number;
    readonly killed: number;
    readonly left: number;
  };
  /**
   * The end of the standard output of the last attempt, if that did not succeed: 8 KiB, or what the option `tailBytes`
   * says. Bytes that are no UTF-8 are shown as `\\xff`.
   */
  readonly stdoutTail?: string;
  /** The same of the standard error; absent, too, where both went to one file. */
  readonly stderrTail?: string;
  /** Why one of them is missing, in a sentence. */
  readonly tailProblem?: string;
  /** Working directory, absolute; absent before it was scheduled. */
  readonly wd?: string;
  /** The file that is read, absolute. */
  readonly stdin?: string;
  /** The file of the standard output, absolute. */
  readonly stdout?: string;
  /** The file of the standard error, absolute. */
  readonly stderr?: string;
}

/** The ends of outputs, as they are told everywhere. */
export type ReportedTails = Pick<TaskReport, "stdoutTail" | "stderrTail" | "tailProblem">;

/** How far an iterative job is. */
export interface IterationCounts {
  /** The first index. */
  readonly start: number;
  /** The index after the last one. */
  readonly stop: number;
  /** How many iterations there are. */
  readonly total: number;
  /** How many have ended, in whatever way. */
  readonly finished: number;
  /** How many ended in another way than success. */
  readonly failed: number;
}

/** What is known of a job. For a plain job it is what is known of its one task. */
export interface JobReport extends TaskReport {
  /** How far an iterative job is; absent for a plain one. */
  readonly iterations?: IterationCounts;
}

/** The state of a job as a whole. An iterative job is `QUEUED` until its last iteration has ended, as in QCG-PilotJob. */
export function jobState(ledger: Ledger, job: AdmittedJob): JobState {
  if (job.description.iteration === undefined) return ledger.state(job.firstTask);
  const outcome = ledger.job(job.id)?.outcome;
  return outcome === undefined ? "QUEUED" : terminalState(outcome);
}

/** Reports on the task at `offset` of a job. */
export function reportTask(ledger: Ledger, job: AdmittedJob, offset: number, rootWd: string): TaskReport {
  const { allocation, exit, scheduledAtMs, tails, ...entry } = ledger.task(job.firstTask + offset);
  return {
    name: taskName(job.description, offset),
    ...entry,
    ...(exit === undefined ? {} : "code" in exit ? { exitCode: exit.code } : { signal: exit.signal }),
    nodes: allocation?.nodes ?? [],
    queuedAtMs: ledger.job(job.id)?.submittedAtMs ?? 0,
    ...(scheduledAtMs === undefined ? {} : { scheduledAtMs }),
    ...(tails === undefined ? {} : reportTails(tails)),
    ...pathsOf(job, offset, rootWd, allocation),
  };
}

/** Tails under the names that users see. */
function reportTails({ stdout, stderr, problem }: Tails): ReportedTails {
  return {
    ...(stdout === undefined ? {} : { stdoutTail: stdout }),
    ...(stderr === undefined ? {} : { stderrTail: stderr }),
    ...(problem === undefined ? {} : { tailProblem: problem }),
  };
}

/** The same without the tails of streams to which nothing was written: in a record they would only fill it. */
export function reportWords({ stdout, stderr, problem }: Tails): ReportedTails {
  return reportTails({
    ...(stdout === undefined || stdout === "" ? {} : { stdout }),
    ...(stderr === undefined || stderr === "" ? {} : { stderr }),
    ...(problem === undefined ? {} : { problem }),
  });
}

/** Reports on a job as a whole. */
export function reportJob(ledger: Ledger, job: AdmittedJob, rootWd: string): JobReport {
  const { iteration } = job.description;
  if (iteration === undefined) return reportTask(ledger, job, 0, rootWd);
  const entry = ledger.job(job.id);
  const counts = countTasks(ledger, job);
  return {
    name: job.description.name,
    state: jobState(ledger, job),
    ...(counts.reason === undefined ? {} : { reason: counts.reason }),
    attempts: counts.attempts,
    nodes: [],
    queuedAtMs: entry?.submittedAtMs ?? 0,
    ...(counts.startedAtMs === undefined ? {} : { startedAtMs: counts.startedAtMs }),
    ...(entry?.endedAtMs === undefined ? {} : { endedAtMs: entry.endedAtMs }),
    iterations: {
      start: iteration.start,
      stop: iteration.stop,
      total: iteration.stop - iteration.start,
      finished: counts.finished,
      failed: counts.failed,
    },
  };
}

interface TaskCounts {
  finished: number;
  failed: number;
  attempts: number;
  startedAtMs?: number;
  reason?: string;
}

function countTasks(ledger: Ledger, job: AdmittedJob): TaskCounts {
  const counts: TaskCounts = { finished: 0, failed: 0, attempts: 0 };
  for (let offset = 0; offset < taskCount(job.description); offset++) {
    const { state, attempts, startedAtMs, reason } = ledger.task(job.firstTask + offset);
    counts.attempts += attempts;
    if (startedAtMs !== undefined) counts.startedAtMs = Math.min(counts.startedAtMs ?? Infinity, startedAtMs);
    if (!isTerminal(state)) continue;
    counts.finished++;
    if (state === "SUCCEED") continue;
    counts.failed++;
    if (reason !== undefined) counts.reason ??= `${taskName(job.description, offset)}: ${reason}`;
  }
  return counts;
}

/** The paths need the allocation, as `${ncores}` may be in them. */
function pathsOf(
  job: AdmittedJob,
  offset: number,
  rootWd: string,
  allocation: TaskEntry["allocation"],
): Partial<TaskPaths> {
  if (allocation === undefined) return {};
  return fillExecution({ job: job.description, offset, rootWd, allocation }).paths;
}
