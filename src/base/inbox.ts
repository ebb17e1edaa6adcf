/**
 * An inbox: anybody puts items in; one reader takes all of them at once.
 *
 * @module
 */

/** Collects items in the order in which they came. */
export class Inbox<T> {
  #items: T[] = [];
  readonly #wake: () => void;

  /** Creates an empty inbox; `wake` is called whenever the first item comes in. */
  constructor(wake: () => void) {
    this.#wake = wake;
  }

  /** Puts an item in. */
  push(item: T): void {
    if (this.#items.push(item) === 1) this.#wake();
  }

  /** Takes everything out. */
  drain(): T[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** Whether nothing is in. */
  get isEmpty(): boolean {
    return this.#items.length === 0;
  }
}
