/**
 * Waiting until something is on record: inputs are counted as they are taken in and as what came of them is recorded,
 * so that to wait for one is to wait for its number.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";

/** A caller that waits. */
interface Wait extends PromiseWithResolvers<void> {
  /** For so many inputs. */
  readonly count: number;
}

/** Counts inputs, and wakes those that wait for them. */
export class RecordWaits {
  /** How many inputs were taken in. */
  taken = 0;
  #recorded = 0;
  #waits: Wait[] = [];
  #end: { readonly error?: unknown } | undefined;

  /** Says that what came of all inputs is on record, but of the latest `left`. */
  recordAllBut(left: number): void {
    invariant(left >= 0, "No more is on record than was taken in");
    const recorded = this.taken - left;
    invariant(recorded >= this.#recorded, "What is on record stays there");
    this.#recorded = recorded;
    if (this.#waits.length === 0) return;
    const waits = this.#waits;
    this.#waits = waits.filter((wait) => wait.count > this.#recorded);
    for (const wait of waits) if (wait.count <= this.#recorded) wait.resolve();
  }

  /** Says that nothing more will be recorded, as the loop has ended well: all waits are over. */
  end(): void {
    this.#end ??= {};
    for (const wait of this.#waits.splice(0)) wait.resolve();
  }

  /** Says that nothing more can be recorded. */
  fail(error: unknown): void {
    this.#end ??= { error };
    for (const wait of this.#waits.splice(0)) wait.reject(error);
  }

  /** Resolves when what came of the first `count` inputs is on record; rejects with what keeps it from that. */
  until(count: number): Promise<void> {
    if (count <= this.#recorded) return Promise.resolve();
    if (this.#end !== undefined) {
      return "error" in this.#end ? Promise.reject(this.#end.error) : Promise.resolve();
    }
    invariant(count <= this.taken, "Nobody waits for an input that was not taken in");
    const wait = { count, ...Promise.withResolvers<void>() };
    this.#waits.push(wait);
    return wait.promise;
  }
}
