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
import { type JobNames, unknownJob, type UnknownName } from "./target.ts";

/** Of how many unknown names one reply says what may have been meant. */
const reasonsMax = 10;

/** What one name is answered with: what was asked for, or what is wrong with just this name. */
type PerName<T> =
  | { readonly status: 0; readonly data: T }
  /** The message is QCG-PilotJob's; `reason` says it in our words. */
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
  return answerEach(pilot.intake, statesOf(pilot, names), (name) => `Job '${name}' doesn't exist`, write);
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
  return answerEach(intake, answers, () => `Job ${pythonList(names)} doesn't exist`, (_, about) => about);
}

function answerEach<A, T>(
  known: JobNames,
  answers: Iterable<NameAnswer<A>>,
  noJob: (name: string) => string,
  write: (name: string, answer: A) => T,
): Reply {
  const jobs: [string, PerName<T>][] = [];
  for (const one of answers) {
    if (one.kind === "known") {
      jobs.push([one.name, { status: 0, data: write(one.name, one.answer) }]);
      continue;
    }
    const { name, why } = one;
    const { message: reason } = unknownJob(known, name, why);
    if (why.kind === "noJob" || why.kind === "outOfRange") {
      const message = why.kind === "noJob" ? noJob(name as string) : pythonMessage(name, why);
      return refuse(message, { error: "UNKNOWN_JOB", job: name as string, ...(reason === message ? {} : { reason }) });
    }
    jobs.push([nameKey(name), { status: 1, message: pythonMessage(name, why), reason }]);
  }
  return accept({ jobs: Object.fromEntries(jobs) });
}

/**
 * Answers `cancelJob`; does not wait for the end. Names that have nothing to stop get a text of their own: QCG-PilotJob
 * says only `job_name` of a finished job.
 */
export function answerCancel(pilot: ServedPilot, names: readonly unknown[]): Reply {
  if (names.some(isUnhashable)) return refuseUnhashable(names);
  const answers = [...cancelJobs(pilot, names)];
  const { done, errors } = countDone(answers, cancelProblem);
  return accept({ canceled: done, ...namesLeft(pilot.intake, answers, errors) });
}

function cancelProblem(one: NameAnswer<CancelAnswer>): string | undefined {
  const { name } = one;
  if (one.kind === "unknown") {
    const jobName = String(name).split(":")[0];
    return one.why.kind === "noJob" ? `Job/iteration ${jobName} doesn't exist` : pythonMessage(name, one.why);
  }
  const { answer } = one;
  if (answer.kind === "stopping") return undefined;
  const isCanceled = answer.kind === "repeated" || answer.state === "CANCELED";
  return isCanceled ? `Job ${name} already canceled` : `Job ${name} already finished (${answer.state})`;
}

/** Answers `removeJob`. An iteration is no job. */
export function answerRemove(pilot: ServedPilot, names: readonly unknown[]): Reply {
  if (names.some(isUnhashable)) return refuseUnhashable(names);
  const answers = [...removeJobs(pilot, names)];
  const { done, errors } = countDone(answers, removeProblem);
  return accept({ removed: done, ...namesLeft(pilot.intake, answers, errors) });
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

/**
 * What is wrong with names for which nothing was done, and beside that, of the first that stand for nothing, what
 * may have been meant; of no more, as each is compared with the names that there are.
 */
function namesLeft(
  known: JobNames,
  answers: readonly NameAnswer<unknown>[],
  errors: Readonly<Record<string, string>>,
): { readonly errors?: Readonly<Record<string, string>>; readonly reasons?: Readonly<Record<string, string>> } {
  if (isEmpty(errors)) return {};
  const unknown = answers.filter((one) => one.kind === "unknown").slice(0, reasonsMax);
  const reasons = unknown
    .map(({ name, why }) => [nameKey(name), unknownJob(known, name, why).message] as const)
    .filter(([name, reason]) => errors[name] !== reason);
  return { errors, ...(reasons.length === 0 ? {} : { reasons: Object.fromEntries(reasons) }) };
}

/** What QCG-PilotJob says of a name that stands for nothing. */
function pythonMessage(name: unknown, why: UnknownName): string {
  switch (why.kind) {
    case "noText":
      return `'${typeName(name)}' object has no attribute 'split'`;
    case "malformed": {
      const [jobName] = String(name).split(":", 1) as [string];
      return notInt(String(name).slice(jobName.length + 1)) ?? `'${name}' is no name of a job or iteration`;
    }
    case "noIterations":
      return "'NoneType' object has no attribute 'in_range'";
    case "outOfRange":
      return `Unknown iteration ${why.index} for job ${why.job.description.name}`;
    case "noJob":
      return `Job '${name}' doesn't exist`;
    default:
      return why satisfies never;
  }
}
