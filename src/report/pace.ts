/**
 * How fast something goes on of late: what was counted in each of the last seconds.
 *
 * @module
 */

/** How many of the last seconds count. */
const secondsMax = 30;

/** Counts what happens, by seconds. */
export class Pace {
  readonly #counts: Uint32Array = new Uint32Array(secondsMax);
  #newest = 0;
  #first: number | undefined;

  /** Something happened. */
  add(atMs: number): void {
    const second = Math.floor(atMs / 1000);
    this.#moveTo(second);
    this.#first ??= atMs;
    // What comes late counts for the newest second.
    this.#counts[this.#newest % secondsMax]!++;
  }

  /** How often it happened in a second; `undefined` when it never did. */
  perSecond(nowMs: number): number | undefined {
    if (this.#first === undefined) return undefined;
    const newest = Math.floor(nowMs / 1000);
    this.#moveTo(newest);
    const sum = this.#counts.reduce((total, count) => total + count, 0);
    const begunMs = Math.max(this.#first, (newest - secondsMax + 1) * 1000);
    return sum * 1000 / Math.max(1000, nowMs - begunMs);
  }

  #moveTo(second: number): void {
    if (second <= this.#newest) return;
    const from = Math.max(this.#newest + 1, second - secondsMax + 1);
    for (let one = from; one <= second; one++) this.#counts[one % secondsMax] = 0;
    this.#newest = second;
  }
}
