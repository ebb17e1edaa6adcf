/**
 * The events as users see them: plain data with names that stay. Everybody who is told events outside the program is
 * told these: `executor.events()` and `qcgpj run - --events`.
 *
 * @module
 */

import type { Exit } from "../core/exit.ts";
import type { AdmittedJob, Cause, Event, OutcomeCounts, StopCause, TaskId } from "../core/types.ts";
import type { Ledger } from "../report/ledger.ts";
import { type TerminalState, terminalState } from "../report/states.ts";

/** What every event tells. */
export interface RunEventBase {
  /** The number of the event in its run, from 1; a run that is resumed counts on. */
  readonly number: number;
  /** When it happened, in milliseconds since the epoch. */
  readonly atMs: number;
}

/** What an event of one task tells: of a job, or of one iteration of it. */
export interface TaskEventBase extends RunEventBase {
  /** The name of the job. */
  readonly job: string;
  /** The index of the iteration; absent for a job without iterations. */
  readonly iteration?: number;
}

/** A job was submitted. */
export interface JobSubmittedEvent extends RunEventBase {
  readonly event: "jobSubmitted";
  /** The name of the job. */
  readonly job: string;
  /** The first index and the one after the last, for a job with iterations. */
  readonly iterations?: { readonly start: number; readonly stop: number };
}

/** A task was granted what it asks for, and is about to be launched. */
export interface TaskScheduledEvent extends TaskEventBase {
  readonly event: "taskScheduled";
  /** 1-based count of the task's launches. */
  readonly attempt: number;
  /** The granted nodes, with the ids of the cores and GPUs. */
  readonly nodes: readonly {
    readonly name: string;
    readonly cores: readonly string[];
    readonly gpus: readonly string[];
  }[];
}

/** The process of a task runs. */
export interface TaskStartedEvent extends TaskEventBase {
  readonly event: "taskStarted";
  /** 1-based count of the task's launches. */
  readonly attempt: number;
  /** Process id. */
  readonly pid: number;
}

/** A running task is asked to end; its end is an event of its own. */
export interface StopRequestedEvent extends TaskEventBase {
  readonly event: "stopRequested";
  /** Why, in one word. */
  readonly cause: StopCause;
  /** The same in a sentence. */
  readonly reason: string;
  /** 1-based count of the task's launches. */
  readonly attempt: number;
}

/** An attempt failed, and the task will be launched again. */
export interface AttemptFailedEvent extends TaskEventBase {
  readonly event: "attemptFailed";
  /** Why, in one word. */
  readonly cause: Cause;
  /** The same in a sentence. */
  readonly reason: string;
  /** The exit code, when the process exited. */
  readonly exitCode?: number;
  /** The signal's name, when one ended the process. */
  readonly signal?: string;
  /** 1-based count of the task's launches. */
  readonly attempt: number;
  /** When the task is ready again, in milliseconds since the epoch. */
  readonly retryAtMs: number;
}

/** An iteration ended. */
export interface IterationFinishedEvent extends RunEventBase {
  readonly event: "iterationFinished";
  /** The name of the job. */
  readonly job: string;
  /** The index of the iteration. */
  readonly iteration: number;
  /** How it ended. */
  readonly state: TerminalState;
  /** Why it did not succeed, in a sentence. */
  readonly reason?: string;
  /** The same in one word. */
  readonly cause?: Cause;
  /** The exit code, when a process exited with another one than 0. */
  readonly exitCode?: number;
  /** The signal's name, when one ended the process. */
  readonly signal?: string;
}

/** A job ended, with all its iterations if it has some. */
export interface JobFinishedEvent extends RunEventBase {
  readonly event: "jobFinished";
  /** The name of the job. */
  readonly job: string;
  /** How it ended. */
  readonly state: TerminalState;
  /** Why it did not succeed, in a sentence; absent for a job with iterations, which have their own. */
  readonly reason?: string;
  /** The same in one word. */
  readonly cause?: Cause;
  /** The exit code, when a process exited with another one than 0. */
  readonly exitCode?: number;
  /** The signal's name, when one ended the process. */
  readonly signal?: string;
  /** How many iterations ended in each way, for a job with iterations. */
  readonly iterations?: OutcomeCounts;
}

/** A node that was absent or lost may be used. */
export interface NodeReadyEvent extends RunEventBase {
  readonly event: "nodeReady";
  /** The name of the node. */
  readonly node: string;
}

/** A node has gone, with all that ran on it. */
export interface NodeLostEvent extends RunEventBase {
  readonly event: "nodeLost";
  /** The name of the node. */
  readonly node: string;
  /** Why, in a sentence. */
  readonly reason: string;
}

/** No more jobs are taken and all have ended. A run that is resumed goes on after it. */
export interface RunFinishedEvent extends RunEventBase {
  readonly event: "runFinished";
}

/**
 * The reader was too slow: events are missing here. Where the run keeps a journal they can still be had, by
 * `events({ from: number })`.
 */
export interface LaggedEvent extends RunEventBase {
  readonly event: "lagged";
  /** The number of the first event that is missing. */
  readonly number: number;
  /** How many are missing. */
  readonly missed: number;
}

/** Something that happened in a run; `event` tells what. Further kinds and keys may be added, none is changed. */
export type RunEvent =
  | JobSubmittedEvent
  | TaskScheduledEvent
  | TaskStartedEvent
  | StopRequestedEvent
  | AttemptFailedEvent
  | IterationFinishedEvent
  | JobFinishedEvent
  | NodeReadyEvent
  | NodeLostEvent
  | RunFinishedEvent
  | LaggedEvent;

/** `Omit` that keeps a union a union. */
type WithoutNumber<T> = T extends unknown ? Omit<T, "number"> : never;

/** An event that has no number yet. */
export type UnnumberedEvent = WithoutNumber<Exclude<RunEvent, LaggedEvent>>;

/**
 * How many public events an event is: what {@linkcode describeEvent} gives, without making it.
 *
 * @param event An event that the ledger has just taken in.
 * @param ledger Knows the jobs.
 */
export function countPublic(event: Event, ledger: Ledger): number {
  switch (event.kind) {
    case "jobCanceled":
    case "jobForgotten":
      return 0;
    case "taskEnded":
      return isIterative(ledger.job(event.job)?.job) ? 1 : 0;
    case "tasksDropped":
      return isIterative(ledger.job(event.job)?.job) ? event.count : 0;
    default:
      return 1;
  }
}

/**
 * Tells an event in public words. A job that is canceled as a whole is told by the ends of its tasks; that a job is
 * forgotten is nothing that happens in a run.
 *
 * @param event An event that the ledger has just taken in.
 * @param ledger Knows the jobs.
 */
export function* describeEvent(event: Event, ledger: Ledger): Generator<UnnumberedEvent, void, void> {
  const { atMs } = event;
  switch (event.kind) {
    case "jobSubmitted": {
      const { name, iteration } = event.job.description;
      const iterations = iteration === undefined
        ? {}
        : { iterations: { start: iteration.start, stop: iteration.stop } };
      yield { event: "jobSubmitted", job: name, ...iterations, atMs };
      return;
    }
    case "jobCanceled":
    case "jobForgotten":
      return;
    case "nodeReady":
      yield { event: "nodeReady", node: event.name, atMs };
      return;
    case "nodeLost":
      yield { event: "nodeLost", node: event.name, reason: event.reason, atMs };
      return;
    case "pilotDrained":
      yield { event: "runFinished", atMs };
      return;
    case "taskEnded":
    case "tasksDropped":
    case "jobEnded":
      return yield* describeEnd(event, ledger);
    default:
      yield describeTask(event, ledger.job(event.job)!.job);
  }
}

function describeTask(
  event: Event & { readonly kind: "taskScheduled" | "taskStarted" | "stopRequested" | "attemptEnded" },
  job: AdmittedJob,
): UnnumberedEvent {
  const { atMs, attempt } = event;
  const task = taskOf(job, event.task);
  switch (event.kind) {
    case "taskScheduled": {
      const nodes = event.allocation.nodes.map(({ name, cores, gpus }) => ({ name, cores, gpus }));
      return { event: "taskScheduled", ...task, attempt, nodes, atMs };
    }
    case "taskStarted":
      return { event: "taskStarted", ...task, attempt, pid: event.pid, atMs };
    case "stopRequested":
      return { event: "stopRequested", ...task, cause: event.cause, reason: event.reason, attempt, atMs };
    case "attemptEnded": {
      const { cause, reason, exit } = event.outcome;
      const why = { cause, reason, ...exitOf(exit) };
      return { event: "attemptFailed", ...task, ...why, attempt, retryAtMs: event.readyAtMs, atMs };
    }
    default:
      return event satisfies never;
  }
}

function* describeEnd(
  event: Event & { readonly kind: "taskEnded" | "tasksDropped" | "jobEnded" },
  ledger: Ledger,
): Generator<UnnumberedEvent, void, void> {
  const { atMs } = event;
  const { firstTask, description: { name: job, iteration } } = ledger.job(event.job)!.job;
  if (event.kind === "jobEnded") {
    const state = terminalState(event.outcome);
    if (iteration === undefined) {
      const { reason, cause, exit } = ledger.task(firstTask);
      yield { event: "jobFinished", job, state, ...whyOf(state, reason, cause, exit), atMs };
    } else yield { event: "jobFinished", job, state, iterations: event.counts, atMs };
    return;
  }
  if (iteration === undefined) return;
  const { outcome } = event;
  const [first, count] = event.kind === "taskEnded" ? [event.task, 1] : [event.first, event.count];
  const state = terminalState(outcome.kind);
  const exit = outcome.kind === "failed" || outcome.kind === "canceled" ? outcome.exit : undefined;
  const why = outcome.kind === "succeeded" ? {} : whyOf(state, outcome.reason, outcome.cause, exit);
  const start = iteration.start + first - firstTask;
  for (let index = start; index < start + count; index++) {
    yield { event: "iterationFinished", job, iteration: index, state, ...why, atMs };
  }
}

function isIterative(job: AdmittedJob | undefined): boolean {
  return job?.description.iteration !== undefined;
}

function taskOf({ description: { name, iteration }, firstTask }: AdmittedJob, task: TaskId) {
  return iteration === undefined ? { job: name } : { job: name, iteration: iteration.start + task - firstTask };
}

function exitOf(exit: Exit | undefined): { readonly exitCode?: number; readonly signal?: string } {
  if (exit === undefined) return {};
  return "code" in exit ? { exitCode: exit.code } : { signal: exit.signal };
}

function whyOf(state: TerminalState, reason: string | undefined, cause: Cause | undefined, exit: Exit | undefined) {
  if (state === "SUCCEED") return {};
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(cause === undefined ? {} : { cause }),
    ...exitOf(exit),
  };
}
