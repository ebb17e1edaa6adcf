/**
 * The intake: everything that can be wrong with a job is found here, before anything is queued. It knows the names,
 * numbers the jobs and tasks, looks up dependencies, and refuses what could never run. A list of jobs is let in as a
 * whole or not at all.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { didYouMean } from "../base/near_miss.ts";
import { JobDescriptionError } from "../errors.ts";
import { checkIterations, dependencyPath, fillIndex, findCycle, jobsBefore, pathOfWait } from "../job/dependencies.ts";
import { type Dependency, type JobDescription, taskCount } from "../job/description.ts";
import { type RequestRun, taskRequests } from "../job/iteration_scheduler.ts";
import type { Counts } from "../resources/counted.ts";
import type { PoolView } from "../resources/pool.ts";
import type { AdmittedJob, Edge, JobId, TaskId } from "./types.ts";

/** Stands for a job that does not exist. */
const noJob: JobId = -1;

/** What an intake is set up with. */
export interface IntakeOptions {
  /** The nodes: those of the core, so that both know the same of nodes that come and go. */
  readonly pool: PoolView;
  /**
   * What becomes of a job that depends on a job that does not exist: it is refused, or (as QCG-PilotJob does) let in and
   * omitted.
   *
   * @default {"refuse"}
   */
  readonly unknownDependency?: "refuse" | "omit";
  /** How many tasks of each group may run at once: the groups that jobs may name. */
  readonly groups?: Counts;
}

/** Lets jobs in. */
export class Intake {
  readonly #jobs: Map<string, AdmittedJob> = new Map();
  readonly #pool: PoolView;
  readonly #omitsUnknown: boolean;
  readonly #groups: Counts;
  #nextJob: JobId = 0;
  #nextTask: TaskId = 0;
  #hasGpuJobs = false;

  /** Creates an intake that knows no job. */
  constructor(options: IntakeOptions) {
    this.#pool = options.pool;
    this.#groups = options.groups ?? {};
    this.#omitsUnknown = options.unknownDependency === "omit";
  }

  /**
   * Lets in jobs that were submitted together; they may depend on one another in any order.
   *
   * @throws {JobDescriptionError} If a name is taken, a dependency is unknown, out of range or in a cycle, or a
   * request could never fit. Nothing was let in then.
   */
  admit(descriptions: readonly JobDescription[]): AdmittedJob[] {
    const batch = new Map<string, AdmittedJob>();
    let { id, firstTask } = { id: this.#nextJob, firstTask: this.#nextTask };
    for (const description of descriptions) {
      const { name } = description;
      if (batch.has(name) || this.#jobs.has(name)) {
        const where = batch.has(name)
          ? "it is twice in this submit"
          : "remove the other one first, or choose a new name";
        throw new JobDescriptionError(`Job "${name}" already exists: ${where}`, { jobName: name, path: "name" });
      }
      this.#requireGroup(description);
      batch.set(name, { id, firstTask, description, requests: this.#requests(description), edges: [] });
      id++;
      firstTask += taskCount(description);
    }
    if (batch.size > 1) refuseCycles(descriptions, batch);
    const admitted = [...batch.values()].map((job) => ({ ...job, edges: this.#edges(job.description, batch) }));
    for (const job of admitted) this.#enter(job);
    invariant(admitted.length === descriptions.length, "Jobs are let in all or none");
    invariant(firstTask - this.#nextTask >= admitted.length, "Each job has a task");
    this.#nextJob = id;
    this.#nextTask = firstTask;
    invariant(this.#jobs.size <= this.#nextJob, "More jobs are known than were numbered");
    return admitted;
  }

  /**
   * Refuses to go on with jobs that an earlier pilot had let in and that could not be held to their caps now.
   *
   * @throws {JobDescriptionError} If one is of a group for which no cap is known.
   */
  checkGroups(jobs: Iterable<AdmittedJob>): void {
    for (const { description } of jobs) this.#requireGroup(description);
  }

  /** Takes in jobs that an earlier pilot had let in: their numbers stay. The names of `forgotten` ones are free. */
  restore(jobs: Iterable<AdmittedJob>, forgotten: ReadonlySet<JobId>): void {
    for (const job of jobs) {
      if (!forgotten.has(job.id)) this.#enter(job);
      this.#nextJob = Math.max(this.#nextJob, job.id + 1);
      this.#nextTask = Math.max(this.#nextTask, job.firstTask + taskCount(job.description));
    }
    invariant(this.#nextTask >= this.#nextJob, "Each job has a task");
  }

  /** Whether a job that was let in asks for GPUs. */
  get hasGpuJobs(): boolean {
    return this.#hasGpuJobs;
  }

  /** Looks up a job by its name. */
  find(name: string): AdmittedJob | undefined {
    return this.#jobs.get(name);
  }

  /** The names of all jobs, in the order of submission. */
  names(): Iterable<string> {
    return this.#jobs.keys();
  }

  /** How many jobs are known. */
  get size(): number {
    return this.#jobs.size;
  }

  /** Frees the name of a job. */
  forget(name: string): void {
    this.#jobs.delete(name);
  }

  #enter(job: AdmittedJob): void {
    this.#jobs.set(job.description.name, job);
    this.#hasGpuJobs ||= job.description.resources.gpus > 0;
  }

  #requireGroup(description: JobDescription): void {
    const problem = unknownGroup(description, this.#groups);
    if (problem !== undefined) throw new JobDescriptionError(problem, { jobName: description.name, path: "group" });
  }

  #requests(description: JobDescription): readonly RequestRun[] {
    const runs = taskRequests(description, this.#pool.totals);
    for (const run of runs) {
      const reason = this.#pool.explainInfeasible(run.request);
      if (reason === undefined) continue;
      const message = `Not enough resources for job "${description.name}": it ${reason}`;
      throw new JobDescriptionError(message, { jobName: description.name, path: "resources" });
    }
    return runs;
  }

  #edges(job: JobDescription, batch: ReadonlyMap<string, AdmittedJob>): readonly Edge[] {
    if (job.dependencies.length === 0) return [];
    const known = (name: string) => batch.get(name) ?? this.#jobs.get(name);
    checkIterations(job, (name) => known(name)?.description);
    return job.dependencies.map((dependency, index) => {
      const { awaits } = dependency;
      const find = (name: string) => refuseLast(job, known(name), index) ?? this.#unknown(job, name, index);
      const edge = resolveDependency(job, dependency, find);
      return awaits === undefined ? edge : { ...edge, awaits };
    });
  }

  #unknown(job: JobDescription, name: string, index: number): undefined {
    if (this.#omitsUnknown) return undefined;
    const { name: jobName } = job;
    const path = dependencyPath(job, index);
    const near = didYouMean(name, this.#jobs.keys());
    const message = `Job "${jobName}" cannot run after "${name}" (${path}): there is no job of that name${near}`;
    throw new JobDescriptionError(message, { jobName, path });
  }
}

/** Says that a job is of a group of which no cap is known: one that is not stated would hold back no task. */
export function unknownGroup({ name, group }: JobDescription, groups: Counts): string | undefined {
  if (group === undefined || Object.hasOwn(groups, group)) return undefined;
  const near = didYouMean(group, Object.keys(groups));
  return `Job "${name}" is of group "${group}", for which there is no cap${near}; ` +
    `state one among the groups, for example ${group}=4`;
}

/** What runs when all others have ended cannot come before one of them. */
function refuseLast(job: JobDescription, other: AdmittedJob | undefined, index: number): AdmittedJob | undefined {
  if (!other?.description.finally || job.finally) return other;
  const path = dependencyPath(job, index);
  const message = `Job "${job.name}" cannot run after "${other.description.name}" (${path}): ` +
    'that job has "finally", so it waits for all others; give this one "finally" too';
  throw new JobDescriptionError(message, { jobName: job.name, path });
}

/** Turns the names of a dependency into numbers. Its iterations have been checked. */
function resolveDependency(
  job: JobDescription,
  dependency: Dependency,
  find: (name: string) => AdmittedJob | undefined,
): Edge {
  if (dependency.kind === "perIteration") {
    const { start, stop } = job.iteration!;
    const idAt = (offset: number) => find(fillIndex(dependency.pattern, start + offset))?.id ?? noJob;
    return { kind: "perTask", jobs: Array.from({ length: stop - start }, (_, offset) => idAt(offset)) };
  }
  const other = find(dependency.job);
  if (other === undefined) return { kind: "missing", name: dependency.job };
  const start = other.description.iteration?.start ?? 0;
  if (dependency.kind === "aligned") return { kind: "aligned", job: other.id, shift: job.iteration!.start - start };
  if (dependency.iteration === undefined) return { kind: "job", job: other.id };
  return { kind: "job", job: other.id, offset: dependency.iteration - start };
}

/** Jobs that wait for one another in a ring would wait for ever. Only jobs of one submit can form one. */
function refuseCycles(descriptions: readonly JobDescription[], batch: ReadonlyMap<string, unknown>): void {
  if (descriptions.every((job) => job.dependencies.length === 0)) return;
  const names = new Set(batch.keys());
  const cycle = findCycle(descriptions.map((job) => ({ name: job.name, dependsOn: jobsBefore(job, names) })));
  if (cycle === undefined) return;
  const ring = [...cycle, cycle[0]!].map((name) => `"${name}"`).join(" after ");
  const message = `Jobs wait for one another in a ring and could never run: ${ring}`;
  const first = descriptions.find(({ name }) => name === cycle[0])!;
  throw new JobDescriptionError(message, { jobName: first.name, path: pathOfWait(first, cycle[1] ?? first.name) });
}
