/**
 * What the events and inputs of a run mean, worked out anew and without the code that is tested: which tasks there
 * are, what they wait for, how they stand. The checkers compare the run with it.
 *
 * @module
 */

import type { AdmittedJob, Event, Input, JobId, Outcome, OutcomeCounts, TaskId } from "../../src/core/types.ts";
import type { NamedAllocation, Node } from "../../src/resources/node.ts";
import type { ResourceRequest } from "../../src/resources/request.ts";
import type { Workload } from "./workload.ts";

/** A job, or one task of it, that must succeed first. */
export interface Need {
  readonly awaits?: "end" | "failure" | undefined;
  readonly job: JobId;
  readonly task?: TaskId;
}

/** A task, as the events told it. */
export interface ModelTask {
  readonly id: TaskId;
  readonly name: string;
  readonly job: ModelJob;
  readonly needs: readonly Need[];
  readonly requestKey: string;
  attempt: number;
  isLive: boolean;
  allocation?: NamedAllocation;
  outcome?: Outcome["kind"];
  reason?: string;
  cause?: string;
  /** Whether it may ask for more than at first, as an attempt ran out of memory. */
  mayHaveGrown: boolean;
  /** Until then it pauses before its next attempt. */
  readyAtMs: number;
}

/** A job, as the events told it. */
export interface ModelJob {
  readonly job: AdmittedJob;
  readonly tasks: ModelTask[];
  priority: number;
  /** It runs when all others have ended, and they have not. */
  waitsForAll: boolean;
  isWholeCanceled: boolean;
  outcome?: Outcome["kind"];
  counts?: OutcomeCounts;
}

/** Knows all jobs and tasks, also those that were forgotten. */
export class Model {
  /** The names of the nodes that tasks may not start on, by what was told from outside. */
  readonly gone: Set<string> = new Set();
  /** Those of them that have not come yet. */
  readonly absent: Set<string> = new Set();
  readonly jobs: Map<JobId, ModelJob> = new Map();
  readonly tasks: Map<TaskId, ModelTask> = new Map();
  /** The time of the step. */
  nowMs = 0;
  readonly #names: Map<string, JobId> = new Map();
  readonly #nodes: readonly Node[];

  /** Knows no job, and all nodes as they are at first. */
  constructor({ nodes, absentNodes }: Pick<Workload, "nodes" | "absentNodes">) {
    this.#nodes = nodes;
    for (const node of absentNodes) {
      this.absent.add(nodes[node]!.name);
      this.gone.add(nodes[node]!.name);
    }
  }

  /** Takes in what came to the core: new jobs, whose names are looked up as of now. */
  takeInput(input: Input): void {
    this.nowMs = Math.max(this.nowMs, input.atMs);
    if (input.kind === "nodeReady" || input.kind === "nodeLost") {
      const { name } = this.#nodes[input.node]!;
      this.absent.delete(name);
      if (input.kind === "nodeReady") this.gone.delete(name);
      else this.gone.add(name);
    }
    if (input.kind === "jobForgotten") {
      const name = this.jobs.get(input.job)?.job.description.name;
      if (name !== undefined && this.#names.get(name) === input.job) this.#names.delete(name);
    }
    if (input.kind === "prioritySet") {
      const job = this.jobs.get(input.job);
      if (job !== undefined) job.priority = input.priority;
    }
    if (input.kind !== "jobsSubmitted") return;
    for (const { id, description } of input.jobs) this.#names.set(description.name, id);
    const all = new Map(input.jobs.map((job) => [job.id, job]));
    for (const job of input.jobs) this.#enter(job, (id) => all.get(id) ?? this.jobs.get(id)?.job);
  }

  /** Takes in an event. */
  apply(event: Event): void {
    switch (event.kind) {
      case "taskScheduled": {
        this.releaseLasts();
        const task = this.task(event.task);
        Object.assign(task, { isLive: true, attempt: event.attempt, allocation: event.allocation });
        return;
      }
      case "attemptEnded":
        Object.assign(this.task(event.task), { isLive: false, readyAtMs: event.readyAtMs });
        if (event.outcome.cause === "oom") this.task(event.task).mayHaveGrown = true;
        return;
      case "taskEnded":
        return this.#end(event.task, event.outcome);
      case "tasksDropped":
        for (let i = 0; i < event.count; i++) this.#end(event.first + i, event.outcome);
        return;
      case "jobEnded": {
        const job = this.jobs.get(event.job)!;
        job.outcome = event.outcome;
        job.counts = event.counts;
        return;
      }
    }
  }

  /** Lets those jobs run that wait for the end of all others, when all others have ended: as before each pass. */
  releaseLasts(): void {
    const jobs = [...this.jobs.values()];
    if (jobs.some(({ job, outcome }) => outcome === undefined && !job.description.finally)) return;
    for (const job of jobs) job.waitsForAll = false;
  }

  /** A task that must be known. */
  task(id: TaskId): ModelTask {
    const task = this.tasks.get(id);
    if (task === undefined) throw new Error(`An event is about task ${id}, which nobody submitted`);
    return task;
  }

  /** Whether a need is met (true), can never be met (false), or may still be (undefined). */
  isMet({ job, task, awaits }: Need): boolean | undefined {
    const source = this.jobs.get(job)!;
    const outcome = task === undefined ? source.outcome : this.tasks.get(task)!.outcome;
    if (outcome === undefined) return undefined;
    if (awaits === "end") return true;
    if (awaits === "failure") return outcome !== "succeeded";
    return outcome === "succeeded" || (outcome === "failed" && source.job.description.onFailure === "continue");
  }

  /** Whether a task waits for resources only. */
  isReady(task: ModelTask): boolean {
    if (task.readyAtMs > this.nowMs || task.job.waitsForAll) return false;
    return task.outcome === undefined && !task.isLive && task.needs.every((need) => this.isMet(need) === true);
  }

  #end(id: TaskId, outcome: Outcome): void {
    const task = this.task(id);
    task.isLive = false;
    task.outcome = outcome.kind;
    if (outcome.kind !== "succeeded") Object.assign(task, { reason: outcome.reason, cause: outcome.cause });
  }

  #enter(job: AdmittedJob, find: (id: JobId) => AdmittedJob | undefined): void {
    const { iteration, name } = job.description;
    const count = iteration === undefined ? 1 : iteration.stop - iteration.start;
    const entry: ModelJob = {
      job,
      tasks: [],
      priority: job.description.priority ?? 0,
      waitsForAll: job.description.finally === true,
      isWholeCanceled: false,
    };
    this.jobs.set(job.id, entry);
    for (let offset = 0; offset < count; offset++) {
      const index = (iteration?.start ?? 0) + offset;
      const id = job.firstTask + offset;
      const task: ModelTask = {
        id,
        name: iteration === undefined ? name : `${name}:${index}`,
        job: entry,
        needs: job.description.dependencies.map((dependency): Need => {
          if (dependency.kind === "perIteration") {
            const { awaits } = dependency;
            return { job: this.#names.get(dependency.pattern.replaceAll("${it}", `${index}`))!, awaits };
          }
          const other = find(this.#names.get(dependency.job)!)!;
          const wanted = dependency.kind === "aligned" ? index : dependency.iteration;
          const { awaits } = dependency;
          if (wanted === undefined) return { job: other.id, awaits };
          return { job: other.id, awaits, task: other.firstTask + wanted - other.description.iteration!.start };
        }),
        requestKey: JSON.stringify(requestOf(job, offset)),
        attempt: 0,
        isLive: false,
        mayHaveGrown: false,
        readyAtMs: 0,
      };
      entry.tasks.push(task);
      this.tasks.set(id, task);
    }
  }
}

function requestOf(job: AdmittedJob, offset: number): ResourceRequest {
  let left = offset;
  for (const run of job.requests) {
    if (left < run.count) return run.request;
    left -= run.count;
  }
  throw new Error(`Job ${job.description.name} has no request for its task ${offset}`);
}
