/**
 * Tells when to give up on processes that were killed and are still there.
 *
 * What waits for a device does not end when it is killed, and shows again at each look. Of a crowd that forks all the
 * time each look shows others: that is no reason to give up, as what is killed does end.
 *
 * @module
 */

/** Compares each look with the one before. */
export class Standstill {
  readonly #limitMs: number;
  #last: ReadonlySet<number> = new Set();
  #changedMs: number | undefined;

  /**
   * Knows of no look.
   *
   * @param limitMs How long nothing new may come until it is reached, in milliseconds.
   */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /**
   * Takes a look that was made after everything had been killed.
   *
   * @param pids What was found.
   * @param nowMs The time of the look.
   * @param isChanging Whether something else shows that not all are stuck.
   * @returns Whether no look has found anything new for that long.
   */
  isReached(pids: Iterable<number>, nowMs: number, isChanging: boolean = false): boolean {
    const found = new Set(pids);
    const isNew = isChanging || [...found].some((pid) => !this.#last.has(pid));
    if (isNew || this.#changedMs === undefined) this.#changedMs = nowMs;
    this.#last = found;
    return nowMs - this.#changedMs > this.#limitMs;
  }
}
