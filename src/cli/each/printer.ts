/**
 * Prints what tasks have left, one after the other: as they end, or in the order of the inputs.
 *
 * @module
 */

import type { PrintedTask, TaskOutputs } from "./output.ts";

/** Prints in the background of the sweep, so that a slow reader does not hold up the tasks. */
export class Printer {
  readonly #outputs: TaskOutputs;
  readonly #keepOrder: boolean;
  /** What may be printed now. */
  #due: PrintedTask[] = [];
  /** What has ended, but something before it has not; `undefined` where there is nothing to print. */
  readonly #waiting: Map<number, PrintedTask | undefined> = new Map();
  #next = 1;
  #printing: Promise<void> | undefined;
  readonly #failed: PromiseWithResolvers<never> = Promise.withResolvers();

  /** Creates a printer that has nothing to do. */
  constructor(outputs: TaskOutputs, keepOrder: boolean) {
    this.#outputs = outputs;
    this.#keepOrder = keepOrder;
    // Whoever waits for it learns of the failure; it must not count as unhandled before.
    this.#failed.promise.catch(() => {});
  }

  /** Rejects when something could not be printed; never resolves. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** How many tasks have ended and are not printed. */
  get backlog(): number {
    return this.#due.length + this.#waiting.size;
  }

  /** Takes a task that has ended; with no task, only says that its number needs no waiting for. */
  ended(number: number, task: PrintedTask | undefined): void {
    if (!this.#keepOrder) {
      if (task !== undefined) this.#due.push(task);
    } else {
      this.#waiting.set(number, task);
      for (; this.#waiting.has(this.#next); this.#next++) {
        const next = this.#waiting.get(this.#next);
        this.#waiting.delete(this.#next);
        if (next !== undefined) this.#due.push(next);
      }
    }
    if (this.#due.length > 0) this.#printing ??= this.#print();
  }

  /** Resolves when everything that was taken has been printed; what still waits for something before it is let go. */
  async finish(): Promise<void> {
    for (const task of [...this.#waiting.keys()].sort((a, b) => a - b).map((number) => this.#waiting.get(number))) {
      if (task !== undefined) this.#due.push(task);
    }
    this.#waiting.clear();
    if (this.#due.length > 0) this.#printing ??= this.#print();
    await Promise.race([this.#printing, this.#failed.promise]);
  }

  async #print(): Promise<void> {
    try {
      // The events of a whole turn come first, then what they leave to print.
      await undefined;
      while (this.#due.length > 0) {
        const tasks = this.#due;
        this.#due = [];
        for (const task of tasks) await this.#outputs.print(task);
      }
      this.#printing = undefined;
    } catch (error) {
      this.#failed.reject(error);
    }
  }
}
