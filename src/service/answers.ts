/**
 * What can be asked and told about jobs by their names, answered in plain values: list, status, info, cancel, remove.
 * The manager of the library and the replies to requests only write these answers in their own words.
 *
 * Names are taken as they came, whatever they are: one that stands for nothing is an answer too.
 *
 * @module
 */

import type { AdmittedJob } from "../core/types.ts";
import { isTerminal, type JobState, type TerminalState } from "../report/states.ts";
import { nameKey } from "./python_text.ts";
import { type Books, describeTarget, type InfoReply, targetState } from "./replies.ts";
import type { ServedPilot } from "./served_pilot.ts";
import { lookUp, type Target, type UnknownName } from "./target.ts";

/** What one name is answered with. */
export type NameAnswer<T> =
  | { readonly kind: "known"; readonly name: string; readonly answer: T }
  | { readonly kind: "unknown"; readonly name: unknown; readonly why: UnknownName };

/** A job in the list of all. */
export interface ListedJob {
  /** Its name. */
  readonly name: string;
  /** Its state. */
  readonly state: JobState;
  /** Its place among the queued jobs, from 0; absent when it is not queued. */
  readonly inQueue?: number;
  /** Why it did not succeed; told of plain jobs only. */
  readonly reason?: string;
}

/** What became of the request to cancel. */
export type CancelAnswer =
  | { readonly kind: "stopping" }
  /** The same name stands before in the same list. */
  | { readonly kind: "repeated" }
  | { readonly kind: "ended"; readonly state: TerminalState };

/** What became of the request to remove. */
export type RemoveAnswer =
  | { readonly kind: "removed" }
  | { readonly kind: "open" }
  /** Only whole jobs can be removed. */
  | { readonly kind: "iteration" };

/** What became of the request to give a job another priority. */
export type PriorityAnswer =
  | { readonly kind: "set" }
  | { readonly kind: "ended"; readonly state: TerminalState }
  /** Only whole jobs have a priority. */
  | { readonly kind: "iteration" };

/** Lists every job that is known, in the order of submission. */
export function* listJobs({ intake, ledger }: Pick<Books, "intake" | "ledger">): Generator<ListedJob> {
  let queued = 0;
  for (const name of intake.names()) {
    const job = intake.find(name)!;
    const state = targetState(ledger, { job });
    const reason = job.description.iteration === undefined && isTerminal(state)
      ? ledger.task(job.firstTask).reason
      : undefined;
    yield {
      name,
      state,
      ...(state === "QUEUED" ? { inQueue: queued++ } : {}),
      ...(reason === undefined ? {} : { reason }),
    };
  }
}

/** Tells the state of jobs and iterations. */
export function statesOf(
  { intake, ledger }: Pick<Books, "intake" | "ledger">,
  names: Iterable<unknown>,
): Generator<NameAnswer<JobState>> {
  return forEachName(intake, names, (_, target) => targetState(ledger, target));
}

/** Tells all that is known of jobs and iterations. */
export function infosOf(
  books: Books,
  names: Iterable<unknown>,
  options: { readonly withChilds?: boolean } = {},
): Generator<NameAnswer<InfoReply>> {
  return forEachName(books.intake, names, (name, target) => describeTarget(books, name, target, options));
}

/** Asks to stop jobs and iterations, one after the other as the answers are taken; does not wait for their end. */
export function cancelJobs(pilot: ServedPilot, names: Iterable<unknown>): Generator<NameAnswer<CancelAnswer>> {
  const asked = new Set<string>();
  return forEachName(pilot.intake, names, (name, target) => {
    const state = targetState(pilot.ledger, target);
    if (isTerminal(state)) return { kind: "ended", state };
    if (asked.has(name)) return { kind: "repeated" };
    asked.add(name);
    const { job, offset } = target;
    pilot.cancel({ kind: "job", job: job.id, ...(offset === undefined ? {} : { offset }) });
    return { kind: "stopping" };
  });
}

/** Gives jobs another priority, one after the other as the answers are taken. */
export function setPriorities(
  pilot: ServedPilot,
  names: Iterable<unknown>,
  priority: number,
): Generator<NameAnswer<PriorityAnswer>> {
  return forEachName(pilot.intake, names, (_, { job, offset }): PriorityAnswer => {
    if (offset !== undefined) return { kind: "iteration" };
    const state = targetState(pilot.ledger, { job });
    if (isTerminal(state)) return { kind: "ended", state };
    pilot.setPriority(job, priority);
    return { kind: "set" };
  });
}

/** Why a job was not given another priority; `undefined` if it was. */
export function priorityProblem(name: string, answer: PriorityAnswer): string | undefined {
  switch (answer.kind) {
    case "set":
      return undefined;
    case "iteration":
      return `'${name}' is an iteration: only whole jobs have a priority`;
    case "ended":
      return `Job '${name}' has ended already (${answer.state})`;
    default:
      return answer satisfies never;
  }
}

/** Forgets jobs that have ended, one after the other as the answers are taken. */
export function removeJobs(pilot: ServedPilot, names: Iterable<unknown>): Generator<NameAnswer<RemoveAnswer>> {
  const remove = (job: AdmittedJob): RemoveAnswer => {
    if (!isTerminal(targetState(pilot.ledger, { job }))) return { kind: "open" };
    pilot.forget(job);
    return { kind: "removed" };
  };
  return forEachName(
    pilot.intake,
    names,
    (_, { job, offset }) => offset === undefined ? remove(job) : { kind: "iteration" },
  );
}

/** What is told of a list of names for which something was to be done. */
export interface Done {
  /** For how many it was done. */
  readonly done: number;
  /** Why it was not done for the others, by name. */
  readonly errors: Readonly<Record<string, string>>;
}

/**
 * Takes all answers, and with that does what they answer.
 *
 * @param answers The answers.
 * @param explain Says why nothing was done; `undefined` where it was.
 */
export function countDone<T>(
  answers: Iterable<NameAnswer<T>>,
  explain: (answer: NameAnswer<T>) => string | undefined,
): Done {
  const errors = new Map<string, string>();
  let done = 0;
  for (const answer of answers) {
    const problem = explain(answer);
    if (problem === undefined) done++;
    else errors.set(nameKey(answer.name), problem);
  }
  return { done, errors: Object.fromEntries(errors) };
}

function* forEachName<T>(
  intake: Books["intake"],
  names: Iterable<unknown>,
  answer: (name: string, target: Target) => T,
): Generator<NameAnswer<T>> {
  for (const name of names) {
    const found = lookUp(intake, name);
    yield found.kind === "found"
      ? { kind: "known", name: name as string, answer: answer(name as string, found.target) }
      : { kind: "unknown", name, why: found };
  }
}
