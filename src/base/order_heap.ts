/**
 * A binary heap of numbers that wait in an order of three keys. Kept in flat arrays, so that entries cost no objects.
 *
 * @module
 */

import { invariant } from "./assert.ts";

/**
 * Gives the entry with the greatest level first, of equal levels the one with the greatest rank, of equal ranks the one
 * with the smallest age. What is equal in all three comes out in no particular order.
 */
export class OrderHeap {
  readonly #levels: number[] = [];
  readonly #ranks: number[] = [];
  readonly #ages: number[] = [];
  readonly #values: number[] = [];

  /** How many entries are in. */
  get size(): number {
    return this.#ages.length;
  }

  /** The age of the first entry, or `undefined` when empty. */
  get firstAge(): number | undefined {
    return this.#ages[0];
  }

  /** The rank of the first entry, or `undefined` when empty. */
  get firstRank(): number | undefined {
    return this.#ranks[0];
  }

  /** The value of the first entry, or `undefined` when empty. */
  get firstValue(): number | undefined {
    return this.#values[0];
  }

  /** Puts an entry in. */
  push(level: number, rank: number, age: number, value: number): void {
    let at = this.#ages.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#follows(parent, level, rank, age)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, level, rank, age, value);
  }

  /** Replaces the first entry by another. The heap must not be empty. */
  replaceFirst(level: number, rank: number, age: number, value: number): void {
    invariant(this.size > 0, "There is no first entry to replace");
    this.#sink(0, level, rank, age, value);
  }

  /** Takes the first entry out. */
  pop(): void {
    const [level, rank, age, value] = [this.#levels.pop(), this.#ranks.pop(), this.#ages.pop(), this.#values.pop()];
    if (age !== undefined && this.size > 0) this.#sink(0, level!, rank!, age, value!);
  }

  /** Gives each entry the rank that it has now, by its age, and puts all in order anew. Costs by entries. */
  rerank(rankOf: (age: number) => number): void {
    for (let i = 0; i < this.size; i++) this.#ranks[i] = rankOf(this.#ages[i]!);
    for (let at = (this.size >> 1) - 1; at >= 0; at--) {
      this.#sink(at, this.#levels[at]!, this.#ranks[at]!, this.#ages[at]!, this.#values[at]!);
    }
  }

  #sink(from: number, level: number, rank: number, age: number, value: number): void {
    const { size } = this;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const other = child + 1;
      if (other < size && this.#follows(child, this.#levels[other]!, this.#ranks[other]!, this.#ages[other]!)) child++;
      // What is put here stays above its children if none of them comes before it.
      if (!this.#precedes(child, level, rank, age)) break;
      this.#move(child, at);
      at = child;
    }
    this.#set(at, level, rank, age, value);
  }

  /** Whether the entry at `index` comes after what has these keys. */
  #follows(index: number, level: number, rank: number, age: number): boolean {
    if (this.#levels[index] !== level) return this.#levels[index]! < level;
    if (this.#ranks[index] !== rank) return this.#ranks[index]! < rank;
    return this.#ages[index]! > age;
  }

  /** Whether the entry at `index` comes before what has these keys. */
  #precedes(index: number, level: number, rank: number, age: number): boolean {
    if (this.#levels[index] !== level) return this.#levels[index]! > level;
    if (this.#ranks[index] !== rank) return this.#ranks[index]! > rank;
    return this.#ages[index]! < age;
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#levels[from]!, this.#ranks[from]!, this.#ages[from]!, this.#values[from]!);
  }

  #set(at: number, level: number, rank: number, age: number, value: number): void {
    this.#levels[at] = level;
    this.#ranks[at] = rank;
    this.#ages[at] = age;
    this.#values[at] = value;
  }
}
