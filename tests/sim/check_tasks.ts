/**
 * Checkers of what becomes of tasks and jobs. Each returns what it found wrong, in a sentence; `undefined` is well.
 *
 * @module
 */

import type { JobDescription } from "../../src/job/description.ts";
import type { Size } from "../../src/resources/request.ts";
import type { Entry, History } from "./history.ts";
import { Model, type ModelTask } from "./model.ts";
import { lastWordsOf } from "./simulated_launcher.ts";

/** One promise and how it is checked. */
export interface Checker {
  /** The promise, as a sentence. */
  readonly promise: string;
  /** Looks at a run; returns what is wrong. */
  readonly check: (history: History) => string | undefined;
}

export type Step = Entry & { kind: "step" };

/** The steps of a run, each with the model as of its beginning: the jobs that came in are known, and wait. */
export function* walkSteps(history: History): Generator<{ readonly step: Step; readonly model: Model }> {
  const model = new Model(history.workload);
  for (const entry of history.entries) {
    if (entry.kind !== "step") continue;
    entry.inputs.forEach((input) => model.takeInput(input));
    yield { step: entry, model };
    entry.output.events.forEach((event) => model.apply(event));
    if (!entry.isUnfinished) model.releaseLasts();
  }
}

/** The model at the end of a run. */
export function lastModel(history: History): Model {
  let last = new Model(history.workload);
  for (const { model } of walkSteps(history)) last = model;
  return last;
}

/** Whether something broke the pilot on purpose: then promises about ends do not hold. */
export function isBroken(history: History): boolean {
  return history.entries.some((entry) => entry.kind === "stopped" && entry.error !== undefined);
}

const everyJobEnds: Checker = {
  promise: "Every job ends, and so does the pilot",
  check: (history) => {
    if (!history.isOver) return "the pilot is still there after ten minutes";
    if (isBroken(history)) return undefined;
    const open = [...lastModel(history).jobs.values()].find((job) => job.outcome === undefined);
    return open && `job ${open.job.description.name} has not ended`;
  },
};

const eventsInOrder: Checker = {
  promise: "The events of a task come in order, and it ends once",
  check: (history) => {
    const seen = new Map<number, { attempt: number; state: "scheduled" | "started" | "failed" | "ended" }>();
    const submitted = new Set<number>();
    const endedJobs = new Set<number>();
    for (const { step } of walkSteps(history)) {
      for (const event of step.output.events) {
        if (event.kind === "jobEnded") {
          if (endedJobs.has(event.job)) return `job ${event.job} ended twice`;
          endedJobs.add(event.job);
        }
        if (event.kind === "tasksDropped") {
          for (let task = event.first; task < event.first + event.count; task++) {
            const state = seen.get(task)?.state ?? "failed";
            if (state !== "failed") return `task ${task} was dropped after it was ${state}`;
            seen.set(task, { attempt: 0, state: "ended" });
          }
        }
        if (event.kind === "jobSubmitted") submitted.add(event.job.id);
        else if ("job" in event && !submitted.has(event.job)) {
          return `job ${event.job} has events before it is submitted`;
        }
        if (!("attempt" in event)) continue;
        const { task, attempt } = event;
        const last = seen.get(task);
        if (endedJobs.has(event.job)) return `task ${task} has an event after its job had ended`;
        if (event.kind === "taskScheduled") {
          if ((last?.state ?? "failed") !== "failed") return `task ${task} was scheduled though it was ${last!.state}`;
          if (attempt !== (last?.attempt ?? 0) + 1) return `task ${task} was scheduled with attempt ${attempt}`;
          seen.set(task, { attempt, state: "scheduled" });
        } else {
          if (last === undefined || last.attempt !== attempt) return `task ${task} has an event of an unknown attempt`;
          if (event.kind === "stopRequested" && (last.state === "scheduled" || last.state === "started")) continue;
          const isRight = last.state === "scheduled" || (event.kind !== "taskStarted" && last.state === "started");
          if (!isRight) return `task ${task}: ${event.kind} after ${last.state}`;
          last.state = event.kind === "taskStarted" ? "started" : event.kind === "taskEnded" ? "ended" : "failed";
        }
      }
    }
    return undefined;
  },
};

const needsFirst: Checker = {
  promise: "A task runs only after all that it waits for has succeeded",
  check: (history) => {
    for (const { step, model } of walkSteps(history)) {
      const wrong = eachScheduled(step, model, (task, now) => {
        const unmet = task.needs.find((need) => now.isMet(need) !== true);
        return unmet && `${task.name} runs though it waits for ${JSON.stringify(unmet)}`;
      });
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  },
};

const omittedOnlyIf: Checker = {
  promise: "A task is omitted if, and only if, something that it waits for did not succeed",
  check: (history) => {
    if (isBroken(history)) return undefined;
    const model = lastModel(history);
    for (const task of model.tasks.values()) {
      const isHopeless = task.needs.some((need) => model.isMet(need) === false);
      if (task.outcome === "omitted" && !isHopeless) return `${task.name} was omitted for nothing`;
      if (isHopeless && task.attempt > 0) return `${task.name} ran though it could never run`;
      if (!isHopeless || task.outcome === "omitted" || task.outcome === "canceled") continue;
      // A lost node may have made it fail before.
      if (!/needs/.test(task.reason ?? "")) return `${task.name} should have been omitted and is ${task.outcome}`;
    }
    return undefined;
  },
};

const jobsAddUp: Checker = {
  promise: "A job ends as its tasks add up",
  check: (history) => {
    const wholes = new Set<number>();
    for (const { step, model } of walkSteps(history)) {
      for (const input of step.inputs) {
        if (input.kind !== "cancelRequested") continue;
        if (input.target.kind !== "job") model.jobs.forEach((_, id) => wholes.add(id));
        else if (input.target.offset === undefined) wholes.add(input.target.job);
      }
    }
    for (const { job, tasks, outcome, counts } of lastModel(history).jobs.values()) {
      if (outcome === undefined) continue;
      const { name, iteration } = job.description;
      for (const kind of ["succeeded", "failed", "canceled", "omitted"] as const) {
        const count = tasks.filter((task) => task.outcome === kind).length;
        if (counts?.[kind] !== count) return `job ${name} counts ${counts?.[kind]} ${kind}, but there are ${count}`;
      }
      const all = counts!.succeeded === tasks.length;
      if (iteration === undefined) {
        if (outcome !== tasks[0]!.outcome) return `plain job ${name} is ${outcome}, its task ${tasks[0]!.outcome}`;
      } else if (outcome === "canceled") {
        if (!wholes.has(job.id)) return `job ${name} is canceled, but nobody canceled it as a whole`;
      } else if (outcome === "omitted") {
        if (counts!.omitted === 0 || counts!.succeeded > 0) return `job ${name} is omitted, but some of it ran`;
      } else if ((outcome === "succeeded") !== all) return `job ${name} ${outcome} with ${JSON.stringify(counts)}`;
    }
    return undefined;
  },
};

const triedAgain: Checker = {
  promise: "A task that fails is tried again as often as its policy says, unless it was canceled or can never fit",
  check: (history) => {
    const canceled = new Set<number>();
    const memories = new Map<number, number>();
    for (const { step, model } of walkSteps(history)) {
      for (const action of step.output.actions) {
        if (action.kind === "launch") memories.set(action.task, action.memoryMiB);
      }
      const cancels = step.inputs.filter((input) => input.kind === "cancelRequested");
      for (const { target } of cancels) {
        const tasks = target.kind === "job" ? model.jobs.get(target.job)?.tasks ?? [] : [...model.tasks.values()];
        for (const task of tasks) if (task.outcome === undefined) canceled.add(task.id);
      }
    }
    const model = lastModel(history);
    for (const { id, name, job, attempt, outcome, cause } of model.tasks.values()) {
      const attemptsMax = 1 + (job.job.description.retry?.max ?? 0);
      if (attempt > attemptsMax) return `${name} was tried ${attempt} times, at most ${attemptsMax} were asked for`;
      if (outcome !== "failed" || canceled.has(id) || cause === "infeasible" || cause === "node-lost") continue;
      // It ended as a node was lost without which it can never fit, as others that ask for the same.
      const { requestKey } = model.tasks.get(id)!;
      if (job.tasks.some((other) => other.cause === "infeasible" && other.requestKey === requestKey)) continue;
      if (cause === "oom" && !couldGrow(history, job.job.description, memories.get(id)!)) continue;
      if (attempt < attemptsMax) return `${name} has failed after ${attempt} of ${attemptsMax} attempts`;
    }
    return undefined;
  },
};

/** Whether some node could give a task (of one node) what it asks for after it ran out of so much memory. */
function couldGrow({ workload }: History, { resources, retry }: JobDescription, memoryMiB: number): boolean {
  const largest = Math.max(...workload.nodes.map((node) => node.memoryMiB));
  const wanted = Math.min(memoryMiB * retry!.growMemory, Math.max(largest, memoryMiB));
  const cores = resources.cores as Size;
  return workload.nodes.some((node, index) => {
    const count = node.coreIds.length - (workload.reserveCore && index === 0 ? 1 : 0);
    return count >= cores.min && node.memoryMiB >= wanted;
  });
}

const lastsLast: Checker = {
  promise: "A job with finally runs only when all others that were submitted by then have ended",
  check: (history) => {
    for (const { step, model } of walkSteps(history)) {
      const wrong = eachScheduled(step, model, ({ name, job }, now) => {
        now.releaseLasts();
        return job.waitsForAll ? `${name} starts, and others have not ended` : undefined;
      });
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  },
};

/** Visits each start of a step, with the model as of right before it. */
export function eachScheduled(
  step: Step,
  model: Model,
  visit: (task: ModelTask, now: Model) => string | undefined,
): string | undefined {
  // The walk will apply the events once more, which changes nothing.
  for (const event of step.output.events) {
    if (event.kind === "taskScheduled") {
      const wrong = visit(model.task(event.task), model);
      if (wrong !== undefined) return wrong;
    }
    model.apply(event);
  }
  return undefined;
}

/** The checkers of this file. */
const lastWordsKept: Checker = {
  promise: "What an attempt said last is on record if it did not succeed",
  check: (history) => {
    for (const { step } of walkSteps(history)) {
      for (const event of step.output.events) {
        if (event.kind !== "taskEnded" && event.kind !== "attemptEnded") continue;
        const { outcome, tails, task, attempt } = event;
        const who = `attempt ${attempt} of task ${task}`;
        if (outcome.kind === "succeeded") {
          if (tails !== undefined) return `${who} succeeded, and its last words are on record`;
          continue;
        }
        const exit = outcome.kind === "omitted" ? undefined : outcome.exit;
        const hasSpoken = exit !== undefined && !("code" in exit && exit.code === 0);
        if (hasSpoken && tails === undefined) return `the last words of ${who} are lost`;
        if (tails !== undefined && tails.stderr !== lastWordsOf(event)) return `${who} did not say ${tails.stderr}`;
      }
    }
    return undefined;
  },
};

export const taskCheckers: readonly Checker[] = [
  lastWordsKept,
  everyJobEnds,
  eventsInOrder,
  needsFirst,
  lastsLast,
  omittedOnlyIf,
  jobsAddUp,
  triedAgain,
];
