/**
 * What a keeper says to its pilot: gathered, written when there is room, and never waited for.
 *
 * The news that a task has begun waits a moment for others to go with: a short task has soon ended, too, and then the
 * pilot is woken once.
 *
 * @module
 */

import { writeAgentMessage } from "../../agent/write_message.ts";
import type { Kernel } from "./kernel.ts";
import { writable } from "./kernel_numbers.ts";
import type { Task } from "./task.ts";

const encoder = new TextEncoder();
/** How long a start may wait, in milliseconds. */
const startMsMax = 5;

/** Writes lines to a descriptor. */
export class Output {
  readonly #kernel: Kernel;
  /** The descriptor that is written to. */
  readonly descriptor: number;
  #starts: { readonly task: Task; readonly beginMs: number }[] = [];
  #lines = "";
  #rest: Uint8Array = new Uint8Array(0);
  #isWatched = false;

  /** Takes over a descriptor. */
  constructor(kernel: Kernel, descriptor: number) {
    this.#kernel = kernel;
    this.descriptor = descriptor;
    kernel.setNonblocking(descriptor, true);
    kernel.watch(descriptor, 0);
  }

  /** Whether something waits for room. */
  get isFull(): boolean {
    return this.#rest.length > 0;
  }

  /** When the starts that wait are to be told. */
  get dueMs(): number {
    return this.#starts.length === 0 ? Infinity : this.#starts[0]!.beginMs + startMsMax;
  }

  /** Adds a line. */
  add(line: string): void {
    this.#lines += line;
  }

  /** Adds that a task has begun. */
  addStart(task: Task, beginMs: number): void {
    this.#starts.push({ task, beginMs });
  }

  /** Writes what there is room for. A reader that has gone is no trouble: its end shows elsewhere. */
  flush(nowMs: number): void {
    if (this.#starts.length > 0 && (this.#lines !== "" || nowMs >= this.dueMs)) this.#takeStarts(nowMs);
    do {
      if (!this.isFull) {
        this.#rest = encoder.encode(this.#lines);
        this.#lines = "";
      }
      while (this.isFull) {
        const count = this.#kernel.write(this.descriptor, this.#rest);
        if (count <= 0) break;
        this.#rest = this.#rest.subarray(count);
      }
    } while (!this.isFull && this.#lines !== "");
    if (this.isFull === this.#isWatched) return;
    this.#isWatched = this.isFull;
    this.#kernel.watch(this.descriptor, this.isFull ? writable : 0, true);
  }

  /** The starts go first: what else is told of these tasks comes after them. */
  #takeStarts(nowMs: number): void {
    let lines = "";
    for (const { task: { node, task, attempt, pid }, beginMs } of this.#starts) {
      lines += writeAgentMessage(node, { word: "started", task, attempt, pid, agoMs: Math.max(0, nowMs - beginMs) });
    }
    this.#lines = lines + this.#lines;
    this.#starts = [];
  }
}
