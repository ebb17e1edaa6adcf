/**
 * Dependencies between jobs: which jobs one waits for, whether the iterations exist, and whether there is a cycle.
 *
 * @module
 */

import type { Awaited, Dependency, Iteration, JobDescription } from "./description.ts";
import type { DependenciesInput } from "./input.ts";
import { refuse } from "./json.ts";

/** The text in a dependency that stands for the index of the depending iteration. */
export const indexVariable = "${it}";

/** The lists of dependencies, and what each waits for; a success when absent. */
export const dependencyLists: readonly (readonly [key: keyof DependenciesInput, awaits: Awaited | undefined])[] = [
  ["after", undefined],
  ["afterAny", "end"],
  ["afterNotOk", "failure"],
];

/** Writes one entry of a list of dependencies. */
export function serializeDependency(dependency: Dependency): string {
  switch (dependency.kind) {
    case "job":
      return dependency.iteration === undefined ? dependency.job : `${dependency.job}:${dependency.iteration}`;
    case "aligned":
      return `${dependency.job}:${indexVariable}`;
    case "perIteration":
      return dependency.pattern;
    default:
      return dependency satisfies never;
  }
}

/** The path of one of a job's dependencies, where each list holds none twice; or of what the job reads, which implies it. */
export function dependencyPath(
  { dependencies, execution: { input } }: Pick<JobDescription, "dependencies" | "execution">,
  index: number,
): string {
  const dependency = dependencies[index]!;
  // The very same object: one that is equal and stands in a list was written there.
  if (input?.kind === "output" && input.of === dependency) return "execution.stdin.from";
  const { awaits } = dependency;
  const key = dependencyLists.find((list) => list[1] === awaits)![0];
  return `dependencies.${key}[${dependencies.slice(0, index).filter((other) => other.awaits === awaits).length}]`;
}

/** The path of the dependency by which a job waits for another one. */
export function pathOfWait(job: Pick<JobDescription, "dependencies" | "execution">, other: string): string {
  const index = job.dependencies.findIndex((dependency) =>
    dependency.kind === "perIteration"
      ? indexOfFilled(dependency.pattern, other) !== undefined
      : dependency.job === other
  );
  return index < 0 ? "dependencies" : dependencyPath(job, index);
}

/** Fills an index into a name such as `job_${it}`. */
export function fillIndex(pattern: string, index: number): string {
  return pattern.replaceAll(indexVariable, () => String(index));
}

/** Returns the index that turns a pattern into `name`, or `undefined` if none does. */
export function indexOfFilled(pattern: string, name: string): number | undefined {
  const prefix = pattern.slice(0, pattern.indexOf(indexVariable));
  if (!name.startsWith(prefix)) return undefined;
  const digits = /^-?[0-9]+/.exec(name.slice(prefix.length))?.[0] ?? "";
  // What follows the variable may be digits too: in "a_${it}0" the name "a_30" means index 3.
  for (let length = digits.length; length > 0; length--) {
    const index = Number(digits.slice(0, length));
    if (Number.isSafeInteger(index) && fillIndex(pattern, index) === name) return index;
  }
  return undefined;
}

/**
 * Lists the names of jobs that a job waits for.
 *
 * @param job The job.
 * @param known The names of all jobs that exist; names outside it are left out.
 * @returns Each name once. Costs at most by the smaller of iterations and known jobs, not by iterations alone.
 */
export function jobsBefore(
  job: Pick<JobDescription, "dependencies" | "iteration">,
  known: ReadonlySet<string>,
): readonly string[] {
  const names = new Set<string>();
  for (const dependency of job.dependencies) {
    if (dependency.kind !== "perIteration") {
      if (known.has(dependency.job)) names.add(dependency.job);
    } else {
      for (const name of namesByPattern(dependency.pattern, job.iteration, known)) names.add(name);
    }
  }
  return [...names];
}

function* namesByPattern(
  pattern: string,
  iteration: Iteration | undefined,
  known: ReadonlySet<string>,
): Generator<string> {
  const { start, stop } = iteration ?? { start: 0, stop: 0 };
  if (stop - start > known.size) {
    for (const name of known) {
      const index = indexOfFilled(pattern, name);
      if (index !== undefined && index >= start && index < stop) yield name;
    }
    return;
  }
  for (let index = start; index < stop; index++) {
    const name = fillIndex(pattern, index);
    if (known.has(name)) yield name;
  }
}

/**
 * Checks that the iterations exist that a job waits for. QCG-PilotJob checks nothing: an index beyond the end kills
 * its scheduler, one before the start silently means another iteration.
 *
 * @param job The depending job.
 * @param find Finds a job by name; what it does not find is left to the scheduler, which omits the dependants.
 * @throws {JobDescriptionError} If a dependency names an iteration that its job does not have.
 */
export function checkIterations(
  job: JobDescription,
  find: (name: string) => Pick<JobDescription, "iteration"> | undefined,
): void {
  job.dependencies.forEach((dependency, i) => {
    const problem = iterationProblem(dependency, job.iteration, find);
    if (problem !== undefined) refuse({ jobName: job.name, path: dependencyPath(job, i) }, problem);
  });
}

function iterationProblem(
  dependency: Dependency,
  own: Iteration | undefined,
  find: (name: string) => Pick<JobDescription, "iteration"> | undefined,
): string | undefined {
  if (dependency.kind === "perIteration") return undefined;
  const wanted = dependency.kind === "aligned" ? own : indexRange(dependency.iteration);
  const target = wanted && find(dependency.job);
  if (wanted === undefined || target === undefined) return undefined;
  if (target.iteration === undefined) {
    return `waits for ${nameRange(wanted)} of job "${dependency.job}", which has no iterations; ` +
      `write "${dependency.job}" to wait for the whole job`;
  }
  const { start, stop } = target.iteration;
  if (wanted.start >= start && wanted.stop <= stop) return undefined;
  return `waits for ${nameRange(wanted)} of job "${dependency.job}", which has ${nameRange(target.iteration)} only`;
}

function indexRange(index: number | undefined): Iteration | undefined {
  return index === undefined ? undefined : { start: index, stop: index + 1 };
}

function nameRange({ start, stop }: Iteration): string {
  return stop - start === 1 ? `iteration ${start}` : `iterations ${start} to ${stop - 1}`;
}

/** A job and the names of those that it waits for. */
export interface JobEdges {
  /** The job's name. */
  readonly name: string;
  /** Names of jobs that must succeed first; unknown ones are passed over. */
  readonly dependsOn: readonly string[];
}

/**
 * Finds jobs that wait for each other in a circle.
 *
 * @param jobs All jobs to look at, in any order.
 * @returns The names along one circle, each waiting for the next and the last for the first; `undefined` if there is
 * none. Costs by jobs and edges, and no recursion, so that a chain may be as long as it likes.
 */
export function findCycle(jobs: readonly JobEdges[]): readonly string[] | undefined {
  const edges = new Map(jobs.map((job) => [job.name, job.dependsOn]));
  const finished = new Set<string>();
  // A Map keeps its order of insertion: its keys are the way from the root to where the walk stands, its values the
  // number of edges that were followed from each.
  const way = new Map<string, number>();
  const stack: string[] = [];
  const enter = (name: string) => {
    way.set(name, 0);
    stack.push(name);
  };
  for (const { name: root } of jobs) {
    if (!finished.has(root)) enter(root);
    while (stack.length > 0) {
      const name = stack[stack.length - 1]!;
      const followed = way.get(name)!;
      const next = edges.get(name)![followed];
      if (next === undefined) {
        finished.add(name);
        way.delete(name);
        stack.pop();
        continue;
      }
      way.set(name, followed + 1);
      if (way.has(next)) return stack.slice(stack.indexOf(next));
      if (edges.has(next) && !finished.has(next)) enter(next);
    }
  }
  return undefined;
}
