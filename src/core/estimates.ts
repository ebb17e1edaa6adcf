/**
 * How long tasks are expected to take: by what was seen of their job and their command, in this run and in earlier
 * ones, or by their time limit.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import { commandOf } from "../job/command_of.ts";
import { taskCount } from "../job/description.ts";
import type { ResourceRequest, Size } from "../resources/request.ts";
import type { AdmittedJob } from "./types.ts";

/** Means of run times in milliseconds that earlier runs gave. */
export interface LearntTimes {
  /** By the name of the job. */
  readonly jobs: ReadonlyMap<string, number>;
  /** By the command; see `commandOf`. */
  readonly commands: ReadonlyMap<string, number>;
}

/** A mean that grows with what is seen. */
export class Mean {
  #sum = 0;
  #count = 0;
  /** The mean that ranks are made with: it changes only when the true mean has moved by more than {@linkcode relevantChange}. */
  usedMs: number | undefined = undefined;

  /** Adds a time. Returns whether the mean that is used has changed. */
  add(ms: number): boolean {
    invariant(ms >= 0, "A time is not negative");
    this.#sum += ms;
    this.#count++;
    const mean = this.#sum / this.#count;
    invariant(Number.isFinite(mean), "A mean is a time");
    if (this.usedMs !== undefined && Math.abs(mean - this.usedMs) <= relevantChange * this.usedMs) return false;
    this.usedMs = mean;
    return true;
  }

  /** The mean of all that was taken in; `undefined` before the first. */
  get ms(): number | undefined {
    return this.#count === 0 ? undefined : this.#sum / this.#count;
  }
}

/** A change of a mean by less than this share moves no rank. */
const relevantChange = 0.1;

/** What took less counts as this: of tasks that take no time at all chains have no length, and the longer goes first. */
const leastMs = 1;

/** What is known of a job's times. */
export interface JobTimes {
  /** What was seen of jobs with the same command in this run; shared by all of them. */
  readonly command: Mean;
  /** What was seen of the job itself in this run. */
  own?: Mean;
  /** What was seen of the work of the job's tasks, in cores times milliseconds, where they may have more cores or fewer. */
  ownWork?: Mean;
  /** What earlier runs said of the job, or else of its command. */
  readonly learntMs?: number;
  readonly isOfJob?: boolean;
  /** How much longer a task takes on a middling share of the cores that it can use; absent where it needs them all. */
  readonly stretch?: number;
}

/** Knows how long tasks take. */
export class Estimates {
  readonly #learnt: LearntTimes | undefined;
  readonly #commands: Map<string, Mean> = new Map();
  /** The mean of all tasks of this run. */
  readonly #all: Mean = new Mean();
  /** The longest mean of a command. */
  #longestMs: number | undefined;
  /** The mean of what earlier runs or time limits say. */
  readonly #stated: Mean = new Mean();
  /** Commands of which nothing is known, each with how many tasks of open jobs run it. */
  readonly #unknown: Map<Mean, number> = new Map();
  /** How many of these commands more than one task runs. */
  #unknownShared = 0;
  #hasChanged = false;

  /** Creates what knows only what earlier runs gave. */
  constructor(learnt?: LearntTimes) {
    this.#learnt = learnt;
  }

  /** What is known of a job that comes in. */
  enter({ description, requests }: AdmittedJob): JobTimes {
    const key = commandOf(description.execution);
    let command = this.#commands.get(key);
    if (command === undefined) this.#commands.set(key, command = new Mean());
    const ofJob = this.#learnt?.jobs.get(description.name);
    const learntMs = ofJob ?? this.#learnt?.commands.get(key);
    const statedMs = learntMs ?? description.timeLimitMs;
    if (statedMs !== undefined && this.#stated.add(statedMs)) this.#hasChanged = true;
    else if (statedMs === undefined && command.ms === undefined) {
      this.#countUnknown(command, (this.#unknown.get(command) ?? 0) + taskCount(description));
    }
    const stretch = stretchOf(present(requests[0], "what a job asks for").request);
    invariant(stretch >= 1, "A task takes no less time on fewer cores");
    return {
      command,
      ...(learntMs === undefined ? {} : { learntMs, isOfJob: ofJob !== undefined }),
      ...(stretch === 1 ? {} : { stretch }),
    };
  }

  /** A task of a job has succeeded after `tookMs` milliseconds. */
  add(times: JobTimes, tookMs: number): void {
    const ms = Math.max(tookMs, leastMs);
    const job = (times.own ??= new Mean()).add(ms);
    const command = times.command.add(ms);
    if (this.#unknown.has(times.command)) this.#countUnknown(times.command, 0);
    const all = this.#all.add(ms);
    if (command) this.#longestMs = Math.max(this.#longestMs ?? 0, times.command.usedMs!);
    if (job || command || all) this.#hasChanged = true;
    invariant(times.own.usedMs !== undefined, "The job has an estimate when a task of it has succeeded");
    invariant(times.command.usedMs !== undefined, "So has its command");
    invariant(this.#longestMs !== undefined, "Some command takes longest when a task has succeeded");
    invariant(this.#longestMs >= times.command.usedMs, "No command takes longer than the longest");
  }

  /** A job has ended. */
  leave({ command, learntMs }: JobTimes, { description }: AdmittedJob): void {
    const count = this.#unknown.get(command);
    if (count === undefined || (learntMs ?? description.timeLimitMs) !== undefined) return;
    this.#countUnknown(command, count - taskCount(description));
  }

  /** Notes how many tasks run a command of which nothing is known. */
  #countUnknown(command: Mean, count: number): void {
    invariant(count >= 0, "Of a command that nobody knows no more tasks leave than came");
    if ((this.#unknown.get(command) ?? 0) > 1) this.#unknownShared--;
    if (count > 1) this.#unknownShared++;
    if (count > 0) this.#unknown.set(command, count);
    else this.#unknown.delete(command);
  }

  /**
   * Whether several tasks run a program of which nobody knows how long it takes, so that the first of them to end
   * teaches something about the others.
   */
  get hasUnknown(): boolean {
    return this.#unknownShared > 0;
  }

  /** Whether estimates have changed since this was asked last. */
  takeChange(): boolean {
    const hasChanged = this.#hasChanged;
    this.#hasChanged = false;
    return hasChanged;
  }

  /** How long a task of the job is expected to take. Without any knowledge all take equally long. */
  of(times: JobTimes, timeLimitMs: number | undefined): number {
    if (times.own !== undefined) return times.own.usedMs!;
    if (times.isOfJob) return times.learntMs!;
    return times.command.usedMs ?? times.learntMs ?? timeLimitMs ?? this.#unknownMs;
  }

  /** How much longer a task of the job is expected to take on a middling share of the cores that it can use. */
  stretchMs({ times, job }: { readonly times: JobTimes; readonly job: AdmittedJob }): number {
    return times.stretch === undefined ? 0 : this.of(times, job.description.timeLimitMs) * (times.stretch - 1);
  }

  /** How long any task may be expected to take. */
  get typicalMs(): number {
    return this.#all.ms ?? this.#unknownMs;
  }

  /** The mean time of the tasks that have succeeded in this run; `undefined` before the first. */
  get meanMs(): number | undefined {
    return this.#all.ms;
  }

  /** What nothing is known of may take as long as anything else: better to find that out early. */
  get #unknownMs(): number {
    return this.#longestMs ?? this.#stated.usedMs ?? 1;
  }
}

/** Between its fewest and its most cores, by their ratio. */
function stretchOf({ cores, nodes }: ResourceRequest): number {
  const ratio = (size: Size | undefined) => size === undefined ? 1 : size.max / size.min;
  return Math.sqrt(ratio(cores) * ratio(nodes));
}
