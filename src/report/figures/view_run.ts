/**
 * The figures' view of a run of ours: from its events.
 *
 * @module
 */

import { exitNumber } from "../../core/exit.ts";
import type { JobDescription } from "../../job/description.ts";
import { taskName } from "../../job/description.ts";
import type { RunFacts } from "../look/run_status.ts";
import type { RunView } from "../look/run_view.ts";
import { isTerminal } from "../states.ts";
import type { ZoneMinutes } from "../times.ts";
import { microsOf, type TimedRun, type TimedTask } from "./timed_run.ts";

/** What a view of a run does not know. */
export interface Past {
  /** Attempts that others followed. */
  readonly earlier?: readonly TimedTask[];
  /** The time, of a run that lives. */
  readonly nowMs?: number;
}

/**
 * Makes the view of a run.
 *
 * What QCG-PilotJob calls executing begins when it starts to launch a task. Here that is when the task was given its
 * cores, as it is launched at once then; when its process runs is known apart from it.
 *
 * @param view The events.
 * @param facts What else is known of the run.
 * @param zone The zone of written times.
 * @param past The attempts that others followed, and the time, in milliseconds since the epoch.
 */
export function timeView(view: RunView, facts: RunFacts, zone: ZoneMinutes, past: Past = {}): TimedRun {
  const { begunAtMs = view.firstAtMs, cores, heardAtMs = 0, liveness } = facts;
  const { earlier = [], nowMs } = past;
  const breaks = facts.breaks?.map(({ fromMs, toMs }) => ({ from: microsOf(fromMs), to: microsOf(toMs) }));
  const endedAtMs = Math.max(view.lastAtMs ?? 0, heardAtMs);
  const lives = liveness === "alive" || liveness === "elsewhere";
  const untilMs = lives && nowMs !== undefined ? nowMs : endedAtMs;
  const counts = view.counts();
  const nodes = new Set<string>();
  const tasks: TimedTask[] = [];
  let taskCount = 0;
  for (const { job, offset } of view.tasks()) {
    taskCount++;
    const task = timeTask(view, job.firstTask + offset, job.id, job.description, offset);
    for (const { name } of task.nodes) nodes.add(name);
    tasks.push(task);
  }
  const nodeCount = Math.max(facts.nodes ?? 0, nodes.size);
  return {
    ...(begunAtMs === undefined ? {} : { begunAt: microsOf(begunAtMs) }),
    ...(liveness === "alive" || endedAtMs === 0 ? {} : { endedAt: microsOf(endedAtMs) }),
    ...(untilMs === 0 ? {} : { untilAt: microsOf(untilMs) }),
    ...(earlier.length === 0 ? {} : { earlier }),
    ...(breaks === undefined ? {} : { breaks }),
    ...(nodeCount === 0 ? {} : { nodes: nodeCount }),
    ...(cores === undefined ? {} : { cores }),
    taskCount,
    failedCount: counts.FAILED + counts.OMITTED,
    tasks,
    knowsProcessTimes: true,
    zone,
  };
}

function timeTask(
  { ledger }: RunView,
  id: number,
  jobId: number,
  description: JobDescription,
  offset: number,
): TimedTask {
  const { state, cause, allocation, exit, pid, scheduledAtMs, startedAtMs, endedAtMs } = ledger.task(id);
  const task: { -readonly [K in keyof TimedTask]: TimedTask[K] } = {
    name: taskName(description, offset),
    state,
    nodes: allocation?.nodes ?? [],
  };
  if (state === "FAILED" && cause !== undefined) task.cause = cause;
  const queuedAtMs = ledger.job(jobId)?.submittedAtMs;
  if (queuedAtMs !== undefined) task.queuedAt = microsOf(queuedAtMs);
  if (scheduledAtMs !== undefined) task.scheduledAt = task.executingAt = microsOf(scheduledAtMs);
  if (startedAtMs !== undefined) task.beganAt = microsOf(startedAtMs);
  if (endedAtMs !== undefined) task.endedAt = microsOf(endedAtMs);
  if (allocation === undefined || !isTerminal(state)) return task;
  task.ranMicros = microsOf(startedAtMs === undefined ? 0 : endedAtMs! - startedAtMs);
  if (startedAtMs !== undefined) task.finishedAt = microsOf(endedAtMs!);
  task.exitCode = startedAtMs === undefined || exit === undefined ? "-1" : String(exitNumber(exit));
  task.pid = String(pid ?? -1);
  task.program = programOf(description);
  return task;
}

function programOf({ execution: { exec } }: JobDescription): string {
  return exec === undefined ? "bash" : exec.slice(exec.lastIndexOf("/") + 1);
}
