/**
 * What is known of a job, as values instead of texts: QCG-PilotJob's class `JobInfo`.
 *
 * @module
 */

import { parseElapsed } from "../base/duration.ts";
import type { JobState } from "../report/states.ts";
import type { IterationCounts } from "../report/views.ts";
import type { ChildReply, InfoReply, RuntimeReply } from "../service/replies.ts";

/** What is known of a job or an iteration. */
export interface JobInfo {
  /** The name: `job`, or `job:index` of an iteration. */
  readonly name: string;
  /** Its state. */
  readonly status: JobState;
  /** The ids of the cores that it got, by the names of their nodes; empty before it got some. */
  readonly nodes: Readonly<Record<string, readonly string[]>>;
  /** How many cores that are. */
  readonly totalCores: number;
  /** Its working directory, absolute; absent before it got cores. */
  readonly wdir?: string;
  /** How long it ran, in milliseconds; absent before it has ended. */
  readonly timeMs?: number;
  /** The exit code, or the negative number of a signal; absent before it has ended. */
  readonly exitCode?: number;
  /** How far a whole iterative job is. */
  readonly iterations?: IterationCounts;
  /** The iterations, if they were asked for. */
  readonly childs?: readonly (JobInfo & { readonly iteration: number })[];
  /** The states that it was in, with the times at which they began, as texts. */
  readonly history: readonly { readonly state: string; readonly date: string }[];
  /** Why it did not succeed. */
  readonly messages?: string;
}

/** Takes the texts of a reply apart. */
export function parseInfo(reply: InfoReply): JobInfo {
  const { jobName, status, iterations, childs, messages, history } = reply;
  const lines = history.split("\n").filter((line) => line !== "");
  return {
    ...{ name: jobName, status, ...parseRuntime(reply.runtime) },
    ...(iterations === undefined ? {} : { iterations }),
    ...(childs === undefined ? {} : { childs: childs.map((child) => parseChild(jobName, child)) }),
    history: lines.map((line) => ({
      state: line.slice(line.lastIndexOf(" ") + 1),
      date: line.slice(0, line.lastIndexOf(":")),
    })),
    ...(messages === undefined ? {} : { messages }),
  };
}

function parseChild(jobName: string, { iteration, state, runtime, messages }: ChildReply) {
  return {
    ...{ iteration, name: `${jobName}:${iteration}`, status: state, history: [], ...parseRuntime(runtime) },
    ...(messages === undefined ? {} : { messages }),
  };
}

function parseRuntime(
  { allocation = "", wd, rtime, exit_code: code }: Partial<RuntimeReply> = {},
): Pick<JobInfo, "nodes" | "totalCores" | "wdir" | "timeMs" | "exitCode"> {
  const shares = [...allocation.matchAll(/([^,[\]]+)\[([^\]]*)\]/g)];
  const nodes = Object.fromEntries(shares.map(([, name, cores]) => [name!, cores === "" ? [] : cores!.split(":")]));
  return {
    nodes,
    totalCores: Object.values(nodes).reduce((sum, cores) => sum + cores.length, 0),
    ...(wd === undefined ? {} : { wdir: wd }),
    ...(rtime === undefined ? {} : { timeMs: parseElapsed(rtime) }),
    ...(code === undefined ? {} : { exitCode: Number(code) }),
  };
}
