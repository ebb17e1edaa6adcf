/**
 * The rank of jobs: how long the longest chain is that begins with a task of the job and goes on through what waits for
 * it. Live data beside the queues: a cursor walks the jobs against the order of their dependencies, a bounded number
 * in each step, so that what is learnt reaches them without a long turn.
 *
 * A rank belongs to a job: its tasks have it in common, also where others wait for single tasks.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { Estimates } from "./estimates.ts";
import type { JobRecord } from "./job_record.ts";
import type { AdmittedJob, JobId } from "./types.ts";
import type { Pieces } from "./work.ts";

/** How many jobs and edges a step looks at while a walk is under way, at least. */
const visitsPerStep = 512;
/** How many jobs and edges count as one piece of work. */
const visitsPerPiece = 100;
/** How many more a step looks at for each task that ended in it. */
const visitsPerEnd = 32;
/** The most jobs that have ended and stay in the list. */
const endedMax = 1024;

/** Ranks that differ by less than about this share count as equal: then age decides. */
const relevantShare = 0.05;

/** The level of a rank: tasks of one level start by age. */
export function rankLevel(rank: number): number {
  return rank <= 0 ? -Infinity : Math.floor(Math.log(rank) / Math.log1p(relevantShare));
}

/** Keeps the ranks of all jobs. */
export class Ranks {
  readonly #jobs: ReadonlyMap<JobId, JobRecord>;
  readonly #estimates: Estimates;
  /** Open jobs, each after all that it waits for. */
  #order: JobRecord[] = [];
  /** What stands before this index is still to be looked at. */
  #cursor = 0;
  #isStale = false;
  #hasMoved = false;
  #credit = 0;
  #ended = 0;

  /** Creates the ranks of no job. */
  constructor(jobs: ReadonlyMap<JobId, JobRecord>, estimates: Estimates) {
    this.#jobs = jobs;
    this.#estimates = estimates;
  }

  /** Ranks jobs that came together and are linked already. Costs by these jobs and their edges. */
  *enter(records: readonly JobRecord[]): Pieces {
    const from = this.#order.length;
    for (const record of inOrder(records)) this.#order.push(record);
    invariant(this.#order.length === from + records.length, "Each job stands in the order once");
    for (let i = this.#order.length - 1; i >= from; i--) yield this.#rank(this.#order[i]!) / visitsPerPiece;
    // What waits for older jobs makes their chains longer.
    const first = records[0]?.job.id ?? 0;
    if (!this.#isStale) this.#isStale = records.some(({ job }) => hasSource(job, (id) => id < first));
  }

  /** Takes note that a task of a job has succeeded after `ms` milliseconds. */
  taskSucceeded(record: JobRecord, ms: number): void {
    invariant(record.outcome === undefined, "A task succeeds before its job has ended");
    this.#credit += visitsPerEnd;
    this.#estimates.add(record.times, ms);
  }

  /** Takes note that a job has ended; one that did not succeed may have ended before those that it waits for. */
  jobEnded({ times, job, outcome }: JobRecord): void {
    invariant(outcome !== undefined, "A job has an outcome when it has ended");
    this.#ended++;
    this.#estimates.leave(times, job);
    if (outcome !== "succeeded") this.#isStale = true;
  }

  /**
   * Goes on with the walk.
   *
   * @returns Whether a walk was completed that changed ranks, so that the queues are to be put in order.
   */
  advance(): boolean {
    if (this.#estimates.takeChange()) this.#isStale = true;
    if (this.#cursor === 0) {
      if (!this.#isStale) {
        this.#credit = 0;
        return false;
      }
      this.#begin();
    }
    let left = visitsPerStep + this.#credit;
    this.#credit = 0;
    while (this.#cursor > 0 && left > 0) left -= this.#rank(this.#order[--this.#cursor]!);
    invariant(this.#cursor <= this.#order.length, "A walk is somewhere in the list");
    if (this.#cursor > 0 || !this.#hasMoved) return false;
    this.#hasMoved = false;
    return true;
  }

  #begin(): void {
    invariant(this.#cursor === 0, "A walk begins when the last one is through");
    if (this.#ended > endedMax && this.#ended > this.#order.length / 2) {
      this.#order = this.#order.filter(({ outcome }) => outcome === undefined);
      this.#ended = 0;
    }
    this.#isStale = false;
    this.#cursor = this.#order.length;
  }

  /** The rank of a job that may wait for another; 0 when it has ended. */
  #rankOf(id: JobId): number {
    const target = this.#jobs.get(id);
    return target === undefined || target.outcome !== undefined ? 0 : target.rank;
  }

  /** Ranks a job by those that wait for it. Returns how many jobs and edges were looked at. */
  #rank(record: JobRecord): number {
    if (record.outcome !== undefined) return 1;
    let longest = 0;
    let visits = 1;
    const { dependents } = record;
    if (dependents !== undefined) {
      const { onJob, aligned, onTask } = dependents;
      visits += onJob.length + aligned.length;
      for (let i = 0; i < onJob.length; i++) longest = Math.max(longest, this.#rankOf(onJob[i]!.target));
      for (let i = 0; i < aligned.length; i++) longest = Math.max(longest, this.#rankOf(aligned[i]!.target));
      for (const targets of onTask.values()) {
        visits += targets.length;
        for (const { target } of targets) longest = Math.max(longest, this.#rankOf(target));
      }
    }
    const rank = longest + this.#estimates.of(record.times, record.job.description.timeLimitMs);
    invariant(rank >= longest, "A chain is at least as long as each that it goes on with");
    if (rank !== record.rank) {
      record.rank = rank;
      this.#hasMoved = true;
    }
    return visits;
  }
}

/** The jobs that a job waits for. */
function sourcesOf({ edges }: AdmittedJob): JobId[] {
  return edges.flatMap((edge) => edge.kind === "missing" ? [] : edge.kind === "perTask" ? edge.jobs : [edge.job]);
}

/** Whether a job waits for one for which something holds. Makes no object, as most jobs of a large submit come here. */
function hasSource({ edges }: AdmittedJob, holds: (id: JobId) => boolean): boolean {
  for (const edge of edges) {
    if (edge.kind === "perTask" ? edge.jobs.some(holds) : edge.kind !== "missing" && holds(edge.job)) return true;
  }
  return false;
}

/** Puts jobs that came together in an order in which each stands after those that it waits for. */
function inOrder(records: readonly JobRecord[]): readonly JobRecord[] {
  if (!records.some(({ job }) => job.edges.length > 0 && hasSource(job, (id) => id > job.id))) return records;
  const open = new Map<JobId, number>();
  const waiting = new Map<JobId, JobRecord[]>();
  const here = new Set(records.map(({ job }) => job.id));
  for (const record of records) {
    const sources = sourcesOf(record.job).filter((id) => here.has(id));
    open.set(record.job.id, sources.length);
    for (const id of sources) {
      const list = waiting.get(id);
      if (list === undefined) waiting.set(id, [record]);
      else list.push(record);
    }
  }
  const order = records.filter(({ job }) => open.get(job.id) === 0);
  for (let i = 0; i < order.length; i++) {
    for (const record of waiting.get(order[i]!.job.id) ?? []) {
      const left = open.get(record.job.id)! - 1;
      open.set(record.job.id, left);
      if (left === 0) order.push(record);
    }
  }
  return order;
}
