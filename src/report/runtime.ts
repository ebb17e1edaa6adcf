/**
 * How a task ran and which states it went through, in QCG-PilotJob's texts: what `jobInfo` and `jobs.report` share.
 *
 * @module
 */

import { formatElapsed } from "../base/duration.ts";
import { exitNumber } from "../core/exit.ts";
import type { AdmittedJob } from "../core/types.ts";
import { fillExecution } from "../job/filled_execution.ts";
import { formatAllocation, formatGpuAllocation } from "../resources/node.ts";
import type { Ledger, TaskEntry } from "./ledger.ts";
import { isTerminal, type JobState } from "./states.ts";
import { jobState } from "./views.ts";

/** How a task ran; all values are texts, as in QCG-PilotJob. */
export interface RuntimeReply {
  /** The granted cores, for example `n0[0:1],n1[2]`. */
  readonly allocation?: string;
  /** The granted GPUs, for example `n0[0:1],n1[2]`, a share of one as `n0[0*0.5]`; absent without any. */
  readonly gpus?: string;
  /** The working directory, absolute. */
  readonly wd?: string;
  /** How long it ran, for example `0:00:02.003583`; `0:00:00.000000` when it failed before it began. */
  readonly rtime?: string;
  /** The exit code, or the negative number of the signal; `-1` when it never started. */
  readonly exit_code?: string;
  /** The process id; `-1` when it never started. */
  readonly pid?: string;
  /** The base name of the program, or `bash` for a script. */
  readonly pname?: string;
}

/** Describes how a task ran; `undefined` when it never got cores. */
export function replyRuntime(
  job: AdmittedJob,
  offset: number,
  entry: TaskEntry,
  rootWd: string,
): RuntimeReply | undefined {
  const { allocation, startedAtMs, endedAtMs, exit, pid } = entry;
  if (allocation === undefined) return undefined;
  const { execution, paths } = fillExecution({ job: job.description, offset, rootWd, allocation });
  const gpus = formatGpuAllocation(allocation);
  const runtime: { -readonly [K in keyof RuntimeReply]: RuntimeReply[K] } = {
    allocation: formatAllocation(allocation),
    ...(gpus === "" ? {} : { gpus }),
    wd: paths.wd,
  };
  if (isTerminal(entry.state)) {
    runtime.rtime = formatRunTime(startedAtMs === undefined ? 0 : endedAtMs! - startedAtMs);
    runtime.exit_code = startedAtMs === undefined || exit === undefined ? "-1" : String(exitNumber(exit));
    runtime.pid = String(pid ?? -1);
  } else if (pid !== undefined) runtime.pid = String(pid);
  runtime.pname = execution.exec === undefined ? "bash" : execution.exec.slice(execution.exec.lastIndexOf("/") + 1);
  return runtime;
}

/** Always with a fraction: QCG-PilotJob's own clients and report tools cannot read a time without one. */
function formatRunTime(ms: number): string {
  const text = formatElapsed(ms);
  return text.includes(".") ? text : `${text}.000000`;
}

/** A state and when it was entered. */
export interface StateChange {
  /** The state. */
  readonly state: JobState;
  /** When, in milliseconds since the epoch. */
  readonly atMs: number;
}

/** What an iterative job as a whole went through: queued, and its end. */
export function jobHistory(ledger: Ledger, job: AdmittedJob): readonly StateChange[] {
  const entry = ledger.job(job.id);
  if (entry === undefined) return [];
  const queued: StateChange = { state: "QUEUED", atMs: entry.submittedAtMs };
  return entry.endedAtMs === undefined ? [queued] : [queued, { state: jobState(ledger, job), atMs: entry.endedAtMs }];
}

/** What a task went through. Only a plain job's history tells when it was queued, as in QCG-PilotJob. */
export function taskHistory(ledger: Ledger, job: AdmittedJob, entry: TaskEntry): readonly StateChange[] {
  const isPlain = job.description.iteration === undefined;
  // As there, a task whose process could not be made was executing: what reads its report counts on that.
  const couldNotStart = entry.cause === "start" && isTerminal(entry.state);
  const changes: readonly { readonly state: JobState; readonly atMs: number | undefined }[] = [
    { state: "QUEUED", atMs: isPlain ? ledger.job(job.id)?.submittedAtMs : undefined },
    { state: "SCHEDULED", atMs: entry.scheduledAtMs },
    { state: "EXECUTING", atMs: entry.startedAtMs ?? (couldNotStart ? entry.scheduledAtMs : undefined) },
    { state: entry.state, atMs: entry.endedAtMs },
  ];
  return changes.filter((change): change is StateChange => change.atMs !== undefined);
}
