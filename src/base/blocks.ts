/**
 * A table in blocks of rows: rows have dense numbers that only grow, and a block is freed when all its rows are
 * forgotten. So a table of neighbours costs little, and an endless stream of rows needs bounded memory.
 *
 * @module
 */

import { invariant } from "./assert.ts";

const bits = 12;
const mask = (1 << bits) - 1;

/** Rows in one block. */
export const blockRows: number = 1 << bits;

/** The place of a row inside its block. */
export function rowInBlock(row: number): number {
  return row & mask;
}

/** Blocks of columns. `B` holds the columns of one block, each with {@linkcode blockRows} places. */
export class Blocks<B> {
  readonly #create: () => B;
  readonly #blocks: ({ readonly columns: B; used: number } | undefined)[] = [];

  /** Creates an empty table; `create` makes the columns of one block. */
  constructor(create: () => B) {
    this.#create = create;
  }

  /** The block that a row is in, or `undefined` when it was never added or its whole block is forgotten. */
  find(row: number): B | undefined {
    return this.#blocks[row >> bits]?.columns;
  }

  /** The block that a row is in. */
  get(row: number): B {
    const block = this.#blocks[row >> bits];
    invariant(block !== undefined, () => `There is no row ${row}`);
    return block.columns;
  }

  /** Adds rows, and calls `fill` with each block and the places in it that they take. */
  add(first: number, count: number, fill: (columns: B, from: number, to: number) => void): void {
    this.#each(first, count, (index, from, to) => {
      const block = this.#blocks[index] ??= { columns: this.#create(), used: 0 };
      block.used += to - from;
      invariant(block.used <= blockRows, () => `Rows from ${first} are added twice`);
      fill(block.columns, from, to);
    });
  }

  /** Calls `fill` with each block of some rows and the places in it that they take. */
  fill(first: number, count: number, fill: (columns: B, from: number, to: number) => void): void {
    this.#each(first, count, (index, from, to) => fill(this.get(index << bits), from, to));
  }

  /** Forgets rows, and calls `clear` for those whose block stays. */
  forget(first: number, count: number, clear: (columns: B, from: number, to: number) => void): void {
    this.#each(first, count, (index, from, to) => {
      const block = this.#blocks[index];
      invariant(block !== undefined && block.used >= to - from, () => `Rows from ${first} are forgotten already`);
      block.used -= to - from;
      if (block.used === 0) delete this.#blocks[index];
      else clear(block.columns, from, to);
    });
  }

  #each(first: number, count: number, visit: (index: number, from: number, to: number) => void): void {
    for (let row = first; row < first + count;) {
      const from = row & mask;
      const to = Math.min(blockRows, from + first + count - row);
      visit(row >> bits, from, to);
      row += to - from;
    }
  }
}
