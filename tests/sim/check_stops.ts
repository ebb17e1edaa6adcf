/**
 * Checkers of cancels, time limits, graces, and of what is left behind.
 *
 * @module
 */

import { type Checker, isBroken, type Step, walkSteps } from "./check_tasks.ts";
import type { Entry, History } from "./history.ts";
import type { Model, ModelTask } from "./model.ts";
import { appendMsMax } from "./simulated_journal.ts";
import { reapMsMax } from "./simulated_launcher.ts";

/** A turn may have to wait for the append of the turn before it, and then for its own. */
const delayMsMax = 3 * appendMsMax + reapMsMax;

const canceledEndsCanceled: Checker = {
  promise: "A canceled task ends canceled",
  check: (history) => {
    const expected = new Set<number>();
    const signaled = new Set<number>();
    for (const { step, model } of walkSteps(history)) {
      step.inputs.forEach((input, index) => {
        if (input.kind !== "cancelRequested") return;
        for (const task of targetsOf(input, model)) {
          const isSettledBefore = isUncertain(task, step, index, model);
          if (!isSettledBefore && !signaled.has(task.id)) expected.add(task.id);
        }
      });
      for (const action of step.output.actions) if (action.kind === "signal") signaled.add(action.task);
      for (const event of step.output.events) if (event.kind === "attemptEnded") signaled.delete(event.task);
      for (const event of step.output.events) {
        if (event.kind === "attemptEnded" && expected.has(event.task)) {
          return `${model.task(event.task).name} was canceled and is tried again`;
        }
        if (event.kind === "taskEnded" && expected.has(event.task) && event.outcome.kind !== "canceled") {
          return `${model.task(event.task).name} was canceled and ended ${event.outcome.kind}`;
        }
        if (event.kind !== "tasksDropped" || event.outcome.kind === "canceled") continue;
        for (let task = event.first; task < event.first + event.count; task++) {
          if (expected.has(task)) return `${model.task(task).name} was canceled and was ${event.outcome.kind}`;
        }
      }
      // A task that is canceled before it runs ends at once.
      const late = [...expected].find((id) => signaled.has(id) === false && waitsOn(id, model, step));
      if (late !== undefined) return `${model.task(late).name} was canceled while it waited, and waits on`;
    }
    return undefined;
  },
};

/** The tasks that a cancel is aimed at and that have not ended when the step begins. */
function targetsOf(
  { target, cause }: Step["inputs"][number] & { kind: "cancelRequested" },
  model: Model,
): ModelTask[] {
  const all = target.kind === "job" ? model.jobs.get(target.job)?.tasks ?? [] : [...model.tasks.values()];
  return all.filter((task, offset) => {
    if (task.outcome !== undefined) return false;
    // What runs when all others have ended does so after a cancel of all others, too.
    if (target.kind !== "job" && cause !== "shutdown" && task.job.waitsForAll) return false;
    if (target.kind === "job" && target.offset !== undefined) return offset === target.offset;
    return target.kind !== "queued" || !task.isLive;
  });
}

/** Whether something before the cancel in the same step may have ended the task, or stopped it for another reason. */
function isUncertain(task: ModelTask, step: Step, index: number, model: Model): boolean {
  // A cancel of everything cannot hit what comes in after it.
  const isYounger = step.inputs.slice(index).some((input) =>
    input.kind === "jobsSubmitted" && input.jobs.some((job) => job.id === task.job.job.id)
  );
  if (isYounger) return true;
  return step.inputs.slice(0, index).some((input) => {
    if (input.kind === "taskExited" || input.kind === "taskStartFailed") return !task.isLive || input.task === task.id;
    if (input.kind === "timePassed" || input.kind === "nodeLost") return true;
    if (input.kind === "taskStarted") return false;
    if (input.kind === "limitExceeded") return input.task === task.id;
    return !task.isLive && model.tasks.has(task.id);
  });
}

function waitsOn(id: number, model: Model, step: Step): boolean {
  const task = model.task(id);
  if (task.isLive || task.outcome !== undefined) return false;
  return !step.output.events.some((event) =>
    event.kind === "tasksDropped" && id >= event.first && id < event.first + event.count
  );
}

/** What is known of one attempt's process. */
interface Life {
  readonly task: number;
  readonly graceMs: number;
  readonly limitMs: number | undefined;
  startedAtMs?: number;
  toldAtMs?: number;
  diedAtMs?: number;
  termAtMs?: number;
  killAtMs?: number;
}

/** The lives of all attempts, by task and attempt. */
function livesOf(history: History): Map<string, Life> {
  const lives = new Map<string, Life>();
  for (const entry of history.entries) {
    if (entry.kind === "step") {
      for (const action of entry.output.actions) {
        if (action.kind !== "launch") continue;
        const { graceMs = history.workload.graceMs, timeLimitMs } = action.job.description;
        lives.set(nameOf(action), { task: action.task, graceMs, limitMs: timeLimitMs });
      }
    }
    const life = "key" in entry ? lives.get(nameOf(entry.key)) : undefined;
    if (life === undefined) continue;
    if (entry.kind === "processStarted") life.startedAtMs = entry.atMs;
    if (entry.kind === "processDied") life.diedAtMs ??= entry.atMs;
    if (entry.kind === "told" && entry.news === "started") life.toldAtMs ??= entry.atMs;
    if (entry.kind === "signal" && entry.signal === "SIGTERM") life.termAtMs ??= entry.atMs;
    // A kill of what has gone already, ordered for news that came too late, hits nobody.
    const isKill = entry.kind === "signal" && entry.signal === "SIGKILL" && life.diedAtMs === undefined;
    if (isKill) life.killAtMs ??= entry.atMs;
  }
  return lives;
}

function nameOf({ task, attempt }: { readonly task: number; readonly attempt: number }): string {
  return `${task}#${attempt}`;
}

/** When the run stopped being a run: at its end, or when the pilot broke. */
function stoppedAtMs(history: History): number {
  return history.entries.find((entry) => entry.kind === "stopped")?.atMs ?? Infinity;
}

const stoppedWithinGrace: Checker = {
  promise: "A stopped task ends within its grace: it gets SIGTERM, and SIGKILL when the grace is over, not before",
  check: (history) => {
    const endMs = stoppedAtMs(history);
    for (const [task, life] of livesOf(history)) {
      const { termAtMs, killAtMs, graceMs, diedAtMs } = life;
      if (termAtMs === undefined || isBroken(history)) continue;
      const dueMs = termAtMs + graceMs + delayMsMax;
      if ((diedAtMs ?? Infinity) > Math.min(dueMs, endMs)) return `task ${task} runs after its grace of ${graceMs} ms`;
      if (killAtMs !== undefined && !history.entries.some(isNodeLost) && killAtMs < termAtMs + graceMs - delayMsMax) {
        return `task ${task} was killed before its grace of ${graceMs} ms was over`;
      }
    }
    return undefined;
  },
};

function isNodeLost(entry: Entry): boolean {
  return entry.kind === "step" && entry.inputs.some((input) => input.kind === "nodeLost");
}

const newsIsBelieved: Checker = {
  promise: "A task ends as soon as its process has gone",
  check: (history) => {
    if (isBroken(history)) return undefined;
    const ended = new Map<string, number>();
    for (const { step } of walkSteps(history)) {
      for (const event of step.output.events) {
        if (event.kind === "taskEnded" || event.kind === "attemptEnded") ended.set(nameOf(event), step.atMs);
      }
    }
    for (const entry of history.entries) {
      if (entry.kind !== "told" || entry.news === "started") continue;
      const task = nameOf(entry.key);
      if ((ended.get(task) ?? Infinity) > entry.atMs + delayMsMax) return `task ${task} has not ended with its process`;
    }
    return undefined;
  },
};

const limitIsKept: Checker = {
  promise: "A task that runs longer than its time limit is stopped then, not before, and fails",
  check: (history) => {
    const canceled = new Set<number>();
    const outcomes = new Map<string, string>();
    for (const { step, model } of walkSteps(history)) {
      for (const input of step.inputs) {
        if (input.kind === "cancelRequested") targetsOf(input, model).forEach((task) => canceled.add(task.id));
      }
      for (const event of step.output.events) {
        if (event.kind === "taskEnded" || event.kind === "attemptEnded") {
          outcomes.set(nameOf(event), event.outcome.kind);
        }
      }
    }
    for (const [name, { task, limitMs, toldAtMs, termAtMs, diedAtMs }] of livesOf(history)) {
      if (canceled.has(task) || isBroken(history)) continue;
      if (limitMs === undefined && termAtMs !== undefined) return `task ${task} was stopped for nothing`;
      if (limitMs === undefined || toldAtMs === undefined) continue;
      const dueMs = toldAtMs + limitMs;
      if (termAtMs === undefined) {
        if ((diedAtMs ?? Infinity) > dueMs + delayMsMax) return `task ${task} runs longer than its ${limitMs} ms`;
      } else {
        if (termAtMs < dueMs) return `task ${task} was stopped before its limit of ${limitMs} ms`;
        if (termAtMs > dueMs + delayMsMax) return `task ${task} was stopped late`;
        const outcome = outcomes.get(name);
        const isRaced = diedAtMs !== undefined && diedAtMs <= termAtMs;
        if (outcome !== "failed" && !isRaced) return `task ${task} was stopped by its limit and ${outcome}`;
      }
    }
    return undefined;
  },
};

const nothingIsLeft: Checker = {
  promise: "After the end nothing is launched and no process is left",
  check: (history) => {
    const end = history.entries.findIndex((entry) => entry.kind === "stopped");
    if (end < 0) return undefined;
    if (history.aliveAtEnd > 0) return `${history.aliveAtEnd} processes are left`;
    const stopped = history.entries[end] as Entry & { kind: "stopped" };
    if (stopped.error === undefined && stopped.alive > 0) {
      return `${stopped.alive} processes ran when the loop had ended`;
    }
    const late = history.entries.slice(end).find((entry) => entry.kind === "launch");
    return late && `${(late as Entry & { kind: "launch" }).plan.taskName} was launched after the end`;
  },
};

/** The checkers of this file. */
export const stopCheckers: readonly Checker[] = [
  canceledEndsCanceled,
  stoppedWithinGrace,
  newsIsBelieved,
  limitIsKept,
  nothingIsLeft,
];
