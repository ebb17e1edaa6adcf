/**
 * Work that takes long, in pieces. What one input leads to may be a million stops: a step does a bounded number of
 * them, and the next steps go on. No further input is taken in before all is done, so the result is that of one long
 * step, but timers, signals and the user's own code have their turns between.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";

/**
 * Does a piece of the work each time that the next one is asked for. A piece takes some ten microseconds; one that took
 * longer says for how many it counts.
 */
export type Pieces = Generator<number | void, void>;

/** Work that is not done yet. */
export class Work {
  readonly #stack: Pieces[] = [];
  #isDoing = false;

  /** Adds work; what was added before goes on after it. */
  add(pieces: Pieces): void {
    invariant(!this.#stack.includes(pieces), "The same work is added once");
    this.#stack.push(pieces);
  }

  /** Whether nothing is left to do. */
  get isDone(): boolean {
    return this.#stack.length === 0;
  }

  /**
   * Does pieces until all is done, or until they count for `max`.
   *
   * @returns For how many they count.
   */
  do(max: number): number {
    invariant(!this.#isDoing, "A piece of work does no other work, but adds it");
    this.#isDoing = true;
    let pieces = 0;
    while (pieces < max && this.#stack.length > 0) {
      const latest = this.#stack.length - 1;
      const { done, value } = this.#stack[latest]!.next();
      pieces += value ?? 1;
      // A piece may have added work, which then lies above.
      if (done) this.#stack.splice(latest, 1);
    }
    this.#isDoing = false;
    invariant(this.isDone || pieces >= max, "Work is left only when there was too much of it");
    return pieces;
  }
}
