/**
 * The slots of a sweep: numbers from 1 that tasks hold while they are open, so that no two at once have the same.
 *
 * @module
 */

/** Gives out the lowest number that is free. */
export class Slots {
  readonly #taken = new Set<number>();
  /** No number below this is free. */
  #lowest = 1;

  /** Takes the lowest free slot. */
  take(): number {
    let slot = this.#lowest;
    while (this.#taken.has(slot)) slot++;
    this.#lowest = slot + 1;
    this.#taken.add(slot);
    return slot;
  }

  /** Takes a slot that a task of an earlier run holds already. */
  claim(slot: number): void {
    this.#taken.add(slot);
  }

  /** Gives a slot back. */
  release(slot: number): void {
    this.#taken.delete(slot);
    this.#lowest = Math.min(this.#lowest, slot);
  }
}
