/**
 * A budget of time for what is shown: answers that cost something are made anew only as often as a small share of the
 * time allows, so that looking at a run never slows it down, however many look and however large it is.
 *
 * @module
 */

/** An answer that was made once. */
interface Kept {
  readonly value: unknown;
  readonly number: number;
}

/** How many answers are kept; the one that was used longest ago goes first. */
const keptMax = 64;

/** How much time that was not used is saved up at most, in milliseconds. */
const savedMsMax = 100;

/** Makes answers, within a share of the time. */
export class WorkBudget {
  readonly #share: number;
  readonly #nowMs: () => number;
  readonly #kept: Map<string, Kept> = new Map();
  #leftMs = savedMsMax;
  #countedAtMs: number;

  /**
   * Creates a budget.
   *
   * @param share The share of the time, from 0 to 1.
   * @param nowMs A clock that never goes back, in milliseconds.
   */
  constructor(share: number, nowMs: () => number) {
    this.#share = share;
    this.#nowMs = nowMs;
    this.#countedAtMs = nowMs();
  }

  /**
   * Gives an answer: the one that there is if nothing has happened since or the budget is used up, else a new one. What
   * was never asked is always answered.
   *
   * @param question Names what is asked, with all that the answer depends on but the run itself.
   * @param number How many events the run has had.
   * @param make Makes the answer.
   */
  answer<T>(question: string, number: number, make: () => T): T {
    const begunMs = this.#nowMs();
    this.#leftMs = Math.min(savedMsMax, this.#leftMs + (begunMs - this.#countedAtMs) * this.#share);
    this.#countedAtMs = begunMs;
    const kept = this.#kept.get(question);
    if (kept !== undefined && (kept.number === number || this.#leftMs <= 0)) {
      this.#keep(question, kept);
      return kept.value as T;
    }
    const value = make();
    this.#leftMs -= this.#nowMs() - begunMs;
    this.#keep(question, { value, number });
    return value;
  }

  #keep(question: string, kept: Kept): void {
    this.#kept.delete(question);
    this.#kept.set(question, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= keptMax) return;
      this.#kept.delete(oldest);
    }
  }
}
