/**
 * Checkers of what users see: futures, answers, and that everything is on record before it is seen or done.
 *
 * @module
 */

import { equal } from "@std/assert";
import type { Event } from "../../src/core/types.ts";
import { type Checker, isBroken, lastModel } from "./check_tasks.ts";
import type { Answer, Entry, History } from "./history.ts";
import { Model, type ModelJob } from "./model.ts";

const words: Readonly<Record<string, string>> = {
  succeeded: "SUCCEED",
  failed: "FAILED",
  canceled: "CANCELED",
  omitted: "OMITTED",
};

const settlesOnce: Checker = {
  promise: "A future settles exactly once, calls back exactly once, and only after its event was journaled",
  check: (history) => {
    const jobs = new Map<number, readonly number[]>();
    const counts = new Map<number, { settled: number; calledBack: number }>();
    const ended = new Map<number, string>();
    const isEnded = (future: number) => jobs.get(future)!.every((job) => ended.has(job));
    for (const entry of history.entries) {
      if (entry.kind === "durable") {
        for (const event of entry.events) if (event.kind === "jobEnded") ended.set(event.job, words[event.outcome]!);
      } else if (entry.kind === "future") {
        jobs.set(entry.future, entry.jobs);
        counts.set(entry.future, { settled: 0, calledBack: 0 });
      } else if (entry.kind === "settled" || entry.kind === "calledBack") {
        if (++counts.get(entry.future)![entry.kind] > 1) return `future ${entry.future} ${entry.kind} twice`;
        if (isBroken(history)) continue;
        if (!isEnded(entry.future)) return `future ${entry.future} ${entry.kind} before that was on record`;
        if (entry.kind === "calledBack") continue;
        const states = jobs.get(entry.future)!.map((job) => ended.get(job));
        if (`${Object.values(entry.result)}` !== `${states}`) {
          return `future ${entry.future} gave ${Object.values(entry.result)} for ${states}`;
        }
      }
    }
    if (!history.isOver) return undefined;
    for (const [future, { settled, calledBack }] of counts) {
      if (settled + calledBack < 2) return `future ${future} hangs`;
    }
    return undefined;
  },
};

const brokenRejects: Checker = {
  promise:
    "When the pilot breaks, every open future rejects with the cause, and those that were done keep their result",
  check: (history) => {
    const stopped = history.entries.find((entry) => entry.kind === "stopped");
    if (stopped?.error === undefined) return undefined;
    const ended = new Set<number>();
    const jobs = new Map<number, readonly number[]>();
    for (const entry of history.entries) {
      if (entry.kind === "durable") {
        for (const event of entry.events) if (event.kind === "jobEnded") ended.add(event.job);
      } else if (entry.kind === "future") jobs.set(entry.future, entry.jobs);
      else if (entry.kind === "settled") {
        const isDone = jobs.get(entry.future)!.every((job) => ended.has(job));
        if (entry.result instanceof Error && entry.result !== stopped.error) return `${entry.result} is not the cause`;
        if (!(entry.result instanceof Error) && !isDone) return `future ${entry.future} has a result out of nothing`;
        if (entry.result instanceof Error && isDone) return `future ${entry.future} lost its result`;
      }
    }
    return undefined;
  },
};

const everyTaskOnce: Checker = {
  promise: "A future gives each of its tasks exactly once",
  check: (history) => {
    const model = lastModel(history);
    const jobs = new Map<number, readonly number[]>();
    const removed = new Set<number>();
    for (const entry of history.entries) {
      if (entry.kind === "future") jobs.set(entry.future, entry.jobs);
      if (entry.kind === "step") {
        for (const event of entry.output.events) if (event.kind === "jobForgotten") removed.add(event.job);
      }
      if (entry.kind !== "iterated") continue;
      // When a job is removed while its future is iterated, the iteration may end with an error.
      if (entry.broke && jobs.get(entry.future)!.some((job) => removed.has(job))) continue;
      const names = jobs.get(entry.future)!.flatMap((job) => model.jobs.get(job)?.tasks.map((task) => task.name) ?? []);
      if (new Set(entry.tasks).size < entry.tasks.length) return `future ${entry.future} gave a task twice`;
      if (entry.broke ? !isBroken(history) : entry.tasks.length !== names.length) {
        return `future ${entry.future} gave ${entry.tasks.length} of ${names.length} tasks`;
      }
      if (entry.tasks.some((task) => !names.includes(task))) return `future ${entry.future} gave a foreign task`;
    }
    return undefined;
  },
};

const durableBeforeDone: Checker = {
  promise: "Nothing is launched before that is on record",
  check: (history) => {
    const durable = new Set<string>();
    for (const entry of history.entries) {
      if (entry.kind === "durable") {
        for (const event of entry.events) {
          if (event.kind === "taskScheduled") durable.add(`${event.task} ${event.attempt}`);
        }
      }
      const { task, attempt } = entry.kind === "launch" ? entry.key : { task: 0, attempt: 0 };
      if (entry.kind === "launch" && !durable.has(`${task} ${attempt}`)) {
        return `${entry.plan.taskName} was launched too early`;
      }
    }
    return undefined;
  },
};

const answersAgree: Checker = {
  promise: "What the manager answers agrees with the events that were published",
  check: (history) => {
    const events: Event[] = [];
    const model = new Model(history.workload);
    let applied = 0;
    const started = new Set<number>();
    const reports = new Map<number, NonNullable<Answer["report"]>>();
    for (const entry of history.entries) {
      if (entry.kind === "step") {
        entry.inputs.forEach((input) => model.takeInput(input));
        events.push(...entry.output.events);
      }
      if (entry.kind !== "answered") continue;
      for (; applied < entry.published; applied++) {
        const event = events[applied]!;
        model.apply(event);
        if (event.kind === "taskStarted") started.add(event.task);
        if (event.kind === "taskScheduled") started.delete(event.task);
        noteReports(reports, event);
      }
      const wrong = compare(entry.answer, model, started, history) ?? compareReport(entry.answer, model, reports);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  },
};

function compare(answer: Answer, model: Model, started: ReadonlySet<number>, history: History): string | undefined {
  const job = model.jobs.get(answer.job);
  // Known to the intake, but not to the core yet.
  if (job === undefined) return answer.state === "QUEUED" ? undefined : `job ${answer.job} is ${answer.state} already`;
  const state = stateOf(job, answer.offset, started);
  const { name } = job.job.description;
  if (answer.state !== state) return `${name} is ${answer.state} for the manager and ${state} by the events`;
  const present = history.workload.nodes.filter(({ name }) => !model.gone.has(name));
  const all = present.reduce((sum, node) => sum + node.coreIds.length, 0);
  if (answer.freeCores + answer.usedCores !== all) {
    return `${answer.freeCores} + ${answer.usedCores} cores are not ${all}`;
  }
  if (answer.finished === undefined) return undefined;
  const ended = job.tasks.filter((task) => task.outcome !== undefined);
  const failed = ended.filter((task) => task.outcome !== "succeeded");
  if (answer.finished !== ended.length || answer.failed !== failed.length) {
    return `${name}: ${answer.finished} finished, ${answer.failed} failed; by the events ${ended.length}, ${failed.length}`;
  }
  return undefined;
}

/** Keeps what the report of each task must say: how its last attempt ended, until there is another one. */
function noteReports(reports: Map<number, NonNullable<Answer["report"]>>, event: Event): void {
  if (event.kind === "taskScheduled") reports.set(event.task, { attempts: event.attempt });
  if (event.kind === "taskEnded" || event.kind === "attemptEnded") {
    const { outcome, attempt, cleanup } = event;
    const cause = outcome.kind === "succeeded" ? {} : { cause: outcome.cause };
    reports.set(event.task, { attempts: attempt, ...cause, ...(cleanup === undefined ? {} : { cleanup }) });
  }
  if (event.kind !== "tasksDropped") return;
  for (let task = event.first; task < event.first + event.count; task++) {
    reports.set(task, { ...(reports.get(task) ?? { attempts: 0 }), cause: event.outcome.cause });
  }
}

function compareReport(
  { job: id, offset = 0, report }: Answer,
  model: Model,
  reports: ReadonlyMap<number, NonNullable<Answer["report"]>>,
): string | undefined {
  const task = model.jobs.get(id)?.tasks[offset];
  if (task === undefined || report === undefined) return undefined;
  const expected = reports.get(task.id) ?? { attempts: 0 };
  return equal(report, expected)
    ? undefined
    : `the report of ${task.name} says ${JSON.stringify(report)}; by the events ${JSON.stringify(expected)}`;
}

function stateOf(job: ModelJob, offset: number | undefined, started: ReadonlySet<number>): string {
  const isWhole = job.job.description.iteration !== undefined && offset === undefined;
  if (isWhole) return job.outcome === undefined ? "QUEUED" : words[job.outcome]!;
  const task = job.tasks[offset ?? 0]!;
  if (task.outcome !== undefined) return words[task.outcome]!;
  return !task.isLive ? "QUEUED" : started.has(task.id) ? "EXECUTING" : "SCHEDULED";
}

const nothingCrashes: Checker = {
  promise: "Nothing throws that should not, and only a broken journal breaks the pilot",
  check: (history) => {
    const isCrash = (entry: Entry) =>
      entry.kind === "crashed" ||
      (entry.kind === "stopped" && entry.error !== undefined && (entry.error as Error).name !== "DiskFullError");
    const crash = history.entries.find(isCrash) as { error: Error } | undefined;
    return crash && `${crash.error.stack ?? crash.error}`;
  },
};

/** The checkers of this file. */
export const outsideCheckers: readonly Checker[] = [
  nothingCrashes,
  settlesOnce,
  brokenRejects,
  everyTaskOnce,
  durableBeforeDone,
  answersAgree,
];
