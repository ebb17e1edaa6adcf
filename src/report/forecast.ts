/**
 * What would run when: the real scheduler on a virtual clock, without a process.
 *
 * @module
 */

import { PairHeap } from "../base/heap.ts";
import { Core } from "../core/core.ts";
import type { LearntTimes } from "../core/estimates.ts";
import { commandOf } from "../job/command_of.ts";
import { Intake } from "../core/intake.ts";
import type { AdmittedJob, Input, JobOutcome } from "../core/types.ts";
import { type JobDescription, taskCount } from "../job/description.ts";
import type { Counts } from "../resources/counted.ts";
import { gpuShares } from "../resources/gpu_share.ts";
import type { NamedAllocation, Node } from "../resources/node.ts";
import { formatNodeSpec } from "../resources/node_spec.ts";
import { findCriticalPath, type PathJob } from "./critical_path.ts";

/** What a forecast is made for. */
export interface ForecastOptions {
  /** The nodes. */
  readonly nodes: readonly Node[];
  /** Whether the first core is kept for the pilot. */
  readonly reserveCore: boolean;
  /** Counted resources: how many of each there are. */
  readonly counted?: Counts;
  /** How many tasks of each group may run at once. */
  readonly groups?: Counts;
  /** What decides among tasks of equal priority: their rank, or their age alone. */
  readonly order?: "rank" | "age";
  /** How long tasks took in an earlier run; the forecast lets them take as long again. */
  readonly learnt?: LearntTimes;
  /** How long a task takes, in milliseconds, where neither `learnt` nor a time limit of its job tells it. */
  readonly taskMs: number;
}

/** What becomes of a job. */
export interface JobForecast {
  readonly name: string;
  readonly tasks: number;
  /** How long each task takes. */
  readonly taskMs: number;
  readonly startsAtMs?: number;
  readonly endsAtMs?: number;
  /** `omitted` when it waits for something that never runs. */
  readonly outcome: JobOutcome;
}

/** Tasks that start at the same time. */
export interface Wave {
  readonly atMs: number;
  /** How many start. */
  readonly tasks: number;
  /** Cores in use then. */
  readonly coresInUse: number;
  /** GPUs in use then, shares as fractions; absent when no job asks for GPUs. */
  readonly gpusInUse?: number;
}

/** A chain of jobs, each waiting for the one before. */
export interface CriticalPath {
  readonly jobs: readonly string[];
  readonly totalMs: number;
}

/** What would run when, from 0 on. */
export interface Forecast {
  readonly jobs: readonly JobForecast[];
  /** Tasks that would run. */
  readonly tasks: number;
  /** Of the waves only the first ones are kept. */
  readonly waves: readonly Wave[];
  readonly waveCount: number;
  readonly cores: number;
  readonly peakCores: number;
  /** The nodes as a specification, and the most GPUs in use; absent when no job asks for GPUs. */
  readonly gpus?: { readonly nodes: string; readonly peak: number };
  readonly peakTasks: number;
  readonly endsAtMs: number;
  /** The share of the cores that is in use until the end, 0 to 1. */
  readonly utilisation: number;
  /** The chain with most tasks, and the one that takes longest: with any number of cores it would take that long. */
  readonly longestPath: CriticalPath;
  readonly slowestPath: CriticalPath;
}

const wavesKept = 1000;

/**
 * Makes a forecast.
 *
 * @param batches The jobs of each submit. All must be feasible; a dependency on a job that is not among them omits.
 * @param options What it is made for.
 */
export function forecast(batches: readonly (readonly JobDescription[])[], options: ForecastOptions): Forecast {
  const core = new Core({ ...options, graceMs: 0, launchesMax: Infinity, piecesMax: Infinity });
  const intake = new Intake({ ...options, pool: core.pool, unknownDependency: "omit" });
  const jobs = batches.flatMap((batch) => intake.admit(batch));
  const rehearsal = new Rehearsal(jobs, core, options);
  const wantsGpus = jobs.some(({ description }) => description.resources.gpus > 0);
  rehearsal.run();
  const names = new Map(jobs.map((job) => [job.id, job.description.name]));
  const path = (timed: boolean) => {
    const chain = findCriticalPath(
      jobs.filter(({ id }) => rehearsal.outcomes.get(id) === "succeeded").map(
        (job): PathJob => ({ id: job.id, after: jobsAfter(job), length: timed ? rehearsal.takesMs(job) : 1 }),
      ),
    );
    const own = new Map(jobs.map((job) => [job.id, rehearsal.takesMs(job)]));
    return { jobs: chain.map((id) => names.get(id)!), totalMs: chain.reduce((sum, id) => sum + own.get(id)!, 0) };
  };
  const gpus = { nodes: wantsGpus ? formatNodeSpec(options.nodes) : "", peak: rehearsal.peakGpus };
  return { ...rehearsal.result(), ...(wantsGpus ? { gpus } : {}), longestPath: path(false), slowestPath: path(true) };
}

/** What earlier runs said of how long tasks of a job take, and whether they said it of the job or of its command. */
export function learntMs(
  learnt: LearntTimes | undefined,
  { name, execution }: JobDescription,
): { readonly ms: number; readonly of: "job" | "command" } | undefined {
  if (learnt === undefined) return undefined;
  const ofJob = learnt.jobs.get(name);
  if (ofJob !== undefined) return { ms: ofJob, of: "job" };
  const ofCommand = learnt.commands.get(commandOf(execution));
  return ofCommand === undefined ? undefined : { ms: ofCommand, of: "command" };
}

/** The jobs that a job waits for. */
export function jobsAfter({ edges }: AdmittedJob): number[] {
  return edges.flatMap((edge) => edge.kind === "missing" ? [] : edge.kind === "perTask" ? edge.jobs : [edge.job]);
}

/** A run without processes: every task succeeds after its time. */
class Rehearsal {
  readonly outcomes: Map<number, JobOutcome> = new Map();
  readonly #jobs: readonly AdmittedJob[];
  readonly #core: Core;
  readonly #options: ForecastOptions;
  readonly #cores: number;
  readonly #ends: PairHeap = new PairHeap();
  readonly #startsAtMs: Map<number, number> = new Map();
  readonly #endsAtMs: Map<number, number> = new Map();
  readonly #waves: Wave[] = [];
  #waveCount = 0;
  #tasks = 0;
  #running = 0;
  #peakCores = 0;
  /** Thousandths of GPUs in use: by each task, in all, and at most. */
  readonly #gpuShares: Map<number, number> = new Map();
  #gpusInUse = 0;
  #peakGpuShares = 0;
  #peakTasks = 0;
  #coreMs = 0;
  #nowMs = 0;

  constructor(jobs: readonly AdmittedJob[], core: Core, options: ForecastOptions) {
    this.#jobs = jobs;
    this.#core = core;
    this.#options = options;
    this.#cores = core.pool.totals.cores;
  }

  takesMs({ description }: AdmittedJob): number {
    const known = learntMs(this.#options.learnt, description)?.ms;
    return known === undefined ? description.timeLimitMs ?? this.#options.taskMs : Math.max(1, Math.round(known));
  }

  run(): void {
    this.#step([{ kind: "jobsSubmitted", atMs: 0, jobs: this.#jobs }, { kind: "drainRequested", atMs: 0 }]);
    while (this.#ends.firstKey !== undefined) {
      const atMs = this.#ends.firstKey;
      const exits: Input[] = [];
      while (this.#ends.firstKey === atMs) {
        exits.push({
          kind: "taskExited",
          atMs,
          task: this.#ends.firstValue!,
          attempt: 1,
          exit: { code: 0 },
          usage: {},
        });
        this.#ends.pop();
      }
      // The heap gives equal times in any order; the scheduler is to see them in the order of the tasks.
      exits.sort((a, b) => (a as { task: number }).task - (b as { task: number }).task);
      this.#running -= exits.length;
      for (const exit of exits) this.#countGpus((exit as { task: number }).task, undefined);
      this.#coreMs += (this.#cores - this.#core.freeCores) * (atMs - this.#nowMs);
      this.#nowMs = atMs;
      this.#step(exits);
    }
  }

  result(): Omit<Forecast, "longestPath" | "slowestPath"> {
    const endsAtMs = this.#nowMs;
    return {
      jobs: this.#jobs.map((job) => this.#jobForecast(job)),
      tasks: this.#tasks,
      waves: this.#waves,
      waveCount: this.#waveCount,
      cores: this.#cores,
      peakCores: this.#peakCores,
      peakTasks: this.#peakTasks,
      endsAtMs,
      utilisation: endsAtMs === 0 ? 0 : this.#coreMs / (endsAtMs * this.#cores),
    };
  }

  #jobForecast(job: AdmittedJob): JobForecast {
    const startsAtMs = this.#startsAtMs.get(job.id);
    const endsAtMs = this.#endsAtMs.get(job.id);
    return {
      name: job.description.name,
      tasks: taskCount(job.description),
      taskMs: this.takesMs(job),
      ...(startsAtMs === undefined ? {} : { startsAtMs }),
      ...(startsAtMs === undefined || endsAtMs === undefined ? {} : { endsAtMs }),
      outcome: this.outcomes.get(job.id) ?? "omitted",
    };
  }

  #step(inputs: Input[]): void {
    const launches = this.#core.step(inputs);
    this.#takeEvents(launches.events);
    const started = launches.actions.filter((action) => action.kind === "launch");
    if (started.length === 0) return;
    for (const { task, job, allocation } of started) {
      this.#launch(task, job);
      this.#countGpus(task, allocation);
    }
    const inUse = this.#cores - this.#core.freeCores;
    this.#running += started.length;
    this.#tasks += started.length;
    this.#peakCores = Math.max(this.#peakCores, inUse);
    this.#peakTasks = Math.max(this.#peakTasks, this.#running);
    this.#waveCount++;
    if (this.#waves.length < wavesKept) {
      this.#waves.push({ atMs: this.#nowMs, tasks: started.length, coresInUse: inUse, ...this.#gpus() });
    }
    this.#core.step(started.map(({ task }) => ({ kind: "taskStarted", atMs: this.#nowMs, task, attempt: 1, pid: 1 })));
  }

  get peakGpus(): number {
    return this.#peakGpuShares / gpuShares;
  }

  #gpus(): { readonly gpusInUse?: number } {
    return this.#peakGpuShares === 0 ? {} : { gpusInUse: this.#gpusInUse / gpuShares };
  }

  /** Counts the GPUs of a task that begins; or with no allocation, of one that has ended. */
  #countGpus(task: number, allocation: NamedAllocation | undefined): void {
    const before = this.#gpuShares.get(task) ?? 0;
    const shares = (allocation?.nodes ?? []).reduce(
      (sum, { gpus, gpuShare = 1 }) => sum + gpus.length * Math.round(gpuShare * gpuShares),
      0,
    );
    if (shares === 0) this.#gpuShares.delete(task);
    else this.#gpuShares.set(task, shares);
    this.#gpusInUse += shares - before;
    this.#peakGpuShares = Math.max(this.#peakGpuShares, this.#gpusInUse);
  }

  #launch(task: number, job: AdmittedJob): void {
    if (!this.#startsAtMs.has(job.id)) this.#startsAtMs.set(job.id, this.#nowMs);
    this.#ends.push(this.#nowMs + this.takesMs(job), task);
  }

  #takeEvents(events: ReturnType<Core["step"]>["events"]): void {
    for (const event of events) {
      if (event.kind !== "jobEnded") continue;
      this.outcomes.set(event.job, event.outcome);
      this.#endsAtMs.set(event.job, this.#nowMs);
    }
  }
}
