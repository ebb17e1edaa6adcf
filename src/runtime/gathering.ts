/**
 * When work begins in an allocation: as soon as enough of its nodes are ready, and from then on with each that comes.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";

/** Gathers the first nodes. */
export class Gathering {
  readonly #total: number;
  readonly #needed: number;
  readonly #ready = new Set<number>();
  readonly #gone = new Set<number>();
  #isOver = false;

  /**
   * Begins to gather.
   *
   * @param total How many nodes there are.
   * @param threshold The share of them that must be ready, above 0 and up to 1.
   */
  constructor(total: number, threshold: number) {
    this.#total = total;
    this.#needed = Math.max(1, Math.floor(threshold * total));
    invariant(threshold > 0 && threshold <= 1, "A share of the nodes is awaited");
    invariant(total > 0, "There is a node to wait for");
  }

  /**
   * A node is ready.
   *
   * @returns The nodes that may be used from now on: none while there are too few.
   */
  add(node: number): readonly number[] {
    if (this.#isOver) return [node];
    this.#ready.add(node);
    this.#gone.delete(node);
    invariant(this.#ready.size + this.#gone.size <= this.#total, "No more nodes come and go than there are");
    if (this.#ready.size < this.#needed) return [];
    this.#isOver = true;
    return [...this.#ready].sort((a, b) => a - b);
  }

  /** A node that was ready is not any more, or one will never come. */
  remove(node: number, mayReturn: boolean): void {
    this.#ready.delete(node);
    if (!mayReturn) this.#gone.add(node);
    invariant(this.#gone.size <= this.#total, "No more nodes have gone than there are");
  }

  /**
   * Says in a sentence that work will never begin; `undefined` when it may.
   *
   * @param withinMs How long nodes may take.
   * @param elapsedMs How long they have taken. Earlier than that, others may still come.
   */
  explainFailure(withinMs: number, elapsedMs: number): string | undefined {
    const gone = this.#gone.size;
    if (this.#isOver || this.#total - gone >= this.#needed) return undefined;
    const came = this.#ready.size;
    invariant(came < this.#needed, "Work begins as soon as enough nodes are ready");
    const share = Math.floor(100 * came / this.#total) / 100;
    const isEnough = Math.floor(share * this.#total) >= 1;
    const hint = isEnough ? `; --nl-ready-threshold ${share} would have been enough` : "";
    const problem = elapsedMs < withinMs
      ? `${gone} of ${this.#total} nodes cannot be used, and ${came} ${came === 1 ? "is" : "are"} ready so far`
      : `only ${came} of ${this.#total} nodes came up within ${withinMs / 1000} s`;
    return problem + hint;
  }
}
