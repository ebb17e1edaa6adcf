/**
 * Everything that is wrong with a list of requests, found without running anything.
 *
 * @module
 */

import { didYouMean } from "../base/near_miss.ts";
import { JobDescriptionError } from "../errors.ts";
import { checkIterations, dependencyPath, fillIndex, findCycle, jobsBefore, pathOfWait } from "../job/dependencies.ts";
import type { Dependency, JobDescription } from "../job/description.ts";
import { findDollarWarnings } from "../job/dollar_warnings.ts";
import { findJobProblems } from "../job/find_problems.ts";
import { OutputFiles } from "../job/output_collisions.ts";
import { taskRequests } from "../job/iteration_scheduler.ts";
import type { SubmitVariables } from "../job/variables.ts";
import type { Counts } from "../resources/counted.ts";
import type { Node } from "../resources/node.ts";
import { Pool } from "../resources/pool.ts";
import { unknownGroup } from "../core/intake.ts";
import { parseRequest, RequestError } from "./requests.ts";

/** One thing that is wrong. */
export interface Finding {
  /** The 0-based index of the request. */
  readonly request: number;
  /** The 0-based index of the job in the request; absent when the request itself is wrong. */
  readonly job?: number;
  /** The job's name, if it has one. */
  readonly jobName?: string;
  /** The path in the job, for example `execution.args[2]`; empty for the whole. */
  readonly path: string;
  /** What is wrong and what would be right. */
  readonly problem: string;
  /** Whether the job is right in itself, but too large for the nodes. */
  readonly isInfeasible: boolean;
}

/** A job without findings. */
export interface GoodJob {
  readonly request: number;
  readonly job: number;
  readonly description: JobDescription;
}

/** What was found. */
export interface Examination {
  /** In the order of requests and jobs. */
  readonly findings: readonly Finding[];
  /** What is right, but may not mean what its writer thinks. */
  readonly warnings: readonly Finding[];
  /** How many requests submit jobs, and how many jobs there are. */
  readonly submits: number;
  readonly jobs: number;
  /** The jobs that nothing is wrong with. */
  readonly good: readonly GoodJob[];
}

/** What is needed beside the requests. */
export interface ExamineOptions {
  /** The nodes, to find what could never fit. */
  readonly nodes?: readonly Node[];
  /** Whether the first core is kept for the pilot. */
  readonly reserveCore?: boolean;
  /** Counted resources: how many of each there are. */
  readonly counted?: Counts;
  /** How many tasks of each group may run at once; absent: groups are not looked at. */
  readonly groups?: Counts;
  /** What variables such as `${rcnt}` and `${date}` stand for in the submit request of this number, from 1. */
  readonly variables: (submitNumber: number) => SubmitVariables;
}

/** The most collisions of outputs that are told. */
const collisionsMax = 100;

/** A job that is examined. */
interface Entry {
  readonly request: number;
  readonly job: number;
  readonly name: string | undefined;
  /** As it was written, or mended. */
  readonly description: JobDescription | undefined;
}

/** Looks through requests. */
export function examineRequests(requests: readonly unknown[], options: ExamineOptions): Examination {
  return new Examiner(requests, options).examine();
}

class Examiner {
  readonly #requests: readonly unknown[];
  readonly #options: ExamineOptions;
  readonly #pool: Pool | undefined;
  readonly #findings: Finding[] = [];
  readonly #warnings: Finding[] = [];
  readonly #known = new Map<string, Entry>();
  readonly #good: GoodJob[] = [];
  /** Paths of files that lie in the working directory of the run are shown without it. */
  readonly #outputs = new OutputFiles("/");
  #collisions = 0;
  #submits = 0;
  #jobs = 0;

  constructor(requests: readonly unknown[], options: ExamineOptions) {
    this.#requests = requests;
    this.#options = options;
    this.#pool = options.nodes && new Pool(options.nodes, options);
  }

  examine(): Examination {
    this.#requests.forEach((value, request) => this.#examineRequest(value, request));
    const place = ({ request, job = -1 }: Finding) => request * 2 ** 31 + job;
    const findings = this.#findings.toSorted((a, b) => place(a) - place(b));
    return { findings, warnings: this.#warnings, submits: this.#submits, jobs: this.#jobs, good: this.#good };
  }

  #examineRequest(value: unknown, request: number): void {
    const jobs = jobsOf(value);
    if (jobs !== undefined) return this.#examineSubmit(jobs, request);
    try {
      const parsed = parseRequest(value);
      if (parsed.request !== "removeJob") return;
      for (const name of parsed.jobNames) if (typeof name === "string") this.#known.delete(name);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#findings.push({ request, path: "", problem: error.message + error.hint, isInfeasible: false });
    }
  }

  #examineSubmit(jobs: readonly unknown[], request: number): void {
    const variables = this.#options.variables(++this.#submits);
    this.#jobs += jobs.length;
    const batch = jobs.map((value, job) => this.#parse(value, request, job, variables));
    for (const entry of batch) this.#enter(entry);
    for (const entry of batch) this.#checkDependencies(entry);
    this.#checkRings(batch);
    for (const entry of batch) this.#checkSize(entry);
    for (const entry of batch) this.#checkGroup(entry);
    for (const entry of batch) this.#checkOutputs(entry);
    const wrong = new Set(this.#findings.filter((one) => one.request === request).map(({ job }) => job));
    for (const { job, description } of batch) {
      if (description !== undefined && !wrong.has(job)) this.#good.push({ request, job, description });
    }
  }

  #parse(value: unknown, request: number, job: number, variables: SubmitVariables): Entry {
    const { problems, description } = findJobProblems(value, { variables, spelling: "requests" });
    const name = problems.some(({ path }) => path === "name") ? undefined : description?.name ?? problems[0]?.jobName;
    const entry = { request, job, name, description };
    for (const { path, message } of problems) this.#find(entry, path, message);
    for (const { path, problem } of findDollarWarnings(value, variables)) {
      this.#warnings.push({
        request,
        job,
        ...(name === undefined ? {} : { jobName: name }),
        path,
        problem,
        isInfeasible: false,
      });
    }
    return entry;
  }

  #enter(entry: Entry): void {
    if (entry.name === undefined) return;
    const other = this.#known.get(entry.name);
    if (other === undefined) this.#known.set(entry.name, entry);
    else {
      const where = other.request === entry.request ? "in this request" : `in request ${other.request}`;
      const problem = `Job "${entry.name}" already exists: it is job ${other.job} ${where}; choose a new name`;
      this.#find(entry, "name", problem);
    }
  }

  #checkDependencies(entry: Entry): void {
    entry.description?.dependencies.forEach((dependency, index) => {
      const path = dependencyPath(entry.description!, index);
      const missing = this.#missing(dependency, entry.description!);
      if (missing !== undefined) {
        const near = didYouMean(missing, this.#known.keys());
        const problem = `Job "${entry.name}" cannot run after "${missing}" (${path}): ` +
          `there is no job of that name in this or an earlier request${near}`;
        return this.#find(entry, path, problem);
      }
      this.#checkIterations(entry, index);
    });
  }

  #checkGroup(entry: Entry): void {
    const { groups } = this.#options;
    const problem = entry.description && groups && unknownGroup(entry.description, groups);
    if (problem !== undefined) this.#find(entry, "group", problem);
  }

  /** The first name that no job has, of those that a dependency names. */
  #missing(dependency: Dependency, { iteration }: JobDescription): string | undefined {
    if (dependency.kind !== "perIteration") return this.#known.has(dependency.job) ? undefined : dependency.job;
    const { start, stop } = iteration ?? { start: 0, stop: 0 };
    for (let index = start; index < stop; index++) {
      const name = fillIndex(dependency.pattern, index);
      if (!this.#known.has(name)) return name;
    }
    return undefined;
  }

  /** Checks one dependency only, in its place: the check stops at the first problem. */
  #checkIterations(entry: Entry, index: number): void {
    const description = entry.description!;
    const harmless: Dependency = { kind: "perIteration", pattern: "${it}" };
    const dependencies = description.dependencies.map((one, i) => i === index ? one : harmless);
    try {
      checkIterations({ ...description, dependencies }, (name) => this.#known.get(name)?.description);
    } catch (error) {
      if (!(error instanceof JobDescriptionError)) throw error;
      this.#find(entry, error.path, error.message);
    }
  }

  /** Finds one ring after the other, each without the jobs of those before. */
  #checkRings(batch: readonly Entry[]): void {
    const left = new Map(batch.filter(({ name }) => name !== undefined).map((entry) => [entry.name!, entry]));
    for (;;) {
      const names = new Set(left.keys());
      const edges = [...left].map(([name, { description }]) => ({
        name,
        dependsOn: description === undefined ? [] : jobsBefore(description, names),
      }));
      const ring = findCycle(edges);
      if (ring === undefined) return;
      const text = [...ring, ring[0]!].map((name) => `"${name}"`).join(" after ");
      const problem = `Jobs wait for one another in a ring and could never run: ${text}`;
      const first = left.get(ring[0]!)!;
      this.#find(first, pathOfWait(first.description!, ring[1] ?? ring[0]!), problem);
      for (const name of ring) left.delete(name);
    }
  }

  /** Tells of tasks that would write over the outputs of one another: that may be meant. */
  #checkOutputs({ request, job, name, description }: Entry): void {
    if (description === undefined || name === undefined || this.#collisions >= collisionsMax) return;
    const find = (one: string) => this.#known.get(one)?.description;
    for (const { output, problem } of this.#outputs.add(description, find, () => new Set(this.#known.keys()))) {
      const path = `execution.${output}`;
      this.#collisions++;
      this.#warnings.push({ request, job, jobName: name, path, problem: `is shared: ${problem}`, isInfeasible: false });
    }
  }

  #checkSize(entry: Entry): void {
    if (this.#pool === undefined || entry.description === undefined) return;
    for (const { request } of taskRequests(entry.description, this.#pool.totals)) {
      const reason = this.#pool.explainInfeasible(request);
      if (reason === undefined) continue;
      return this.#find(entry, "resources", `Not enough resources for job "${entry.name}": it ${reason}`, true);
    }
  }

  #find({ request, job, name }: Entry, path: string, problem: string, isInfeasible = false): void {
    const named = name === undefined ? {} : { jobName: name };
    this.#findings.push({ request, job, ...named, path, problem, isInfeasible });
  }
}

/** The jobs of a request that submits some. */
function jobsOf(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { request, jobs } = value as { readonly request?: unknown; readonly jobs?: unknown };
  return request === "submit" && Array.isArray(jobs) && jobs.length > 0 ? jobs : undefined;
}
