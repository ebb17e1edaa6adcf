/**
 * Watches captured outputs while they grow, whichever launcher runs the task: one that has written more than is handed
 * over has failed, if its job says so; of others what is not handed over is given back to the disk, so that a task that
 * writes without end fills none.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { CapturePlan } from "../launch/plan.ts";
import { Alarm } from "./alarm.ts";
import type { AttemptKey, Clock, LaunchSink } from "./ports.ts";
import type { TaskFiles } from "./task_files.ts";

/** How often to look, in milliseconds. */
export const captureLookMs = 200;
/** How much more than is handed over may stand on the disk before some of it is given back. */
export const captureSlackBytes: number = 64 * 2 ** 20;
/** Holes begin and end at the borders of blocks. */
const blockBytes = 4096;

/** A task that writes. */
export interface CapturedTask {
  readonly key: AttemptKey;
  readonly captures: readonly CapturePlan[];
  readonly sink: LaunchSink;
}

/** Watches the captured outputs of running tasks. */
export class CaptureWatch {
  readonly #files: Pick<TaskFiles, "size" | "release">;
  readonly #clock: Clock;
  readonly #tasks = new Set<CapturedTask>();
  /** The files of which a part was given back to the disk, with the offset up to which it was. */
  readonly #released = new Map<CapturePlan, number>();
  readonly #alarm: Alarm;

  /** Watches nothing yet. */
  constructor(files: Pick<TaskFiles, "size" | "release">, clock: Clock) {
    this.#files = files;
    this.#clock = clock;
    this.#alarm = new Alarm(clock, () => this.#look());
  }

  /** A task runs. */
  add(task: CapturedTask): void {
    invariant(!this.#tasks.has(task), "A task that writes is watched once");
    this.#tasks.add(task);
    this.#lookLater();
    invariant(this.#alarm.dueMs < Infinity, "While a task is watched it is looked at");
  }

  /** A task has ended. Tells its sink first if it wrote too much and nobody has noticed. */
  finish(task: CapturedTask): void {
    if (this.#tasks.has(task)) this.#refuse(task);
    this.#forget(task);
  }

  /** Watches nothing any more. */
  close(): void {
    this.#tasks.clear();
    this.#alarm.off();
  }

  #forget(task: CapturedTask): void {
    this.#tasks.delete(task);
    for (const capture of task.captures) this.#released.delete(capture);
    if (this.#tasks.size > 0) return;
    invariant(this.#released.size === 0, "Nothing is kept of the files of tasks that have ended");
    this.close();
  }

  #lookLater(): void {
    this.#alarm.setBy(this.#clock.nowMs() + captureLookMs);
  }

  #look(): void {
    invariant(this.#tasks.size > 0, "Nobody looks when no task is watched");
    for (const task of [...this.#tasks]) if (!this.#refuse(task)) task.captures.forEach((one) => this.#bound(one));
    if (this.#tasks.size > 0) this.#lookLater();
  }

  /** Tells that a task wrote too much, once. */
  #refuse(task: CapturedTask): boolean {
    for (const { path, stream, maxBytes, onOverflow } of task.captures) {
      if (onOverflow !== "fail") continue;
      const size = this.#files.size(path);
      if (size <= maxBytes) continue;
      this.#forget(task);
      const reason =
        `wrote ${size} bytes to its ${stream}, more than the ${maxBytes} that are captured (capture.maxBytes)`;
      task.sink.limitExceeded(task.key, "output", reason);
      return true;
    }
    return false;
  }

  /** Gives back to the disk what is not handed over. */
  #bound(capture: CapturePlan): void {
    const { path, maxBytes, onOverflow, isOwn } = capture;
    if (!isOwn || onOverflow === "fail") return;
    const size = this.#files.size(path);
    const from = Math.max(this.#released.get(capture) ?? 0, onOverflow === "head" ? blockUp(maxBytes) : 0);
    const to = blockDown(onOverflow === "head" ? size : size - maxBytes);
    if (to - from < captureSlackBytes) return;
    invariant(from % blockBytes === 0 && to % blockBytes === 0, "A hole begins and ends with a block");
    invariant(to <= size - (onOverflow === "head" ? 0 : maxBytes), "What is handed over is not given back");
    this.#released.set(capture, to);
    this.#files.release(path, from, to - from);
  }
}

function blockDown(bytes: number): number {
  return bytes - bytes % blockBytes;
}

function blockUp(bytes: number): number {
  return blockDown(bytes + blockBytes - 1);
}
