/**
 * Reads what the processes of tasks report of a preparation that failed: see `late_streams.ts`. A report ends when the
 * program begins, or with its process.
 *
 * @module
 */

import type { StartFailure } from "../../core/exit.ts";
import { explainStartFailure } from "../local/launch_failure.ts";
import { readReport } from "../local/late_streams.ts";
import type { Kernel } from "./kernel.ts";
import { readable } from "./kernel_numbers.ts";
import type { Task } from "./task.ts";

/** The most characters of a report that are told. */
const textMax = 2000;

/** The reports of tasks that have not begun, or could not. */
export class StartReports {
  readonly #kernel: Kernel;
  readonly #open = new Map<number, Task>();
  readonly #texts = new Map<Task, string>();

  /** There is none yet. */
  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** How many descriptors they take. */
  get count(): number {
    return this.#open.size;
  }

  /** Waits for the report of a task, if it is to give one. */
  add(task: Task): void {
    const { report } = task;
    if (report === undefined) return;
    this.#kernel.setNonblocking(report, true);
    this.#kernel.watch(report, readable);
    this.#open.set(report, task);
  }

  /** Something happened to a descriptor; false when it is none of these. */
  happened(descriptor: number): boolean {
    const task = this.#open.get(descriptor);
    if (task !== undefined) this.#take(task, descriptor);
    return task !== undefined;
  }

  /** A task has ended, and is forgotten; returns what could not be prepared. */
  finish(task: Task): StartFailure | undefined {
    const { plan, report } = task;
    if (report === undefined) return undefined;
    if (this.#open.get(report) === task) {
      this.#take(task, report);
      this.#close(report); // What it left behind may have it open still.
    }
    const fault = readReport(this.#texts.get(task) ?? "");
    this.#texts.delete(task);
    return fault && explainStartFailure(plan, fault);
  }

  #take(task: Task, descriptor: number): void {
    const bytes = this.#kernel.read(descriptor);
    if (typeof bytes === "number") return;
    if (bytes.length === 0) return this.#close(descriptor);
    const text = (this.#texts.get(task) ?? "") + new TextDecoder().decode(bytes);
    this.#texts.set(task, text.length <= textMax ? text : text.slice(-textMax));
    this.#take(task, descriptor);
  }

  #close(descriptor: number): void {
    if (this.#open.delete(descriptor)) this.#kernel.closeWatched(descriptor);
  }
}
