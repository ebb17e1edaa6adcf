/**
 * From an event of the core to public events: the one place that maps one vocabulary to the other.
 *
 * @module
 */

import type { Exit, Tails } from "../core/exit.ts";
import type { AdmittedJob, Cause, Event, TaskId } from "../core/types.ts";
import type { Ledger } from "../report/ledger.ts";
import { type TerminalState, terminalState } from "../report/states.ts";
import { type ReportedTails, reportWords } from "../report/views.ts";
import type { UnnumberedEvent } from "./public_events.ts";

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
    case "prioritySet":
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
 * forgotten or has another priority is nothing that happens in a run.
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
    case "prioritySet":
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
    case "tasksReopened": {
      const { firstTask, description: { name: job, iteration } } = ledger.job(event.job)!.job;
      const start = (iteration?.start ?? 0) + event.first - firstTask;
      const iterations = iteration === undefined ? {} : { iterations: { start, stop: start + event.count } };
      yield { event: "tasksReopened", job, ...iterations, atMs };
      return;
    }
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
      const why = { cause, reason, ...exitOf(exit), ...tailsOf(event.tails) };
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
      const { reason, cause, exit, tails } = ledger.task(firstTask);
      yield { event: "jobFinished", job, state, ...whyOf(state, reason, cause, exit, tails), atMs };
    } else yield { event: "jobFinished", job, state, iterations: event.counts, atMs };
    return;
  }
  if (iteration === undefined) return;
  const { outcome } = event;
  const [first, count] = event.kind === "taskEnded" ? [event.task, 1] : [event.first, event.count];
  const state = terminalState(outcome.kind);
  const exit = outcome.kind === "failed" || outcome.kind === "canceled" ? outcome.exit : undefined;
  const tails = event.kind === "taskEnded" ? event.tails : undefined;
  const why = outcome.kind === "succeeded" ? {} : whyOf(state, outcome.reason, outcome.cause, exit, tails);
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

function tailsOf(tails: Tails | undefined): ReportedTails {
  return tails === undefined ? {} : reportWords(tails);
}

function whyOf(
  state: TerminalState,
  reason: string | undefined,
  cause: Cause | undefined,
  exit: Exit | undefined,
  tails: Tails | undefined,
) {
  if (state === "SUCCEED") return {};
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(cause === undefined ? {} : { cause }),
    ...exitOf(exit),
    ...tailsOf(tails),
  };
}
