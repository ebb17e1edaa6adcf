/**
 * What a dashboard shows of a run, kept up to date event by event: counts, what runs, what it did over time, what
 * happened. The page and the terminal are both made of it. An event costs the same however many tasks there are.
 *
 * @module
 */

import type { Event, JobId, JobOutcome, OutcomeCounts, TaskId } from "../../core/types.ts";
import { taskCount } from "../../job/description.ts";
import type { NamedAllocation } from "../../resources/node.ts";
import type { RunBreak } from "../breaks.ts";
import { type Attempt, lastAttempt } from "../look/attempts.ts";
import type { RunView, TaskCounts, ViewedTask } from "../look/run_view.ts";
import { isTerminal, outcomeOfState } from "../states.ts";
import { Pace } from "../pace.ts";
import { Happenings } from "./happenings.ts";
import { type Timeline, TimelineRecorder } from "./timeline.ts";

/** A node, with the ids of its cores. */
export interface NodeCores {
  /** Its name. */
  readonly name: string;
  /** The ids of its cores, ascending. */
  readonly cores: readonly string[];
}

/** Of how many tasks earlier attempts are kept. */
const retriedMax = 20_000;

/** A task that holds cores. */
interface LiveTask {
  readonly job: JobId;
  readonly cores: number;
  /** When its process started, in milliseconds since the run was begun; `undefined` before. */
  startedMs?: number;
}

/** Takes in the events of a run after its view has, and knows what a dashboard shows. */
export class DashboardModel {
  /** What is known of jobs and tasks. */
  readonly view: RunView;
  /** What happened lately. */
  readonly happenings: Happenings = new Happenings();
  readonly #pace: Pace = new Pace();
  /** What holds cores, with its job and how many; in the order in which they were granted. */
  readonly #live: Map<TaskId, LiveTask> = new Map();
  readonly #outcomes: Record<JobOutcome, number> = { succeeded: 0, failed: 0, canceled: 0, omitted: 0 };
  readonly #earlier: Map<TaskId, Attempt[]> = new Map();
  readonly #timeline: TimelineRecorder;
  #number = 0;
  #total = 0;
  #started = 0;
  #coresInUse = 0;
  /** Of these the cores on which a process runs: what reports call in use, too. */
  #coresAtWork = 0;
  /** Cores multiplied by time: of what has ended, and of what runs by when it started. */
  #endedCoreMs = 0;
  #startedCoreMs = 0;
  readonly #startMs: number;

  /**
   * Creates a model.
   *
   * @param view The run. What it knows already counts, but how it came to be over time is told by events alone.
   * @param startMs When the run was begun.
   */
  constructor(view: RunView, startMs: number) {
    this.view = view;
    this.#startMs = startMs;
    this.#timeline = new TimelineRecorder(startMs);
    for (const task of view.tasks()) this.#takeKnown(task);
    if (this.#total > 0) this.#record(view.lastAtMs ?? startMs, 0);
  }

  /** How many events it has taken in: the number of the newest. */
  get number(): number {
    return this.#number;
  }

  /** How many tasks are in each state, those of jobs that were removed too. */
  get counts(): TaskCounts {
    const { succeeded, failed, canceled, omitted } = this.#outcomes;
    return {
      QUEUED: Math.max(0, this.#total - this.#ended - this.#live.size),
      SCHEDULED: this.#live.size - this.#started,
      EXECUTING: this.#started,
      SUCCEED: succeeded,
      FAILED: failed,
      CANCELED: canceled,
      OMITTED: omitted,
    };
  }

  /** How many cores tasks hold. */
  get coresInUse(): number {
    return this.#coresInUse;
  }

  /** The tasks that hold cores, in the order in which they were granted. */
  *live(): Generator<ViewedTask, void, void> {
    for (const [task, { job: id }] of this.#live) {
      const job = this.view.job(id);
      if (job !== undefined) yield { job, offset: task - job.firstTask };
    }
  }

  /** How many tasks have ended in a second, of late. */
  endsPerSecond(nowMs: number): number | undefined {
    return this.#pace.perSecond(nowMs);
  }

  /**
   * What the run did, up to a time. The sum is exact: by when each task started and ended, which events may tell in
   * another order.
   */
  timeline(untilMs: number): Timeline {
    const runningCoreMs = this.#coresAtWork * (untilMs - this.#startMs) - this.#startedCoreMs;
    return { ...this.#timeline.read(untilMs), coreMs: this.#endedCoreMs + Math.max(0, runningCoreMs) };
  }

  /** Each known launch of a task. */
  attempts({ job, offset }: ViewedTask): readonly Attempt[] {
    const task = job.firstTask + offset;
    const last = lastAttempt(this.view.ledger.task(task));
    const earlier = this.#earlier.get(task) ?? [];
    // The ledger still tells of an attempt that has ended and is among the earlier ones.
    return last === undefined || last.attempt === earlier.at(-1)?.attempt ? earlier : [...earlier, last];
  }

  /** Takes in an event that the view knows already. */
  apply(event: Event): void {
    this.#number++;
    this.happenings.apply(event, this.#number, this.view);
    switch (event.kind) {
      case "jobSubmitted":
        this.#total += taskCount(event.job.description);
        return this.#record(event.atMs, 0);
      case "taskScheduled":
        this.#release(event.task, event.atMs);
        this.#hold(event.task, event.job, event.allocation);
        return this.#record(event.atMs, 0);
      case "taskStarted":
        this.#start(event.task, event.atMs);
        return this.#record(event.atMs, 0);
      case "attemptEnded":
        this.#release(event.task, event.atMs);
        this.#keepAttempt(event);
        return this.#record(event.atMs, 0);
      case "taskEnded":
        this.#release(event.task, event.atMs);
        this.#outcomes[event.outcome.kind]++;
        this.#pace.add(event.atMs);
        return this.#record(event.atMs, 1);
      case "tasksDropped":
        this.#outcomes[event.outcome.kind] += event.count;
        return this.#record(event.atMs, 0);
      case "tasksReopened":
        this.#takeBack(event.counts);
        return this.#record(event.atMs, 0);
      default:
    }
  }

  /** Another pilot goes on with the run: what the earlier one ran has ended with it, and waits again. */
  takeBreak({ fromMs, toMs }: RunBreak): void {
    for (const task of [...this.#live.keys()]) this.#release(task, fromMs);
    this.#record(fromMs, 0);
    this.#timeline.skip(fromMs, toMs);
  }

  get #ended(): number {
    const { succeeded, failed, canceled, omitted } = this.#outcomes;
    return succeeded + failed + canceled + omitted;
  }

  #takeKnown({ job, offset }: ViewedTask): void {
    const task = job.firstTask + offset;
    const state = this.view.ledger.state(task);
    this.#total++;
    if (isTerminal(state)) this.#outcomes[outcomeOfState(state)]++;
    else if (state !== "QUEUED") {
      this.#hold(task, job.id, this.view.ledger.task(task).allocation);
      if (state === "EXECUTING") this.#start(task, this.view.lastAtMs ?? this.#startMs);
    }
  }

  #takeBack(counts: OutcomeCounts): void {
    for (const kind of ["succeeded", "failed", "canceled", "omitted"] as const) this.#outcomes[kind] -= counts[kind];
  }

  #hold(task: TaskId, job: JobId, allocation: NamedAllocation | undefined): void {
    const cores = allocation?.nodes.reduce((sum, node) => sum + node.cores.length, 0) ?? 0;
    this.#live.set(task, { job, cores });
    this.#coresInUse += cores;
  }

  #start(task: TaskId, atMs: number): void {
    const held = this.#live.get(task);
    if (held === undefined || held.startedMs !== undefined) return;
    held.startedMs = atMs - this.#startMs;
    this.#started++;
    this.#coresAtWork += held.cores;
    this.#startedCoreMs += held.cores * held.startedMs;
  }

  #release(task: TaskId, atMs: number): void {
    const held = this.#live.get(task);
    if (held === undefined) return;
    this.#live.delete(task);
    this.#coresInUse -= held.cores;
    if (held.startedMs === undefined) return;
    this.#started--;
    this.#coresAtWork -= held.cores;
    this.#startedCoreMs -= held.cores * held.startedMs;
    this.#endedCoreMs += held.cores * Math.max(0, atMs - this.#startMs - held.startedMs);
  }

  #record(atMs: number, ended: number): void {
    const waiting = Math.max(0, this.#total - this.#ended - this.#live.size);
    this.#timeline.set(atMs, { cores: this.#coresAtWork, waiting, running: this.#live.size }, ended);
  }

  /** The ledger knows an attempt until the next one begins. */
  #keepAttempt(event: Event & { readonly kind: "attemptEnded" }): void {
    const last = lastAttempt(this.view.ledger.task(event.task), event);
    if (last === undefined) return;
    const earlier = this.#earlier.get(event.task);
    if (earlier !== undefined) earlier.push(last);
    else if (this.#earlier.size < retriedMax) this.#earlier.set(event.task, [last]);
  }
}
