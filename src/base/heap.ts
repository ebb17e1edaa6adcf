/**
 * A binary min-heap of pairs of numbers: a key that orders, and a value that rides along. Kept in two flat arrays, so
 * that entries cost no objects.
 *
 * @module
 */

import { invariant } from "./assert.ts";

/** A min-heap by key; ties come out in no particular order. */
export class PairHeap {
  readonly #keys: number[] = [];
  readonly #values: number[] = [];
  /** Where {@linkcode sweep} goes on. */
  #cursor = 0;

  /** All pairs, in no order. */
  *entries(): Generator<[key: number, value: number], void, void> {
    for (const [index, key] of this.#keys.entries()) yield [key, this.#values[index]!];
  }

  /** How many pairs are in. */
  get size(): number {
    return this.#keys.length;
  }

  /** The smallest key, or `undefined` when empty. */
  get firstKey(): number | undefined {
    return this.#keys[0];
  }

  /** The value that rides with the smallest key, or `undefined` when empty. */
  get firstValue(): number | undefined {
    return this.#values[0];
  }

  /** Puts a pair in. */
  push(key: number, value: number): void {
    this.#rise(this.#keys.length, key, value);
  }

  /** Replaces the smallest pair by another. The heap must not be empty. */
  replaceFirst(key: number, value: number): void {
    invariant(this.#keys.length > 0, "There is no first pair to replace");
    this.#sink(0, key, value);
  }

  /** Takes the smallest pair out. */
  pop(): void {
    const key = this.#keys.pop();
    const value = this.#values.pop();
    if (key !== undefined && value !== undefined && this.#keys.length > 0) this.#sink(0, key, value);
  }

  /**
   * Looks at some pairs, each time at the next ones, and takes those out that are of no use any more. Called with each
   * push, it keeps their number down without ever walking over all pairs at once.
   *
   * @param count How many pairs are looked at.
   * @param isStale Whether a pair is of no use any more.
   */
  sweep(count: number, isStale: (key: number, value: number) => boolean): void {
    for (; count > 0 && this.#keys.length > 0; count--) {
      if (this.#cursor >= this.#keys.length) this.#cursor = 0;
      const at = this.#cursor;
      if (isStale(this.#keys[at]!, this.#values[at]!)) this.#remove(at);
      else this.#cursor++;
    }
  }

  /** Takes out the pair at a place: the last one fills it, and goes up or down from there. */
  #remove(at: number): void {
    const key = this.#keys.pop()!;
    const value = this.#values.pop()!;
    if (at === this.#keys.length) return;
    if (key < this.#keys[at]!) this.#rise(at, key, value);
    else this.#sink(at, key, value);
  }

  #rise(from: number, key: number, value: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#keys[parent]! <= key) break;
      this.#set(at, this.#keys[parent]!, this.#values[parent]!);
      at = parent;
    }
    this.#set(at, key, value);
  }

  #sink(from: number, key: number, value: number): void {
    const size = this.#keys.length;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#keys[child + 1]! < this.#keys[child]!) child++;
      if (this.#keys[child]! >= key) break;
      this.#set(at, this.#keys[child]!, this.#values[child]!);
      at = child;
    }
    this.#set(at, key, value);
  }

  #set(at: number, key: number, value: number): void {
    this.#keys[at] = key;
    this.#values[at] = value;
  }
}
