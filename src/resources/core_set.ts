/**
 * A set of small numbers, as bits: the free cores (or GPUs) of one node.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";

/** The lists of one number, shared by all: most tasks get one core, and a million of them may run. */
const singles: (readonly number[])[] = [];

/** The free ones among `0 … capacity-1`. All are free at first. */
export class CoreSet {
  readonly #words: Uint32Array;
  readonly #capacity: number;
  #size: number;

  /** Creates the set `{0, …, capacity-1}`. */
  constructor(capacity: number) {
    invariant(Number.isSafeInteger(capacity) && capacity >= 0, "There is a whole number of cores");
    this.#words = new Uint32Array(Math.ceil(capacity / 32)).fill(0xffff_ffff);
    if (capacity % 32 !== 0) this.#words[capacity >> 5] = 2 ** (capacity % 32) - 1;
    this.#size = this.#capacity = capacity;
  }

  /** How many are in the set. */
  get size(): number {
    return this.#size;
  }

  /** Takes one out. It must be in. */
  remove(index: number): void {
    invariant(this.#has(index), () => `Cannot take core ${index}: not free`);
    this.#words[index >> 5]! &= ~(1 << (index & 31));
    this.#size--;
    invariant(this.#size >= 0, "More cores are taken than there are");
  }

  /** Puts one in. It must be out. */
  add(index: number): void {
    invariant(index >= 0 && index < this.#capacity, () => `Cannot give back core ${index}: there is none`);
    invariant(!this.#has(index), () => `Cannot give back core ${index}: already free`);
    this.#words[index >> 5]! |= 1 << (index & 31);
    this.#size++;
  }

  /** Returns the `count` lowest members, ascending. There must be as many. The list may be shared. */
  lowest(count: number): readonly number[] {
    if (count === 1) return this.#first();
    const found: number[] = [];
    for (let w = 0; w < this.#words.length && found.length < count; w++) {
      for (let bits = this.#words[w]!; bits !== 0 && found.length < count; bits &= bits - 1) {
        found.push((w << 5) | (31 - Math.clz32(bits & -bits)));
      }
    }
    invariant(found.length === count, () => `Cannot pick ${count} of ${this.#size}`);
    return found;
  }

  #first(): readonly number[] {
    const word = this.#words.findIndex((bits) => bits !== 0);
    invariant(word >= 0, "Cannot pick 1 of 0");
    const bits = this.#words[word]!;
    const index = (word << 5) | (31 - Math.clz32(bits & -bits));
    return singles[index] ??= [index];
  }

  #has(index: number): boolean {
    return (this.#words[index >> 5]! & (1 << (index & 31))) !== 0;
  }
}
