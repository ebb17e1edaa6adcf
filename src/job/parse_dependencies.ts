/**
 * The `dependencies` element of a job: what must succeed before it.
 *
 * @module
 */

import type { Dependency, Iteration, TaskInput } from "./description.ts";
import { dependencyLists, fillIndex, indexOfFilled, indexVariable, serializeDependency } from "./dependencies.ts";
import type { DependenciesInput } from "./input.ts";
import { nameProblem, parseTaskName } from "./name.ts";
import { type Field, keysOf } from "./shape.ts";

/** The keys of `dependencies`. */
export const dependencyKeys: readonly string[] = keysOf<DependenciesInput>({
  after: true,
  afterAny: true,
  afterNotOk: true,
});

const form = '{ "after": ["job", "job:3"] }';

/** What a job's own dependencies are checked against. */
export interface DependingJob {
  /** The job's name. */
  readonly name: string;
  /** Its iterations, if it has any. */
  readonly iteration?: Iteration | undefined;
}

/**
 * Reads `dependencies`.
 *
 * Each entry of a list is `job`, `job:3`, and in an iterative job also `job:${it}` (iteration i after iteration i) or
 * a name with `${it}` in it (iteration i after the job of that name); `$${it}` is another spelling of `${it}`.
 *
 * @param field The element.
 * @param own The job that has it.
 * @returns The frozen dependencies without repetitions.
 * @throws {JobDescriptionError} If an entry is malformed, or makes the job wait for itself.
 */
export function parseDependencies(field: Field, own: DependingJob): readonly Dependency[] {
  if (field.absent) return Object.freeze([]);
  field.shaped(`an object such as ${form}`, dependencyKeys);
  const seen = new Map<string, Dependency>();
  for (const [key, awaits] of dependencyLists) {
    for (const entry of field.get(key).elements('an array of job names such as ["job", "job:3"]')) {
      const dependency = parseDependency(entry, own);
      const text = serializeDependency(dependency);
      seen.set(`${key} ${text}`, Object.freeze(awaits === undefined ? dependency : { ...dependency, awaits }));
    }
  }
  return Object.freeze([...seen.values()]);
}

/** Reads one entry of a list: what is waited for. */
export function parseDependency(entry: Field, own: DependingJob): Dependency {
  const text = entry.string("the name of a job").replaceAll(`$${indexVariable}`, indexVariable);
  const dependency = text.includes(indexVariable) ? parseIndexed(text, entry, own) : parsePlain(text, entry);
  refuseSelf(dependency, entry, own);
  return dependency;
}

/** Adds the task whose output is read, if one is, to what must succeed first. */
export function withSource(dependencies: readonly Dependency[], input?: TaskInput): readonly Dependency[] {
  if (input?.kind !== "output") return dependencies;
  const text = serializeDependency(input.of);
  const isThere = dependencies.some((one) => one.awaits === undefined && serializeDependency(one) === text);
  return isThere ? dependencies : Object.freeze([...dependencies, input.of]);
}

function parsePlain(text: string, entry: Field): Dependency {
  const parts = parseTaskName(text);
  if (parts === undefined) {
    entry.refuse(`must be a job ("job") or one iteration of it ("job:3"), not ${JSON.stringify(text)}`);
  }
  checkName(parts.job, entry);
  return { kind: "job", ...parts };
}

function parseIndexed(text: string, entry: Field, own: DependingJob): Dependency {
  if (own.iteration === undefined) {
    entry.refuse(`uses ${indexVariable}, but the job has no "iteration"; name a job, or one iteration such as "job:3"`);
  }
  const suffix = `:${indexVariable}`;
  const job = text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
  if (job.includes(indexVariable) && (job !== text || text.includes(":"))) {
    entry.refuse(
      `must have ${indexVariable} either in the job's name or as its iteration, not ${JSON.stringify(text)}`,
    );
  }
  checkName(fillIndex(job, 0), entry);
  return job === text ? { kind: "perIteration", pattern: text } : { kind: "aligned", job };
}

function checkName(job: string, entry: Field): void {
  const problem = nameProblem(job);
  if (problem !== undefined) entry.refuse(`cannot name a job: ${JSON.stringify(job)} ${problem}`);
}

/** A task that waits for itself would wait for ever. */
function refuseSelf(dependency: Dependency, entry: Field, own: DependingJob): void {
  const index = dependency.kind === "perIteration" ? indexOfFilled(dependency.pattern, own.name) : undefined;
  const { start, stop } = own.iteration ?? { start: 0, stop: 0 };
  const isSelf = dependency.kind === "perIteration"
    ? index !== undefined && index >= start && index < stop
    : dependency.job === own.name;
  if (isSelf) entry.refuse("makes the job wait for itself, so it could never start; leave it out");
}
