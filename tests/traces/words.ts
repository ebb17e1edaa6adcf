/**
 * The words of the traces: a job in one line of text, and events and actions as lines.
 *
 * @module
 */

import type { Exit } from "../../src/core/exit.ts";
import type { Action, AdmittedJob, Event, JobId, Output, TaskId } from "../../src/core/types.ts";
import { type JobDescription, taskName } from "../../src/job/description.ts";
import { parseJob } from "../../src/job/parse.ts";
import { formatAllocation } from "../../src/resources/node.ts";

const variables = { rcnt: "1", uniq: "u", sname: "local", date: "", time: "", dateTime: "" };

/** The words for the lists of dependencies. */
const dependencyWords: Readonly<Record<string, string>> = {
  after: "after",
  any: "afterAny",
  notok: "afterNotOk",
};

/**
 * Reads a job: its name, then words such as `x6` (iterations), `x2..5`, `cores=2`, `cores=1-4`, `nodes=2`, `gpus=1`,
 * `mem=512`, `licences=1`, `disk=2` (both counted), `enforce` (the memory), `split=3`, `maxiters=2`, `limit=1500`
 * (ms), `grace=100` (ms), `retry=2` or `retry=2+50` (further attempts, first pause in ms), `grow=2` (the memory,
 * after each attempt that ran out of it), `after=A,B:3,C:${it}`, `priority=2`,
 * `max=3` (tasks that run at once), `group=io`, `any=A` and `notok=A` (other dependencies), `continue` (on failure),
 * `finally`.
 */
export function readJob(text: string): JobDescription {
  const [name, ...words] = text.trim().split(/\s+/);
  const resources: Record<string, unknown> = {};
  const crs: Record<string, number> = {};
  const counted: Record<string, number> = {};
  const retry: Record<string, number> = {};
  const job: Record<string, unknown> = { name, execution: { exec: "true" } };
  let limitMs: number | undefined;
  let graceMs: number | undefined;
  for (const word of words) {
    const range = /^x(?:(-?\d+)\.\.)?(-?\d+)$/.exec(word);
    const [key, value] = word.split(/=(.*)/s) as [string, string];
    if (range !== null) job["iteration"] = { start: Number(range[1] ?? 0), stop: Number(range[2]) };
    else if (key === "cores") resources["numCores"] = readSize(value);
    else if (key === "nodes") resources["numNodes"] = readSize(value);
    else if (key === "gpus") crs["gpu"] = Number(value);
    else if (key === "mem") crs["mem"] = Number(value);
    else if (key === "licences" || key === "disk") counted[key] = Number(value);
    else if (key === "enforce") job["enforceMemory"] = true;
    else if (key === "split") {
      resources["numCores"] = { scheduler: { name: "split-into", params: { parts: Number(value) } } };
    } else if (key === "maxiters") {
      resources["numCores"] = { min: Number(value), scheduler: { name: "maximum-iters" } };
    } else if (key === "limit") limitMs = Number(value);
    else if (key === "grace") graceMs = Number(value);
    else if (key === "retry") {
      Object.assign(retry, { max: Number(value.split("+")[0]), backoffMs: Number(value.split("+")[1] ?? 0) });
    } else if (key === "grow") retry["growMemory"] = Number(value);
    else if (key === "priority" || key === "max") job[key === "max" ? "maxRunning" : key] = Number(value);
    else if (key === "group") job["group"] = value;
    else if (Object.hasOwn(dependencyWords, key)) {
      job["dependencies"] = { ...job["dependencies"] as object, [dependencyWords[key]!]: value.split(",") };
    } else if (key === "continue") job["onFailure"] = "continue";
    else if (key === "finally") job["finally"] = true;
    else throw new Error(`What is "${word}" in "${text}"?`);
  }
  if (Object.keys(retry).length > 0) job["retry"] = retry;
  if (Object.keys(crs).length > 0) resources["nodeCrs"] = crs;
  if (Object.keys(counted).length > 0) resources["counted"] = counted;
  if (Object.keys(resources).length > 0) job["resources"] = resources;
  return {
    ...parseJob(job, { variables }),
    ...(limitMs === undefined ? {} : { timeLimitMs: limitMs }),
    ...(graceMs === undefined ? {} : { graceMs }),
  };
}

function readSize(text: string): Record<string, number> {
  const [min, max] = text.split("-").map(Number);
  return max === undefined ? { exact: min! } : { min: min!, max };
}

/** Reads an exit: a code or the name of a signal. */
export function readExit(text: string): Exit {
  return /^\d+$/.test(text) ? { code: Number(text) } : { signal: text };
}

/** Writes what a step gave back, line by line. */
export function writeOutput({ events, actions }: Output, jobs: ReadonlyMap<JobId, AdmittedJob>): string[] {
  return [...events.map((event) => writeEvent(event, jobs)), ...actions.map((action) => writeAction(action, jobs))];
}

function nameOf(task: TaskId, jobs: ReadonlyMap<JobId, AdmittedJob>): string {
  const count = ({ description: { iteration } }: AdmittedJob) => iteration ? iteration.stop - iteration.start : 1;
  for (const job of jobs.values()) {
    if (task >= job.firstTask && task < job.firstTask + count(job)) {
      return taskName(job.description, task - job.firstTask);
    }
  }
  return `task ${task}`;
}

/** Writes an event as a line. */
export function writeEvent(event: Event, jobs: ReadonlyMap<JobId, AdmittedJob>): string {
  const task = (id: TaskId, attempt: number) => `${nameOf(id, jobs)}${attempt === 1 ? "" : `#${attempt}`}`;
  const job = (id: JobId) => jobs.get(id)?.description.name ?? `job ${id}`;
  switch (event.kind) {
    case "jobSubmitted":
      return `submitted ${event.job.description.name}`;
    case "taskScheduled":
      return `scheduled ${task(event.task, event.attempt)} on ${formatAllocation(event.allocation)}`;
    case "taskStarted":
      return `started ${task(event.task, event.attempt)}`;
    case "taskEnded": {
      const { outcome } = event;
      const why = outcome.kind === "succeeded" ? "" : `: ${outcome.reason}`;
      return `ended ${task(event.task, event.attempt)} ${outcome.kind}${why}`;
    }
    case "stopRequested":
      return `stopping ${task(event.task, event.attempt)}: ${event.reason}`;
    case "jobCanceled":
      return `canceled job ${job(event.job)}`;
    case "attemptEnded":
      return `failed ${task(event.task, event.attempt)}, again at ${event.readyAtMs}: ${event.outcome.reason}`;
    case "tasksDropped": {
      const last = event.first + event.count - 1;
      const range = event.count === 1 ? nameOf(last, jobs) : `${nameOf(event.first, jobs)} to ${nameOf(last, jobs)}`;
      return `dropped ${range} ${event.outcome.kind}: ${event.outcome.reason}`;
    }
    case "jobEnded": {
      const counts = Object.entries(event.counts).filter(([, n]) => n > 0).map(([kind, n]) => `${n} ${kind}`);
      return `job ${job(event.job)} ${event.outcome} (${counts.join(", ")})`;
    }
    case "tasksReopened": {
      const last = event.first + event.count - 1;
      const range = event.count === 1 ? nameOf(last, jobs) : `${nameOf(event.first, jobs)} to ${nameOf(last, jobs)}`;
      return `reopened ${range}`;
    }
    case "prioritySet":
      return `job ${job(event.job)} has priority ${event.priority}`;
    case "jobForgotten":
      return `forgotten ${job(event.job)}`;
    case "nodeReady":
      return `node ${event.name} ready`;
    case "nodeLost":
      return `node ${event.name} lost${event.reason === "" ? "" : `: ${event.reason}`}`;
    case "pilotDrained":
      return "drained";
    default:
      return event satisfies never;
  }
}

/** Writes an action as a line. */
export function writeAction(action: Action, jobs: ReadonlyMap<JobId, AdmittedJob>): string {
  switch (action.kind) {
    case "launch":
      return `-> launch ${nameOf(action.task, jobs)}`;
    case "signal":
      return `-> ${action.signal} ${nameOf(action.task, jobs)}`;
    case "stop":
      return "-> stop";
    default:
      return action satisfies never;
  }
}
