/**
 * What is known of attempts that were launched and are not over, by task and attempt. Packed: a million of them cost a
 * few bytes each, and no object.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import type { AttemptKey } from "./ports.ts";

const bits = 12;
const blockTasks = 1 << bits;
/** Attempts are counted in 16 bits. */
const attemptMax = 65_535;

/** The newest attempts of neighbouring tasks. */
interface Block<V> {
  /** 0 for none. */
  readonly attempts: Uint16Array;
  readonly values: (V | undefined)[];
  used: number;
}

/** Maps attempts to values. */
export class AttemptMap<V extends number | object> {
  readonly #blocks: Map<number, Block<V>> = new Map();
  /** Attempts whose task was launched again before they were over, which is rare. By task, then by attempt. */
  readonly #older: Map<number, Map<number, V>> = new Map();
  /** Values of which all attempts are to be taken away before anything else is done: one walk for many of them. */
  #dropped: Set<V> | undefined;

  /** The value of an attempt. */
  get({ task, attempt }: AttemptKey): V | undefined {
    this.#drop();
    const block = this.#blocks.get(Math.floor(task / blockTasks));
    const row = task % blockTasks;
    return block?.attempts[row] === attempt ? block.values[row] : this.#older.get(task)?.get(attempt);
  }

  /** Sets the value of an attempt. */
  set({ task, attempt }: AttemptKey, value: V): void {
    invariant(attempt > 0 && attempt <= attemptMax, () => `Attempt ${attempt} cannot be`);
    invariant(Number.isSafeInteger(task) && task >= 0, () => `Task ${task} cannot be`);
    this.#drop();
    const index = Math.floor(task / blockTasks);
    let block = this.#blocks.get(index);
    if (block === undefined) {
      const values = new Array<V | undefined>(blockTasks).fill(undefined);
      block = { attempts: new Uint16Array(blockTasks), values, used: 0 };
      this.#blocks.set(index, block);
    }
    const row = task % blockTasks;
    const newest = block.attempts[row]!;
    if (newest === 0) block.used++;
    else if (newest !== attempt) {
      const older = this.#older.get(task) ?? new Map<number, V>();
      this.#older.set(task, older);
      invariant(newest <= attemptMax, "The newest attempt has a number that can be");
      if (newest > attempt) return void older.set(attempt, value);
      older.set(newest, present(block.values[row], "the value of the newest attempt"));
    }
    // It may have been an older one, of which the newer ones have gone.
    this.#deleteOlder({ task, attempt });
    block.attempts[row] = attempt;
    block.values[row] = value;
    invariant(block.used > 0 && block.used <= blockTasks, "A block of attempts counts those that it holds");
  }

  /** Takes the value of an attempt away. */
  delete({ task, attempt }: AttemptKey): void {
    const index = Math.floor(task / blockTasks);
    const block = this.#blocks.get(index);
    const row = task % blockTasks;
    if (block?.attempts[row] === attempt) {
      block.attempts[row] = 0;
      block.values[row] = undefined;
      invariant(block.used > 0, "A block of attempts holds fewer than it counts");
      if (--block.used === 0) this.#blocks.delete(index);
      invariant(
        this.#older.size === 0 || this.#older.get(task)?.has(attempt) !== true,
        "An attempt is the newest of its task, or an older one",
      );
      return;
    }
    this.#deleteOlder({ task, attempt });
  }

  #deleteOlder({ task, attempt }: AttemptKey): void {
    const older = this.#older.get(task);
    invariant(older?.size !== 0, "A task is listed while it has older attempts");
    if (older?.delete(attempt) && older.size === 0) this.#older.delete(task);
  }

  /** Takes away all attempts of a value. Of several values in a row at the cost of one: a walk over all attempts. */
  deleteAll(value: V): void {
    (this.#dropped ??= new Set()).add(value);
  }

  /** Visits all attempts with their values. Those visited may be taken away meanwhile. */
  *[Symbol.iterator](): Generator<[AttemptKey, V]> {
    this.#drop();
    for (const [index, { attempts, values }] of this.#blocks) {
      for (let row = 0; row < blockTasks; row++) {
        if (attempts[row] !== 0) {
          yield [
            { task: index * blockTasks + row, attempt: attempts[row]! },
            present(values[row], "the value of an attempt"),
          ];
        }
      }
    }
    for (const [task, older] of this.#older) {
      for (const [attempt, value] of older) yield [{ task, attempt }, value];
    }
  }

  /** Does what {@linkcode deleteAll} was asked for. */
  #drop(): void {
    const dropped = this.#dropped;
    if (dropped === undefined) return;
    this.#dropped = undefined;
    for (const [index, { attempts, values }] of this.#blocks) {
      for (let row = 0; row < blockTasks; row++) {
        if (attempts[row] === 0 || !dropped.has(values[row]!)) continue;
        this.delete({ task: index * blockTasks + row, attempt: attempts[row]! });
      }
    }
    for (const [task, older] of this.#older) {
      invariant(older.size > 0, "A task has older attempts if it is listed");
      for (const [attempt, value] of older) if (dropped.has(value)) this.delete({ task, attempt });
    }
  }
}
