/**
 * A map from dense numbers, kept in blocks of places: it grows by a block at a time, where a `Map` of a million entries
 * stops the program for a tenth of a second each time that it doubles.
 *
 * @module
 */

const bits = 12;
const mask = (1 << bits) - 1;

interface Block<V> {
  readonly values: (V | undefined)[];
  used: number;
  /** Behind the last place that ever had a value: a walk over a few values is as short as they are. */
  stop: number;
}

/** Maps numbers from 0 on, most of whose neighbours are in too, to values. */
export class DenseMap<V extends object> {
  readonly #blocks: Map<number, Block<V>> = new Map();
  #size = 0;

  /** How many numbers have a value. */
  get size(): number {
    return this.#size;
  }

  /** The value of a number. */
  get(number: number): V | undefined {
    return this.#blocks.get(Math.floor(number / (mask + 1)))?.values[number & mask];
  }

  /** Whether a number has a value. */
  has(number: number): boolean {
    return this.get(number) !== undefined;
  }

  /** Gives a number a value. */
  set(number: number, value: V): void {
    const index = Math.floor(number / (mask + 1));
    let block = this.#blocks.get(index);
    if (block === undefined) {
      block = { values: new Array<V | undefined>(mask + 1).fill(undefined), used: 0, stop: 0 };
      this.#blocks.set(index, block);
    }
    if (block.values[number & mask] === undefined) {
      block.used++;
      this.#size++;
    }
    block.values[number & mask] = value;
    block.stop = Math.max(block.stop, (number & mask) + 1);
  }

  /** Takes the value of a number away. Returns whether it had one. */
  delete(number: number): boolean {
    const index = Math.floor(number / (mask + 1));
    const block = this.#blocks.get(index);
    if (block?.values[number & mask] === undefined) return false;
    block.values[number & mask] = undefined;
    this.#size--;
    if (--block.used === 0) this.#blocks.delete(index);
    return true;
  }

  /** Visits all numbers with their values, neighbours in ascending order. Values may be taken away meanwhile. */
  *[Symbol.iterator](): Generator<[number, V]> {
    for (const [index, block] of this.#blocks) {
      for (let place = 0; place < block.stop; place++) {
        const value = block.values[place];
        if (value !== undefined) yield [index * (mask + 1) + place, value];
      }
    }
  }

  /** Visits all values. */
  *values(): Generator<V> {
    for (const [, value] of this) yield value;
  }
}
