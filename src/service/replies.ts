/**
 * QCG-PilotJob's replies to questions about jobs and resources, in its shapes and with its keys in its order.
 *
 * @module
 */

import type { Intake } from "../core/intake.ts";
import type { AdmittedJob } from "../core/types.ts";
import { taskCount } from "../job/description.ts";
import type { Ledger } from "../report/ledger.ts";
import { jobHistory, replyRuntime, type RuntimeReply, type StateChange, taskHistory } from "../report/runtime.ts";
import type { JobState } from "../report/states.ts";
import { formatTime, type ZoneMinutes } from "../report/times.ts";
import { type IterationCounts, jobState, reportJob } from "../report/views.ts";
import type { Node } from "../resources/node.ts";
import type { PoolPresence } from "../resources/pool.ts";
import { findTarget, type Target } from "./target.ts";

export { findTarget, formatTime, replyRuntime, type RuntimeReply, type Target };

/** What the replies are made of. */
export interface Books {
  /** Knows the names. */
  readonly intake: Intake;
  /** Knows what became of jobs and tasks. */
  readonly ledger: Ledger;
  /** The nodes that we own. */
  readonly nodes: readonly Node[];
  /** Working directory of the tasks, absolute. */
  readonly rootWd: string;
  /** The zone of written times; UTC when absent. */
  readonly zone?: ZoneMinutes;
}

/** The state of a job or task. */
export function targetState(ledger: Ledger, { job, offset }: Target): JobState {
  return offset === undefined ? jobState(ledger, job) : ledger.state(job.firstTask + offset);
}

/** The reply to `resourcesInfo`. */
export interface ResourcesReply {
  /** Nodes that can be used: not those that are lost, or that have not come yet. */
  readonly total_nodes: number;
  /** All their cores. */
  readonly total_cores: number;
  /** Cores that tasks hold, and the reserved one. */
  readonly used_cores: number;
  /** Cores that are free now. */
  readonly free_cores: number;
}

/** Counts nodes and cores. A core that is reserved for the pilot counts as used. */
export function replyResources({ nodes, cores, freeCores }: PoolPresence): ResourcesReply {
  return { total_nodes: nodes, total_cores: cores, used_cores: cores - freeCores, free_cores: freeCores };
}

/** The reply to `jobStatus` about one name. */
export interface StatusReply {
  /** Says that the name is known. */
  readonly status: 0;
  /** The name as asked, and its state. */
  readonly data: { readonly jobName: string; readonly status: JobState };
}

/** Tells the state of a job or task. */
export function replyStatus(name: string, state: JobState): StatusReply {
  return { status: 0, data: { jobName: name, status: state } };
}

/** The reply to `jobInfo` about one name. */
export interface InfoReply {
  /** The name as asked. */
  readonly jobName: string;
  /** The state of the job or task. */
  readonly status: JobState;
  /** How far a whole iterative job is; absent for a plain one and for a single iteration. */
  readonly iterations?: IterationCounts;
  /** The iterations, if they were asked for. */
  readonly childs?: readonly ChildReply[];
  /** Why it did not succeed. */
  readonly messages?: string;
  /** How it ran; absent for a whole iterative job and before it got cores. */
  readonly runtime?: RuntimeReply;
  /** A newline, then one line for each state that was entered. */
  readonly history: string;
}

/** One iteration in the reply to `jobInfo` with `withChilds`. */
export interface ChildReply {
  /** The index. */
  readonly iteration: number;
  /** The state of the iteration. */
  readonly state: JobState;
  /** How it ran; absent before it got cores. */
  readonly runtime?: RuntimeReply;
  /** Why it did not succeed; QCG-PilotJob leaves this out. */
  readonly messages?: string;
}

/**
 * Tells all that is known of a job or task.
 *
 * @param books What is known.
 * @param name The name as it was asked for.
 * @param target What it stands for.
 * @param options With `withChilds`, an iterative job lists its iterations.
 */
export function describeTarget(
  books: Books,
  name: string,
  { job, offset }: Target,
  options: { readonly withChilds?: boolean } = {},
): InfoReply {
  const { ledger, rootWd } = books;
  const { iteration } = job.description;
  if (iteration !== undefined && offset === undefined) {
    const report = reportJob(ledger, job, rootWd);
    return {
      jobName: name,
      status: report.state,
      iterations: report.iterations!,
      ...(options.withChilds ? { childs: replyChilds(books, job) } : {}),
      ...(report.reason === undefined ? {} : { messages: report.reason }),
      history: historyText(jobHistory(ledger, job), books.zone),
    };
  }
  const entry = ledger.task(job.firstTask + (offset ?? 0));
  const runtime = replyRuntime(job, offset ?? 0, entry, rootWd);
  return {
    jobName: name,
    status: entry.state,
    ...(entry.reason === undefined ? {} : { messages: entry.reason }),
    ...(runtime === undefined ? {} : { runtime }),
    history: historyText(taskHistory(ledger, job, entry), books.zone),
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

function historyText(changes: readonly StateChange[], zone: ZoneMinutes | undefined): string {
  return "\n" + changes.map(({ state, atMs }) => `${formatTime(atMs, zone)}: ${state}`).join("\n");
}
