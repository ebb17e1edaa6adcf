/**
 * An inbox: many put items in; one reader takes all of them at once.
 *
 * @module
 */

/** Collects items in the order in which they came. */
export class Inbox<T> {
  #items: T[] = [];
  /** How many of the items were taken out already. */
  #taken = 0;
  readonly #wake: () => void;

  /** Creates an empty inbox; `wake` is called whenever the first item comes in. */
  constructor(wake: () => void) {
    this.#wake = wake;
  }

  /** Puts an item in. */
  push(item: T): void {
    if (this.#items.push(item) === 1) this.#wake();
  }

  /** Takes out the oldest items, at most `max` of them. */
  drain(max: number): T[] {
    const items = this.#items;
    const from = this.#taken;
    if (items.length - from > max) {
      this.#taken = from + max;
      return items.slice(from, this.#taken);
    }
    this.#items = [];
    this.#taken = 0;
    return from === 0 ? items : items.slice(from);
  }

  /** How many items are in. */
  get size(): number {
    return this.#items.length - this.#taken;
  }

  /** Whether nothing is in. */
  get isEmpty(): boolean {
    return this.#items.length === 0;
  }
}
