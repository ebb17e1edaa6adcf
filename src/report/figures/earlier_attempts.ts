/**
 * The attempts of tasks that others followed: they held their cores, too. The ledger knows the last one of each task only.
 *
 * @module
 */

import { exitNumber } from "../../core/exit.ts";
import type { Event, TaskId } from "../../core/types.ts";
import { taskName } from "../../job/description.ts";
import type { RunView } from "../look/run_view.ts";
import { microsOf, type TimedTask } from "./timed_run.ts";

/** Hears the events of a run after its view, and keeps the attempts that are not the last of their task. */
export class EarlierAttempts {
  readonly #view: RunView;
  readonly #found: TimedTask[] = [];
  /** Attempts that go on: when they were granted their cores, as it is on record. */
  readonly #open: Map<TaskId, TimedTask> = new Map();
  #lastAtMs = 0;

  /** Begins to hear of the run of a view, from its first event on. */
  constructor(view: RunView) {
    this.#view = view;
  }

  /** The attempts, in the order of their ends. */
  get found(): readonly TimedTask[] {
    return this.#found;
  }

  /** Takes in one event that the view has taken in. */
  apply(event: Event): void {
    switch (event.kind) {
      case "taskScheduled": {
        // The pilot of the attempt before died: when its task ended is not known, but it was no later than this.
        const lost = this.#open.get(event.task);
        if (lost !== undefined) this.#close({ ...lost, state: "CANCELED" }, this.#lastAtMs);
        this.#open.set(event.task, this.#look(event.task, event.job));
        break;
      }
      case "taskStarted":
        this.#open.set(event.task, this.#look(event.task, event.job));
        break;
      case "attemptEnded": {
        const { cause, exit } = event.outcome;
        const more = { cause, ...(exit === undefined ? {} : { exitCode: String(exitNumber(exit)) }) };
        this.#close({ ...this.#look(event.task, event.job), ...more }, event.atMs);
        this.#open.delete(event.task);
        break;
      }
      case "taskEnded":
        this.#open.delete(event.task);
        break;
      default:
    }
    this.#lastAtMs = event.atMs;
  }

  #look(id: TaskId, jobId: number): TimedTask {
    const { allocation, scheduledAtMs, startedAtMs, attempts, pid } = this.#view.ledger.task(id);
    const job = this.#view.job(jobId);
    return {
      name: job === undefined ? String(id) : taskName(job.description, id - job.firstTask),
      ...{ state: "FAILED", attempt: attempts, nodes: allocation?.nodes ?? [] },
      ...(scheduledAtMs === undefined
        ? {}
        : { scheduledAt: microsOf(scheduledAtMs), executingAt: microsOf(scheduledAtMs) }),
      ...(startedAtMs === undefined ? {} : { beganAt: microsOf(startedAtMs) }),
      ...(pid === undefined ? {} : { pid: String(pid) }),
    };
  }

  #close(task: TimedTask, atMs: number): void {
    const endedAt = Math.max(microsOf(atMs), task.beganAt ?? task.executingAt ?? 0);
    const ranMicros = task.beganAt === undefined ? 0 : endedAt - task.beganAt;
    this.#found.push({ ...task, endedAt, ranMicros, ...(task.beganAt === undefined ? {} : { finishedAt: endedAt }) });
  }
}
