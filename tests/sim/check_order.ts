/**
 * Checkers of the order in which tasks start: priority, rank, age, caps, and that nobody starves.
 *
 * @module
 */

import { type Checker, eachScheduled, walkSteps } from "./check_tasks.ts";
import { epochMs } from "./virtual_clock.ts";
import type { History } from "./history.ts";
import type { Model, ModelJob, ModelTask } from "./model.ts";

/** No task is passed over for less than that, where a workload does not say it. */
const leastPatienceMs = 60_000;

/**
 * Looks at pairs of tasks that ask for the same: one starts, the other is ready and goes on waiting. What was the oldest
 * at the end of the step before is left out once it has been passed over for too long, unless `looksAtOldest`.
 */
function checkPairs(
  visit: (starts: ModelTask, waits: ModelTask, now: Model) => string | undefined,
  looksAtOldest = false,
): Checker["check"] {
  return (history) => {
    const { holdBackAfterMs = leastPatienceMs, groups } = history.workload;
    let oldest: ModelTask | undefined;
    let sinceMs = epochMs;
    for (const { step, model } of walkSteps(history)) {
      const isOverdue = model.nowMs - sinceMs >= holdBackAfterMs;
      const wrong = eachScheduled(step, model, (task, now) => {
        if (task === oldest && isOverdue && !looksAtOldest) return undefined;
        for (const other of now.tasks.values()) {
          if (other === task || other.requestKey !== task.requestKey || !now.isReady(other)) continue;
          if (other.mayHaveGrown || task.mayHaveGrown || isCapped(other, now, groups)) continue;
          const found = visit(task, other, now);
          if (found !== undefined) return found;
        }
        return undefined;
      });
      if (wrong !== undefined) return wrong;
      const next = findOldest(model, groups);
      if (next !== oldest) sinceMs = model.nowMs;
      oldest = next;
    }
    return undefined;
  };
}

const priorityFirst: Checker = {
  promise: "Among equal requests the task of the greatest priority starts first",
  check: checkPairs(
    (task, other) =>
      other.job.priority > task.job.priority
        ? `${task.name} starts before ${other.name} of greater priority`
        : undefined,
    true,
  ),
};

const rankFirst: Checker = {
  promise: "Among equal requests of equal priority the task of the greatest rank starts first, unless another is the " +
    "oldest and was passed over for too long, or one start of five goes to the oldest as the run time of a program " +
    "that several tasks run is unknown",
  check: (history) => {
    const turns = turnsOfAge(history);
    return checkPairs((task, other, now) => {
      if (other.job.priority !== task.job.priority) return undefined;
      if (other.id > task.id && turns.has(task)) return undefined;
      const [least, most] = [leastHops(other.job, now), exactHops(task.job, now)];
      if (most === undefined || least === undefined || least <= most) return undefined;
      return `${task.name} starts, of rank ${most}, before ${other.name}, of rank ${least} at least`;
    })(history);
  },
};

/**
 * The starts that may go to the oldest task: each fifth one, until a task has told how long it runs. All tasks run the
 * same program.
 */
function turnsOfAge(history: History): { has(task: ModelTask): boolean } {
  const turns = new Set<string>();
  const running = new Set<number>();
  const found = { has: ({ id, attempt }: ModelTask) => turns.has(`${id}#${attempt + 1}`) };
  let starts = 0;
  for (const { step } of walkSteps(history)) {
    for (const event of step.output.events) {
      if (event.kind === "taskStarted") running.add(event.task);
      const tells = event.kind === "taskEnded" && event.outcome.kind === "succeeded" && running.has(event.task);
      if (tells) return found;
      if (event.kind === "taskScheduled" && ++starts % 5 === 0) turns.add(`${event.task}#${event.attempt}`);
    }
  }
  return found;
}

const ageLast: Checker = {
  promise: "Among equal requests of equal priority and rank the oldest task starts first",
  check: checkPairs((task, other, now) => {
    if (other.id > task.id || other.job.priority !== task.job.priority) return undefined;
    const rank = exactHops(task.job, now);
    const isEqual = task.job === other.job || (rank !== undefined && rank === exactHops(other.job, now));
    return isEqual ? `${task.name} starts before ${other.name}, which is older` : undefined;
  }),
};

const capsHold: Checker = {
  promise: "No more tasks of a job or of a group run at once than its cap says",
  check: (history) => {
    const { groups } = history.workload;
    for (const { step, model } of walkSteps(history)) {
      const wrong = eachScheduled(
        step,
        model,
        (task, now) => isCapped(task, now, groups) ? `${task.name} starts though its cap is reached` : undefined,
      );
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  },
};

/** Follows who is the oldest ready task, since when, and what ran when it had been passed over for too long. */
class Watch {
  oldest: ModelTask | undefined;
  sinceMs = epochMs;
  ranThen: Set<number> | undefined;

  follow(oldest: ModelTask | undefined, nowMs: number): void {
    if (oldest?.id === this.oldest?.id) return;
    this.oldest = oldest;
    this.sinceMs = nowMs;
    this.ranThen = undefined;
  }
}

const nobodyStarves: Checker = {
  promise:
    "Once the oldest ready task of the greatest priority has been passed over for holdBackAfterMs, it starts at " +
    "the latest when every task that ran at that moment has ended, or when no job may come any more and no end is known",
  check: (history) => {
    const { holdBackAfterMs = Infinity, groups, stopAtMs } = history.workload;
    const watch = new Watch();
    let isClosed = false;
    for (const { step, model } of walkSteps(history)) {
      isClosed ||= stopAtMs === undefined && step.inputs.some((input) => input.kind === "drainRequested");
      if (isClosed) return undefined;
      // Nodes that come and go change what can be held back: the time begins anew.
      const isChanged = step.inputs.some((input) => input.kind === "nodeLost" || input.kind === "nodeReady");
      // Another priority is another place to wait in.
      const isMoved = step.inputs.some((input) =>
        input.kind === "prioritySet" && input.job === watch.oldest?.job.job.id
      );
      // What waits for an absent node waits for more than the end of what runs.
      if (isChanged || isMoved || model.absent.size > 0) watch.follow(undefined, model.nowMs);
      eachScheduled(step, model, (task) => {
        // Those of greater priority may have what is held back.
        if (watch.oldest !== undefined && task.job.priority > watch.oldest.job.priority) watch.ranThen = undefined;
        return undefined;
      });
      // The pilot broke before the pass.
      if (step.isUnfinished) return undefined;
      watch.follow(findOldest(model, groups), model.nowMs);
      if (watch.oldest === undefined || model.nowMs - watch.sinceMs < holdBackAfterMs) continue;
      if (model.absent.size > 0) continue;
      const live = [...model.tasks.values()].filter((task) => task.isLive).map((task) => task.id);
      watch.ranThen ??= new Set(live);
      if (!live.some((task) => watch.ranThen!.has(task))) {
        const waitedMs = model.nowMs - watch.sinceMs;
        return `${watch.oldest.name} was passed over for ${waitedMs} ms, and waits though all that ran has ended`;
      }
    }
    return undefined;
  },
};

/** The oldest ready task of the greatest priority that no cap keeps from starting. */
function findOldest(model: Model, groups: Readonly<Record<string, number>>): ModelTask | undefined {
  let oldest: ModelTask | undefined;
  for (const task of model.tasks.values()) {
    if (!model.isReady(task) || isCapped(task, model, groups)) continue;
    const { priority } = task.job;
    if (oldest !== undefined && priority < oldest.job.priority) continue;
    if (oldest === undefined || priority > oldest.job.priority || task.id < oldest.id) oldest = task;
  }
  return oldest;
}

/** Whether a cap keeps a task from starting. */
function isCapped({ job }: ModelTask, model: Model, groups: Readonly<Record<string, number>>): boolean {
  const { maxRunning = Infinity, group } = job.job.description;
  const running = (tasks: readonly ModelTask[]) => tasks.filter(({ isLive }) => isLive).length;
  if (running(job.tasks) >= maxRunning) return true;
  if (group === undefined) return false;
  const members = [...model.jobs.values()].filter((other) => other.job.description.group === group);
  return members.reduce((sum, member) => sum + running(member.tasks), 0) >= (groups[group] ?? Infinity);
}

/** The open jobs that wait for a job or for tasks of it. */
function waitingFor(job: ModelJob, model: Model): ModelJob[] {
  return [...model.jobs.values()].filter((other) =>
    other.outcome === undefined && other.tasks.some(({ needs }) => needs.some((need) => need.job === job.job.id))
  );
}

/** Whether nothing is known of how long tasks of a job take that is not known of all jobs: all run the same program. */
function isUnmeasured({ job, tasks }: ModelJob): boolean {
  return job.description.timeLimitMs === undefined && tasks.every(({ outcome }) => outcome !== "succeeded");
}

/** How many jobs the longest chain has that begins with a job; `undefined` when some of them were measured. */
function exactHops(job: ModelJob, model: Model): number | undefined {
  if (!isUnmeasured(job)) return undefined;
  const after = waitingFor(job, model).map((other) => exactHops(other, model));
  return after.includes(undefined) ? undefined : 1 + Math.max(0, ...after as number[]);
}

/** How many jobs such a chain has at least, of those that were not measured. */
function leastHops(job: ModelJob, model: Model): number | undefined {
  if (!isUnmeasured(job)) return undefined;
  return 1 + Math.max(0, ...waitingFor(job, model).map((other) => leastHops(other, model) ?? 0));
}

/** The checkers of this file. */
export const orderCheckers: readonly Checker[] = [priorityFirst, rankFirst, ageLast, capsHold, nobodyStarves];
