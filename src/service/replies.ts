/**
 * The ancestor's replies to questions about jobs and resources, in its shapes and with its keys in its order.
 *
 * @module
 */

import { formatElapsed } from "../base/duration.ts";
import { didYouMean } from "../base/near_miss.ts";
import { exitNumber } from "../core/exit.ts";
import type { Intake } from "../core/intake.ts";
import type { AdmittedJob } from "../core/types.ts";
import { UnknownJobError } from "../errors.ts";
import { taskCount } from "../job/description.ts";
import { parseTaskName } from "../job/name.ts";
import { taskPaths } from "../job/paths.ts";
import { launchVariables, substituteExecution } from "../job/variables.ts";
import type { Ledger, TaskEntry } from "../report/ledger.ts";
import { isTerminal, type JobState } from "../report/states.ts";
import { jobState, reportJob } from "../report/views.ts";
import { countCores, formatAllocation, type Node } from "../resources/node.ts";

/** What the replies are made of. */
export interface Books {
  readonly intake: Intake;
  readonly ledger: Ledger;
  readonly nodes: readonly Node[];
  readonly rootWd: string;
}

/** A job, or one task of it. */
export interface Target {
  readonly job: AdmittedJob;
  /** 0-based number of the task; absent for the whole job. */
  readonly offset?: number;
}

/**
 * Looks up `job` or `job:iteration`.
 *
 * @throws {UnknownJobError} If there is no such job or iteration.
 */
export function findTarget(intake: Intake, name: string): Target {
  const parts = parseTaskName(name);
  const job = parts === undefined ? undefined : intake.find(parts.job);
  if (parts === undefined || job === undefined) {
    throw new UnknownJobError(`Job '${name}' doesn't exist${didYouMean(name, intake.names())}`, name);
  }
  if (parts.iteration === undefined) return { job };
  const { iteration } = job.description;
  if (iteration === undefined) {
    throw new UnknownJobError(`Unknown iteration ${parts.iteration} for job ${parts.job}: it has no iterations`, name);
  }
  if (parts.iteration < iteration.start || parts.iteration >= iteration.stop) {
    const range = `${iteration.start} to ${iteration.stop - 1}`;
    throw new UnknownJobError(`Unknown iteration ${parts.iteration} for job ${parts.job} (it has ${range})`, name);
  }
  return { job, offset: parts.iteration - iteration.start };
}

/** The state of a job or task. */
export function targetState(ledger: Ledger, { job, offset }: Target): JobState {
  return offset === undefined ? jobState(ledger, job) : ledger.state(job.firstTask + offset);
}

/** The reply to `resourcesInfo`. */
export interface ResourcesReply {
  readonly total_nodes: number;
  readonly total_cores: number;
  readonly used_cores: number;
  readonly free_cores: number;
}

/** Counts nodes and cores. A core that is reserved for the pilot counts as used. */
export function replyResources(nodes: readonly Node[], freeCores: number): ResourcesReply {
  const total = nodes.reduce((sum, node) => sum + node.coreIds.length, 0);
  return { total_nodes: nodes.length, total_cores: total, used_cores: total - freeCores, free_cores: freeCores };
}

/** The reply to `jobStatus` about one name. */
export interface StatusReply {
  readonly status: 0;
  readonly data: { readonly jobName: string; readonly status: JobState };
}

/** Tells the state of a job or task. */
export function replyStatus({ intake, ledger }: Books, name: string): StatusReply {
  return { status: 0, data: { jobName: name, status: targetState(ledger, findTarget(intake, name)) } };
}

/** The reply to `jobInfo` about one name. */
export interface InfoReply {
  readonly jobName: string;
  readonly status: JobState;
  readonly iterations?: {
    readonly start: number;
    readonly stop: number;
    readonly total: number;
    readonly finished: number;
    readonly failed: number;
  };
  readonly childs?: readonly ChildReply[];
  readonly messages?: string;
  readonly runtime?: RuntimeReply;
  readonly history: string;
}

/** One iteration in the reply to `jobInfo` with `withChilds`. */
export interface ChildReply {
  readonly iteration: number;
  readonly state: JobState;
  readonly runtime?: RuntimeReply;
  /** Why it did not succeed; the ancestor leaves this out. */
  readonly messages?: string;
}

/** How a task ran; all values are texts, as in the ancestor. */
export interface RuntimeReply {
  readonly allocation?: string;
  readonly wd?: string;
  readonly rtime?: string;
  readonly exit_code?: string;
  readonly pid?: string;
  readonly pname?: string;
}

/** Tells all that is known of a job or task. */
export function replyInfo(books: Books, name: string, options: { readonly withChilds?: boolean } = {}): InfoReply {
  const { intake, ledger, rootWd } = books;
  const { job, offset } = findTarget(intake, name);
  const { iteration } = job.description;
  if (iteration !== undefined && offset === undefined) {
    const report = reportJob(ledger, job, rootWd);
    return {
      jobName: name,
      status: report.state,
      iterations: report.iterations!,
      ...(options.withChilds ? { childs: replyChilds(books, job) } : {}),
      ...(report.reason === undefined ? {} : { messages: report.reason }),
      history: jobHistory(ledger, job),
    };
  }
  const entry = ledger.task(job.firstTask + (offset ?? 0));
  const runtime = replyRuntime(job, offset ?? 0, entry, rootWd);
  return {
    jobName: name,
    status: entry.state,
    ...(entry.reason === undefined ? {} : { messages: entry.reason }),
    ...(runtime === undefined ? {} : { runtime }),
    history: taskHistory(ledger, job, entry, offset === undefined),
  };
}

function replyChilds({ ledger, rootWd }: Books, job: AdmittedJob): ChildReply[] {
  return Array.from({ length: taskCount(job.description) }, (_, offset) => {
    const entry = ledger.task(job.firstTask + offset);
    const runtime = replyRuntime(job, offset, entry, rootWd);
    return {
      iteration: job.description.iteration!.start + offset,
      state: entry.state,
      ...(runtime === undefined ? {} : { runtime }),
      ...(entry.reason === undefined ? {} : { messages: entry.reason }),
    };
  });
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
  const variables = launchVariables({ job: job.description, offset, rootWd, allocation });
  const execution = substituteExecution(job.description.execution, variables);
  const runtime: { -readonly [K in keyof RuntimeReply]: RuntimeReply[K] } = {
    allocation: formatAllocation(allocation),
    wd: taskPaths(execution, rootWd).wd,
  };
  if (isTerminal(entry.state)) {
    runtime.rtime = startedAtMs === undefined ? "0" : formatElapsed(endedAtMs! - startedAtMs);
    runtime.exit_code = startedAtMs === undefined || exit === undefined ? "-1" : String(exitNumber(exit));
    runtime.pid = String(pid ?? -1);
  } else if (pid !== undefined) runtime.pid = String(pid);
  runtime.pname = execution.exec === undefined ? "bash" : execution.exec.slice(execution.exec.lastIndexOf("/") + 1);
  return runtime;
}

/** Counts the cores that a task holds or held. */
export function coresOf(entry: TaskEntry): number {
  return entry.allocation === undefined ? 0 : countCores(entry.allocation);
}

function jobHistory(ledger: Ledger, job: AdmittedJob): string {
  const entry = ledger.job(job.id);
  if (entry === undefined) return "\n";
  const ended = entry.endedAtMs === undefined ? [] : [[entry.endedAtMs, jobState(ledger, job)] as const];
  return historyLines([[entry.submittedAtMs, "QUEUED"], ...ended]);
}

function taskHistory(ledger: Ledger, job: AdmittedJob, entry: TaskEntry, withQueued: boolean): string {
  const lines: [number | undefined, string][] = [
    [withQueued ? ledger.job(job.id)?.submittedAtMs : undefined, "QUEUED"],
    [entry.scheduledAtMs, "SCHEDULED"],
    [entry.startedAtMs, "EXECUTING"],
    [entry.endedAtMs, entry.state],
  ];
  return historyLines(lines.filter((line): line is [number, string] => line[0] !== undefined));
}

function historyLines(lines: readonly (readonly [number, string])[]): string {
  return "\n" + lines.map(([atMs, state]) => `${formatTime(atMs)}: ${state}`).join("\n");
}

/** Writes a time as the ancestor does, `2026-01-31 12:00:00.123000`, but always in UTC. */
export function formatTime(atMs: number): string {
  const [date, time] = new Date(Math.floor(atMs)).toISOString().split("T") as [string, string];
  const micros = String(Math.floor((atMs % 1000) * 1000)).padStart(6, "0");
  return `${date} ${time.slice(0, 8)}.${micros}`;
}
