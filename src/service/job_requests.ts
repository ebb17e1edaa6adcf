/**
 * The requests about jobs by their names, answered in QCG-PilotJob's words.
 *
 * @module
 */

import { nameValue } from "../job/json.ts";
import type { JobState } from "../report/states.ts";
import type { ZoneMinutes } from "../report/times.ts";
import {
  type CancelAnswer,
  cancelJobs,
  countDone,
  infosOf,
  listJobs,
  type NameAnswer,
  priorityProblem,
  type RemoveAnswer,
  removeJobs,
  setPriorities,
  statesOf,
} from "./answers.ts";
import { accept, refuse, type Reply } from "./reply.ts";
import { nameKey, pythonList, pythonText } from "./python_text.ts";
import { notInt, typeName } from "./refusals/python_values.ts";
import { replyStatus } from "./replies.ts";
import type { ServedPilot } from "./served_pilot.ts";
import { unknownJob, type UnknownName } from "./target.ts";

/** What one name is answered with: what was asked for, or what is wrong with just this name. */
type PerName<T> =
  | { readonly status: 0; readonly data: T }
  /** The message is QCG-PilotJob's; `reason` says it in our words where that only quotes Python. */
  | { readonly status: 1; readonly message: string; readonly reason?: string };

/** Answers `listJobs`. A job that is queued tells its place, from 0; a plain job that did not succeed tells why. */
export function answerList(pilot: ServedPilot): Reply {
  const jobs = [...listJobs(pilot)].map(({ name, state, inQueue, reason }) =>
    [name, {
      status: state,
      ...(inQueue === undefined ? {} : { inQueue }),
      ...(reason === undefined ? {} : { messages: reason }),
    }] as const
  );
  return accept({ length: jobs.length, jobs: Object.fromEntries(jobs) });
}

/** Answers `jobStatus`. One unknown job or iteration fails the whole request. */
export function answerStatus(pilot: ServedPilot, names: readonly unknown[]): Reply {
  if (names.some(isUnhashable)) return refuseUnhashable(names);
  const write = (name: string, state: JobState) => replyStatus(name, state).data;
  return answerEach(statesOf(pilot, names), (name) => `Job '${name}' doesn't exist`, write);
}

/** Answers `jobInfo`. One unknown job or iteration fails the whole request; the message then lists all names. */
export function answerInfo(
  { intake, ledger, nodes, rootWd }: ServedPilot,
  names: readonly unknown[],
  options: { readonly withChilds: boolean; readonly zone: ZoneMinutes },
): Reply {
  if (names.some(isUnhashable)) return refuseUnhashable(names);
  const books = { intake, ledger, nodes, rootWd, zone: options.zone };
  const answers = infosOf(books, names, { withChilds: options.withChilds });
  return answerEach(answers, () => `Job ${pythonList(names)} doesn't exist`, (_, about) => about);
}

function answerEach<A, T>(
  answers: Iterable<NameAnswer<A>>,
  unknownJob: (name: string) => string,
  write: (name: string, answer: A) => T,
): Reply {
  const jobs: [string, PerName<T>][] = [];
  for (const one of answers) {
    if (one.kind === "known") {
      jobs.push([one.name, { status: 0, data: write(one.name, one.answer) }]);
      continue;
    }
    const { name, why } = one;
    if (why.kind === "noJob" || why.kind === "outOfRange") {
      const message = why.kind === "noJob" ? unknownJob(name as string) : nameProblem(name, why).message;
      return refuse(message, { error: "UNKNOWN_JOB", job: name as string });
    }
    jobs.push([nameKey(name), { status: 1, ...nameProblem(name, why) }]);
  }
  return accept({ jobs: Object.fromEntries(jobs) });
}

/**
 * Answers `cancelJob`; does not wait for the end. Names that have nothing to stop get a text of their own: QCG-PilotJob
 * says only `job_name` of a finished job.
 */
export function answerCancel(pilot: ServedPilot, names: readonly unknown[]): Reply {
  if (names.some(isUnhashable)) return refuseUnhashable(names);
  const { done, errors } = countDone(cancelJobs(pilot, names), cancelProblem);
  return accept({ canceled: done, ...(isEmpty(errors) ? {} : { errors }) });
}

function cancelProblem(one: NameAnswer<CancelAnswer>): string | undefined {
  const { name } = one;
  if (one.kind === "unknown") {
    const jobName = String(name).split(":")[0];
    return one.why.kind === "noJob" ? `Job/iteration ${jobName} doesn't exist` : nameProblem(name, one.why).message;
  }
  const { answer } = one;
  if (answer.kind === "stopping") return undefined;
  const isCanceled = answer.kind === "repeated" || answer.state === "CANCELED";
  return isCanceled ? `Job ${name} already canceled` : `Job ${name} already finished (${answer.state})`;
}

/** Answers `removeJob`. An iteration is no job. */
export function answerRemove(pilot: ServedPilot, names: readonly unknown[]): Reply {
  if (names.some(isUnhashable)) return refuseUnhashable(names);
  const { done, errors } = countDone(removeJobs(pilot, names), removeProblem);
  return accept({ removed: done, ...(isEmpty(errors) ? {} : { errors }) });
}

function removeProblem(one: NameAnswer<RemoveAnswer>): string | undefined {
  const { name } = one;
  if (one.kind === "known" && one.answer.kind === "removed") return undefined;
  if (one.kind === "known" && one.answer.kind === "open") return `Job '${name}' not finished - can not be removed`;
  return `Job '${typeof name === "string" ? name : pythonText(name)}' doesn't exist`;
}

/** What no key of a Python dictionary can be: the whole request fails there, before anything is done. */
function isUnhashable(name: unknown): boolean {
  return ["list", "dict"].includes(typeName(name));
}

function refuseUnhashable(names: readonly unknown[]): Reply {
  const reason = `The name of a job must be a string, not ${nameValue(names.find(isUnhashable))}`;
  return refuse("Failed to process request: <class 'TypeError'>", { error: "INVALID_REQUEST", reason });
}

/** Answers `setPriority`, in our own words: QCG-PilotJob knows no such request. An iteration has its job's priority. */
export function answerPriority(pilot: ServedPilot, names: readonly unknown[], priority: number): Reply {
  const { done, errors } = countDone(setPriorities(pilot, names, priority), (one) => {
    if (one.kind === "known") return priorityProblem(one.name, one.answer);
    return unknownJob(pilot.intake, one.name, one.why).message;
  });
  return accept({ set: done, ...(isEmpty(errors) ? {} : { errors }) });
}

function isEmpty(errors: object): boolean {
  return Object.keys(errors).length === 0;
}

/** Says what is wrong with a name that stands for nothing. */
function nameProblem(name: unknown, why: UnknownName): { readonly message: string; readonly reason?: string } {
  switch (why.kind) {
    case "noText": {
      const reason = `The name of a job must be a string, not ${nameValue(name)}`;
      return { message: `'${typeName(name)}' object has no attribute 'split'`, reason };
    }
    case "malformed": {
      const [jobName] = String(name).split(":", 1) as [string];
      const reason = `'${name}' is no name of a job or iteration; it must be like 'job' or 'job:3'`;
      return { message: notInt(String(name).slice(jobName.length + 1)) ?? reason, reason };
    }
    case "noIterations": {
      const reason = `Job ${why.job.description.name} has no iterations, so there is no iteration ${why.index}`;
      return { message: "'NoneType' object has no attribute 'in_range'", reason };
    }
    case "outOfRange":
      return { message: `Unknown iteration ${why.index} for job ${why.job.description.name}` };
    case "noJob":
      return { message: `Job '${name}' doesn't exist` };
    default:
      return why satisfies never;
  }
}
