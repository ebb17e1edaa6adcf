/**
 * The requests about jobs by their names, answered as QCG-PilotJob does.
 *
 * @module
 */

import { nameValue } from "../job/json.ts";
import { isTerminal, type JobState } from "../report/states.ts";
import type { ZoneMinutes } from "../report/times.ts";
import { type InfoReply, replyInfo, targetState } from "./replies.ts";
import { accept, refuse, type Reply } from "./reply.ts";
import { nameKey, pythonList } from "./python_text.ts";
import type { ServedPilot } from "./served_pilot.ts";
import { type Lookup, lookUp, type Target } from "./target.ts";

/** What one name is answered with: what was asked for, or what is wrong with just this name. */
type PerName<T> =
  | { readonly status: 0; readonly data: T }
  | { readonly status: 1; readonly message: string };

/** Answers `listJobs`. A job that is queued tells its place, from 0; a plain job that did not succeed tells why. */
export function answerList({ intake, ledger }: ServedPilot): Reply {
  let queued = 0;
  const jobs: [string, { status: JobState; inQueue?: number; messages?: string }][] = [];
  for (const name of intake.names()) {
    const job = intake.find(name)!;
    const status = targetState(ledger, { job });
    const reason = job.description.iteration === undefined && isTerminal(status)
      ? ledger.task(job.firstTask).reason
      : undefined;
    jobs.push([name, {
      status,
      ...(status === "QUEUED" ? { inQueue: queued++ } : {}),
      ...(reason === undefined ? {} : { messages: reason }),
    }]);
  }
  return accept({ length: jobs.length, jobs: Object.fromEntries(jobs) });
}

/** Answers `jobStatus`. One unknown job or iteration fails the whole request. */
export function answerStatus(pilot: ServedPilot, names: readonly unknown[]): Reply {
  const about = (name: string, target: Target) => ({ jobName: name, status: targetState(pilot.ledger, target) });
  return answerEach(pilot, names, (name) => `Job '${name}' doesn't exist`, about);
}

/** Answers `jobInfo`. One unknown job or iteration fails the whole request; the message then lists all names. */
export function answerInfo(
  { intake, ledger, nodes, rootWd }: ServedPilot,
  names: readonly unknown[],
  options: { readonly withChilds: boolean; readonly zone: ZoneMinutes },
): Reply {
  const books = { intake, ledger, nodes, rootWd, zone: options.zone };
  const about = (name: string): InfoReply => replyInfo(books, name, { withChilds: options.withChilds });
  return answerEach({ intake }, names, () => `Job ${pythonList(names)} doesn't exist`, about);
}

function answerEach<T>(
  { intake }: Pick<ServedPilot, "intake">,
  names: readonly unknown[],
  unknownJob: (name: string) => string,
  about: (name: string, target: Target) => T,
): Reply {
  const jobs: [string, PerName<T>][] = [];
  for (const name of names) {
    const found = typeof name === "string" ? lookUp(intake, name) : undefined;
    if (found?.kind === "noJob" || found?.kind === "outOfRange") {
      const message = found.kind === "noJob" ? unknownJob(name as string) : nameProblem(name, found);
      return refuse(message, { error: "UNKNOWN_JOB", job: name as string });
    }
    const answer: PerName<T> = found?.kind === "found"
      ? { status: 0, data: about(name as string, found.target) }
      : { status: 1, message: nameProblem(name, found) };
    jobs.push([nameKey(name), answer]);
  }
  return accept({ jobs: Object.fromEntries(jobs) });
}

/**
 * Answers `cancelJob`; does not wait for the end. Names that have nothing to stop get a text of their own: QCG-PilotJob
 * says only `job_name` of a finished job.
 */
export function answerCancel(pilot: ServedPilot, names: readonly unknown[]): Reply {
  const { intake, ledger } = pilot;
  const asked = new Set<unknown>();
  const { count, errors } = forEachName(names, (name) => {
    const found = typeof name === "string" ? lookUp(intake, name) : undefined;
    if (found?.kind === "noJob") return `Job/iteration ${name} doesn't exist`;
    if (found?.kind !== "found") return nameProblem(name, found);
    const { job, offset } = found.target;
    const state = targetState(ledger, found.target);
    if (state === "CANCELED" || asked.has(name)) return `Job ${name} already canceled`;
    if (isTerminal(state)) return `Job ${name} already finished (${state})`;
    asked.add(name);
    pilot.cancel({ kind: "job", job: job.id, ...(offset === undefined ? {} : { offset }) });
    return undefined;
  });
  return accept({ canceled: count, ...errors });
}

/** Answers `removeJob`. */
export function answerRemove(pilot: ServedPilot, names: readonly unknown[]): Reply {
  const { intake, ledger } = pilot;
  const { count, errors } = forEachName(names, (name) => {
    const job = typeof name === "string" ? intake.find(name) : undefined;
    if (job === undefined) {
      return typeof name === "string" ? `Job '${name}' doesn't exist` : nameProblem(name, undefined);
    }
    if (!isTerminal(targetState(ledger, { job }))) return `Job '${name}' not finished - can not be removed`;
    pilot.forget(job);
    return undefined;
  });
  return accept({ removed: count, ...errors });
}

/** Does something for each name; it returns what kept it from being done. */
function forEachName(
  names: readonly unknown[],
  act: (name: unknown) => string | undefined,
): { readonly count: number; readonly errors: { readonly errors?: Readonly<Record<string, string>> } } {
  const errors = new Map<string, string>();
  let count = 0;
  for (const name of names) {
    const problem = act(name);
    if (problem === undefined) count++;
    else errors.set(nameKey(name), problem);
  }
  return { count, errors: errors.size === 0 ? {} : { errors: Object.fromEntries(errors) } };
}

/** Says what is wrong with a name that stands for nothing. */
function nameProblem(name: unknown, found: Lookup | undefined): string {
  switch (found?.kind) {
    case undefined:
      return `The name of a job must be a string, not ${nameValue(name)}`;
    case "malformed":
      return `'${name}' is no name of a job or iteration; it must be like 'job' or 'job:3'`;
    case "noIterations":
      return `Job ${found.job.description.name} has no iterations, so there is no iteration ${found.index}`;
    case "outOfRange":
      return `Unknown iteration ${found.index} for job ${found.job.description.name}`;
    default:
      return `Job '${name}' doesn't exist`;
  }
}
