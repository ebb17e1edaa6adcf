/**
 * Prints what tasks write: when they have ended, one after the other, or while they run; as they come, or in the order
 * of the inputs.
 *
 * @module
 */

import type { PrintedTask, TaskOutputs } from "./output.ts";

/** How outputs are printed. */
export interface PrinterRules {
  /** Whether they come in the order of the inputs. */
  readonly keepOrder: boolean;
  /** Whether they come in one piece at the end, or while a task runs: line by line, or as they are. */
  readonly printing: "whole" | "lines" | "raw";
}

/** How often the files of tasks that run are looked at. */
const lookMs = 50;

/** Prints in the background of the sweep, so that a slow reader does not hold up the tasks. */
export class Printer implements Disposable {
  readonly #outputs: TaskOutputs;
  readonly #rules: PrinterRules;
  /** Tasks that have not ended, where their output is printed meanwhile. */
  readonly #running = new Map<number, PrintedTask>();
  #looking: ReturnType<typeof setInterval> | undefined;
  /** What may be printed now. */
  #due: PrintedTask[] = [];
  /** What has ended, but something before it has not; `undefined` where there is nothing to print. */
  readonly #waiting: Map<number, PrintedTask | undefined> = new Map();
  #next = 1;
  #printing: Promise<void> | undefined;
  readonly #failed: PromiseWithResolvers<never> = Promise.withResolvers();

  /** Creates a printer that has nothing to do. */
  constructor(outputs: TaskOutputs, rules: PrinterRules) {
    this.#outputs = outputs;
    this.#rules = rules;
    // The failure is told where it is waited for; it must not count as unhandled before.
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

  /** Takes a task that may have begun. */
  began(number: number, task: PrintedTask): void {
    if (this.#rules.printing === "whole") return;
    this.#running.set(number, task);
    this.#looking ??= setInterval(() => this.#printing ??= this.#print(), lookMs);
  }

  /** Takes a task that has ended; with no task, only says that its number needs no waiting for. */
  ended(number: number, task: PrintedTask | undefined): void {
    this.#running.delete(number);
    if (!this.#rules.keepOrder) {
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
    this[Symbol.dispose]();
    if (this.#due.length > 0) this.#printing ??= this.#print();
    await Promise.race([this.#printing, this.#failed.promise]);
  }

  /** Looks at no task that runs any more. */
  [Symbol.dispose](): void {
    clearInterval(this.#looking);
    this.#running.clear();
  }

  async #print(): Promise<void> {
    try {
      // The events of a whole turn come first, then what they leave to print.
      await undefined;
      do {
        const tasks = this.#due;
        this.#due = [];
        for (const task of tasks) await this.#outputs.print(task);
        if (this.#due.length === 0) await this.#printRunning();
      } while (this.#due.length > 0);
      this.#printing = undefined;
    } catch (error) {
      this.#failed.reject(error);
    }
  }

  async #printRunning(): Promise<void> {
    const { keepOrder, printing } = this.#rules;
    if (printing === "whole") return;
    for (const [number, task] of [...this.#running]) {
      if (keepOrder && number !== this.#next) continue;
      // It may have ended while others were printed; then it is printed as those that have.
      if (this.#running.has(number)) await this.#outputs.printGrown(task, printing === "lines" ? "lines" : "all");
    }
  }
}
