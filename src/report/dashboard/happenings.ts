/**
 * What happened in a run that a person would want to hear of: failures, stops, nodes, the end. Each has the number of its
 * event, so that who was away can ask for all since then.
 *
 * @module
 */

import type { Event, TaskId } from "../../core/types.ts";
import { taskName } from "../../job/description.ts";
import { countOf } from "../../resources/request.ts";
import type { RunView } from "../look/run_view.ts";

/** Something that happened. */
export interface Happening {
  /** The number of the event in the run, from 1. */
  readonly number: number;
  /** When, in milliseconds since the epoch. */
  readonly atMs: number;
  /** How grave it is. */
  readonly level: "notice" | "failure";
  /** A sentence without its end. */
  readonly text: string;
  /** The name of the task that it is about. */
  readonly task?: string;
}

/** How many happenings are kept. */
const keptMax = 500;

/** Keeps the newest happenings. */
export class Happenings {
  readonly #kept: Happening[] = [];
  #lost = 0;

  /** Takes in an event that the view knows already. */
  apply(event: Event, number: number, view: RunView): void {
    const told = describe(event, view);
    if (told === undefined) return;
    this.#kept.push({ number, atMs: event.atMs, ...told });
    // Not one by one: that would move all others each time.
    if (this.#kept.length < 2 * keptMax) return;
    this.#lost = this.#kept.splice(0, keptMax).at(-1)!.number;
  }

  /**
   * Those after the event of a number.
   *
   * @returns The newest last, and whether some in between are not known any more.
   */
  after(number: number): { readonly happenings: readonly Happening[]; readonly hasMissed: boolean } {
    const recent = this.#kept.slice(-keptMax);
    const first = recent.findIndex((one) => one.number > number);
    const dropped = this.#kept.length > keptMax ? this.#kept.at(-keptMax - 1)!.number : this.#lost;
    return { happenings: first < 0 ? [] : recent.slice(first), hasMissed: dropped > number };
  }
}

function describe(event: Event, view: RunView): Omit<Happening, "number" | "atMs"> | undefined {
  switch (event.kind) {
    case "taskEnded":
    case "attemptEnded": {
      const { outcome } = event;
      if (outcome.kind === "succeeded") return undefined;
      const task = nameOf(view, event.job, event.task);
      const again = event.kind === "attemptEnded" ? `, is tried again after attempt ${event.attempt}` : "";
      return { level: "failure", task, text: `${task} ${outcome.kind}: ${outcome.reason}${again}` };
    }
    case "tasksDropped": {
      const task = nameOf(view, event.job, event.first);
      const who = event.count === 1 ? task : `${countOf(event.count, "task")} from ${task} on`;
      return { level: "failure", task, text: `${who} ${event.outcome.kind}: ${event.outcome.reason}` };
    }
    case "stopRequested": {
      const task = nameOf(view, event.job, event.task);
      return { level: "notice", task, text: `${task} is asked to end: ${event.reason}` };
    }
    case "tasksReopened":
      return {
        level: "notice",
        text: `${countOf(event.count, "task")} from ${nameOf(view, event.job, event.first)} on run again`,
      };
    case "nodeLost":
      return { level: "failure", text: `node ${event.name} was lost: ${event.reason}` };
    case "nodeReady":
      return { level: "notice", text: `node ${event.name} is ready` };
    case "pilotDrained":
      return { level: "notice", text: "all jobs have ended" };
    default:
      return undefined;
  }
}

function nameOf(view: RunView, id: number, task: TaskId): string {
  const job = view.job(id);
  return job === undefined ? `task ${task}` : taskName(job.description, task - job.firstTask);
}
