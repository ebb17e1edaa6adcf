/**
 * What the events of a run teach about how long tasks take: the means of jobs and of their commands; and what several
 * sources teach together.
 *
 * @module
 */

import type { LearntTimes } from "../core/estimates.ts";
import type { Event, JobId, TaskId } from "../core/types.ts";
import { commandOf } from "../job/command_of.ts";

/** Times of tasks that succeeded. */
class Sum {
  ms = 0;
  count = 0;

  add(ms: number): void {
    this.ms += ms;
    this.count++;
  }
}

/** Reads the events of a run, in their order. */
export class TimesReader {
  readonly #jobs: Map<JobId, { readonly name: string; readonly command: string; readonly times: Sum }> = new Map();
  readonly #commands: Map<string, Sum> = new Map();
  readonly #startedMs: Map<TaskId, number> = new Map();
  /** Whether the run came to its end. */
  isFinished = false;

  /** Takes in an event. */
  apply(event: Event): void {
    switch (event.kind) {
      case "jobSubmitted": {
        const { id, description } = event.job;
        this.#jobs.set(id, { name: description.name, command: commandOf(description.execution), times: new Sum() });
        return;
      }
      case "taskStarted":
        this.#startedMs.set(event.task, event.atMs);
        return;
      case "attemptEnded":
        this.#startedMs.delete(event.task);
        return;
      case "taskEnded": {
        const startedMs = this.#startedMs.get(event.task);
        this.#startedMs.delete(event.task);
        const job = this.#jobs.get(event.job);
        if (startedMs === undefined || job === undefined || event.outcome.kind !== "succeeded") return;
        const ms = Math.max(0, event.atMs - startedMs);
        job.times.add(ms);
        this.#sumOf(job.command).add(ms);
        return;
      }
      case "pilotDrained":
        this.isFinished = true;
        return;
      default:
        return;
    }
  }

  /** What was learnt. */
  get learnt(): LearntTimes {
    const mean = ({ ms, count }: Sum) => ms / count;
    const jobs = [...this.#jobs.values()].filter(({ times }) => times.count > 0);
    return {
      jobs: new Map(jobs.map(({ name, times }) => [name, mean(times)])),
      commands: new Map([...this.#commands].map(([command, times]) => [command, mean(times)])),
    };
  }

  #sumOf(command: string): Sum {
    let sum = this.#commands.get(command);
    if (sum === undefined) this.#commands.set(command, sum = new Sum());
    return sum;
  }
}

/** Joins what two sources teach; of what both know the second counts. */
export function joinTimes(
  first: LearntTimes | undefined,
  second: LearntTimes | undefined,
): LearntTimes | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return {
    jobs: new Map([...first.jobs, ...second.jobs]),
    commands: new Map([...first.commands, ...second.commands]),
  };
}
