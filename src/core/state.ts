/**
 * The scheduler's state: jobs, tasks, ready queues, the pool, and the tasks that hold cores. Only `step` changes it.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import { DenseMap } from "../base/dense_map.ts";
import { PairHeap } from "../base/heap.ts";
import { taskCount, taskName } from "../job/description.ts";
import { type Allocation, nameAllocation, type Node } from "../resources/node.ts";
import { Pool, type PoolOptions } from "../resources/pool.ts";
import { type Counts, isRange, type ResourceRequest } from "../resources/request.ts";
import type { Cap } from "./caps.ts";
import { Estimates, type LearntTimes, Mean } from "./estimates.ts";
import type { JobRecord } from "./job_record.ts";
import { NodeTasks } from "./node_tasks.ts";
import { rankLevel, Ranks } from "./ranks.ts";
import { type KindQueue, ReadyQueues } from "./ready_queues.ts";
import { TaskClock } from "./task_clock.ts";
import { TaskPhase, TaskTable } from "./task_table.ts";
import type { Action, AdmittedJob, Event, JobId, Output, StopCause, TaskId } from "./types.ts";
import { Work } from "./work.ts";

export { type Dependents, dependentsOf, type JobRecord } from "./job_record.ts";

/** The oldest ready task of the greatest priority that no cap keeps from starting, and since when it is that. */
export interface Oldest {
  readonly task: TaskId;
  /** Where it waits. */
  readonly queue: KindQueue;
  readonly sinceMs: number;
}

/** Why a task is stopped, and the sentence for its result. */
export interface Stop {
  readonly cause: StopCause;
  readonly reason: string;
  /** Whether a process of the task could not be signalled; the reason tells it. */
  readonly isRefused?: true;
}

/** A task that holds cores. The kind owns what is true in it. */
export type LiveTask =
  & { readonly job: AdmittedJob; readonly attempt: number; readonly allocation: Allocation }
  & (
    /** Handed to the launcher, which has not answered yet; a stop that comes now is kept until it has. */
    | { readonly kind: "launching"; readonly stop?: Stop }
    /** The process runs; `dueMs` is its time limit, by the clock of tasks. */
    | { readonly kind: "running"; readonly startedAtMs: number; readonly dueMs?: number }
    /** The process was asked to end; at `dueMs`, by the clock of tasks, it is killed. */
    | {
      readonly kind: "stopping";
      readonly stop: Stop;
      readonly dueMs: number;
      /** A cancel came after a limit had stopped it: the limit stays the cause, but it is not tried again. */
      readonly isLast?: boolean;
    }
  );

/** What is remembered of a task that failed and was tried again. */
export interface RetryRecord {
  /** Failed attempts by cause. */
  readonly failures: Map<string, number>;
  /** What the next attempt asks for. */
  readonly request: ResourceRequest;
}

/** How many entries of the dues are looked at with each that is added: then about half of them are stale at most. */
const duesSwept = 2;

/** What a pilot is set up with. */
export interface CoreOptions {
  /** The nodes that we own. */
  readonly nodes: readonly Node[];
  /** Keeps the first core of the first node for the pilot itself. */
  readonly reserveCore?: boolean;
  /** Nodes, by their index, that cannot be used until their launcher says that they are ready. */
  readonly absentNodes?: Iterable<number>;
  /** Counted resources: how many of each there are. */
  readonly counted?: Counts;
  /** When all work stops: tasks whose time limit is longer than that are not started; never when absent. */
  readonly stopAtMs?: number;
  /** Milliseconds between SIGTERM and SIGKILL for jobs that do not say. */
  readonly graceMs: number;
  /**
   * How long the oldest ready task of the highest priority that waits may be passed over, in milliseconds, until its
   * resources are held back for it.
   *
   * @default {fifty times the mean time of the tasks that have succeeded so far, at least a minute, and at most a third of
   *   the time that is left until all work stops}
   */
  readonly holdBackAfterMs?: number;
  /**
   * Whether tasks of equal priority start by their rank and then by age, or by age alone.
   *
   * @default {"rank"}
   */
  readonly order?: "rank" | "age";
  /** How many tasks of each group may hold cores at once. */
  readonly groups?: Counts;
  /** How long tasks took in earlier runs. */
  readonly learnt?: LearntTimes;
  /**
   * How many tasks a step starts at most; the next step, due at once, goes on.
   *
   * @default {1000}
   */
  readonly launchesMax?: number;
  /**
   * How many inputs and pieces of {@linkcode Work} a step takes at most, and as many deadlines; the next step goes on.
   *
   * @default {1000}
   */
  readonly piecesMax?: number;
}

/** All that `step` reads and changes. */
export class CoreState {
  readonly pool: Pool;
  /** What the pool was set up with. */
  readonly poolOptions: PoolOptions;
  readonly jobs: Map<JobId, JobRecord> = new Map();
  readonly tasks: TaskTable = new TaskTable();
  readonly live: DenseMap<LiveTask> = new DenseMap();
  readonly estimates: Estimates;
  /** Keeps the ranks of jobs; absent when age alone decides. */
  readonly ranks: Ranks | undefined;
  readonly queues: ReadyQueues = new ReadyQueues({
    isReady: (task) => this.tasks.phase(task) === TaskPhase.ready && !this.#isTooLong(task),
    priority: (task) => this.job(this.tasks.job(task)).priority,
    rank: (task) => this.tasks.phase(task) === TaskPhase.none ? 0 : rankLevel(this.job(this.tasks.job(task)).rank),
    rankWhenClosed: (task) => this.#rankWhenClosed(task),
    isAwaited: (task) => this.job(this.tasks.job(task)).dependents !== undefined,
  });
  /** The caps of the groups, by name. */
  readonly groups: ReadonlyMap<string, Cap>;
  /** The clock of time limits and graces. */
  readonly taskClock: TaskClock = new TaskClock();
  /** When live tasks are due by {@linkcode taskClock}, with the task; entries of those that moved on are passed over. */
  readonly dues: PairHeap = new PairHeap();
  /** When pauses before another attempt end, with the task. */
  readonly pauses: PairHeap = new PairHeap();
  /** Tasks that failed and were tried again. */
  readonly retries: Map<TaskId, RetryRecord> = new Map();
  /** When all work stops. */
  stopAtMs: number | undefined;
  readonly graceMs: number;
  readonly holdBackAfterMs: number | undefined;
  readonly launchesMax: number;
  readonly piecesMax: number;
  /** What inputs led to and is not done yet; no pass is made before it is. */
  readonly work: Work = new Work();
  /** The time of what is being done: that of the input, or of the step if an earlier one began with it. */
  atMs = 0;
  /** How many deadlines this step may still keep. */
  deadlinesLeft = 0;
  /** Which tasks hold something on which node. */
  readonly nodeTasks: NodeTasks;
  /** Nodes were lost since it was last found out what can never fit any more. */
  hasLostFit = false;
  /** Whether the last pass ended before everything was started that fits. */
  isPassCut = false;
  /** The task that was the oldest after the last pass. */
  oldest: Oldest | undefined = undefined;
  /** How many attempts were started. */
  starts = 0;
  /** Jobs that are not terminal. */
  openJobs = 0;
  /** Those of them that run when all others have ended, and whether they wait for that still. */
  readonly lasts: Map<JobRecord, "waits" | "runs"> = new Map();
  /** Nothing is started while this holds. */
  isPaused = false;
  draining = false;
  drained = false;
  /** What the current step gives back. */
  output: Output = { events: [], actions: [] };

  constructor(options: CoreOptions) {
    const { reserveCore = false, counted = {} } = options;
    this.pool = new Pool(options.nodes, options);
    this.poolOptions = { reserveCore, counted };
    this.stopAtMs = options.stopAtMs;
    this.graceMs = options.graceMs;
    this.launchesMax = options.launchesMax ?? 1000;
    this.piecesMax = options.piecesMax ?? 1000;
    this.nodeTasks = new NodeTasks(options.nodes.length, (task) => this.live.get(task));
    this.holdBackAfterMs = options.holdBackAfterMs;
    this.groups = new Map(Object.entries(options.groups ?? {}).map(([name, max]) => [name, { max, running: 0 }]));
    this.estimates = new Estimates(options.learnt);
    this.ranks = options.order === "age" ? undefined : new Ranks(this.jobs, this.estimates);
  }

  /** Looks up a job that must be known. */
  job(id: JobId): JobRecord {
    return present(this.jobs.get(id), `job ${id}`);
  }

  emit(event: Event): void {
    this.output.events.push(event);
  }

  order(action: Action): void {
    this.output.actions.push(action);
  }

  /** Whether a task may be passed over for ever, or until all work stops. */
  get mayStarve(): boolean {
    return !this.draining || this.stopAtMs !== undefined;
  }

  /** Whether a task that is started now may run into the time at which work stops; one without a limit may end any time. */
  #isTooLong(task: TaskId): boolean {
    if (this.stopAtMs === undefined) return false;
    const { timeLimitMs } = this.job(this.tasks.job(task)).job.description;
    return timeLimitMs !== undefined && this.atMs + timeLimitMs > this.stopAtMs;
  }

  /**
   * A task that can do with fewer cores counts as if it got a middling share of them: so it starts early, while many cores
   * are free to be shared.
   */
  #rankWhenClosed(task: TaskId): number {
    const record = this.job(this.tasks.job(task));
    return rankLevel(record.rank + this.estimates.stretchMs(record));
  }

  /** Queues the tasks from `first` to before `stop` of a job, which all ask for `request`. */
  enqueue({ job, caps }: JobRecord, request: ResourceRequest, first: TaskId, stop: TaskId): void {
    invariant(this.tasks.phase(first) === TaskPhase.ready, "Only what is ready is queued");
    invariant(job.firstTask <= first && stop <= stopTask(job), "The tasks that are queued are of one job");
    this.queues.push(request, first, stop, caps?.key, caps?.caps);
  }

  /** Learns how long a task took with what it had. */
  taskSucceeded(record: JobRecord, { parts }: Allocation, ms: number): void {
    if (record.job.requests.some(({ request }) => isRange(request))) {
      const cores = parts.reduce((sum, part) => sum + part.cores.length, 0);
      invariant(cores > 0, "A task that has succeeded had some core");
      (record.times.ownWork ??= new Mean()).add(ms * cores);
    }
    if (this.ranks === undefined) this.estimates.add(record.times, ms);
    else this.ranks.taskSucceeded(record, ms);
  }

  /** Puts a task that holds cores into another state, and notes when it is due. */
  setLive(task: TaskId, live: LiveTask): void {
    invariant(this.tasks.phase(task) === TaskPhase.live, "Only what holds cores launches, runs or stops");
    invariant(
      live.attempt === this.tasks.attempt(task),
      () => `Attempt ${live.attempt} of task ${task} is not its last`,
    );
    this.live.set(task, live);
    if (live.kind === "launching" || live.dueMs === undefined) return;
    this.dues.push(live.dueMs, task);
    // Short tasks with long limits leave their entries behind; a million of them must not stay for an hour.
    this.dues.sweep(duesSwept, this.#isStale);
  }

  readonly #isStale = (dueMs: number, task: number): boolean => {
    const live = this.live.get(task);
    return live === undefined || live.kind === "launching" || live.dueMs !== dueMs;
  };

  nameAllocation(allocation: Allocation): ReturnType<typeof nameAllocation> {
    return nameAllocation(this.pool.nodes, allocation);
  }
}

/** The task after the last one of a job. */
export function stopTask(job: AdmittedJob): TaskId {
  return job.firstTask + taskCount(job.description);
}

/** Names a task of a job. */
export function nameTask(job: AdmittedJob, task: TaskId): string {
  return taskName(job.description, task - job.firstTask);
}

/** Calls `visit` for each part of `first … stop` (tasks of `job`) whose tasks ask for the same. */
export function eachRequest(
  job: AdmittedJob,
  first: TaskId,
  stop: TaskId,
  visit: (request: ResourceRequest, first: TaskId, stop: TaskId) => void,
): void {
  let from = job.firstTask;
  for (const run of job.requests) {
    const to = from + run.count;
    if (from >= stop) break;
    if (to > first) visit(run.request, Math.max(from, first), Math.min(to, stop));
    from = to;
  }
}
