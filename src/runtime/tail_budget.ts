/**
 * How much of what failed tasks said goes on record: all of it at first, and of each further task its last lines, so
 * that a run in which everything fails does not fill the disk with the same words.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { Tails } from "../core/exit.ts";

/** Bytes of tails, as a journal has them, that go on record as they are, all in all. */
export const tailsBytesMax: number = 16 * 1024 * 1024;
/** Characters of each output of a task that go on record after that. */
export const lateTailCharacters = 256;

const encoder = new TextEncoder();

/** Cuts tails once there were many. */
export class TailBudget {
  #left = tailsBytesMax;

  /** What of the tails of an attempt goes on record. */
  take(tails: Tails): Tails {
    const { stdout = "", stderr = "" } = tails;
    const count = recordedBytes(stdout) + recordedBytes(stderr);
    if (count <= this.#left) {
      this.#left -= count;
      invariant(this.#left >= 0, "No more is given than there is");
      return tails;
    }
    return {
      ...tails,
      ...(tails.stdout === undefined ? {} : { stdout: endOf(tails.stdout) }),
      ...(tails.stderr === undefined ? {} : { stderr: endOf(tails.stderr) }),
    };
  }
}

/** How many bytes a text has in a record. */
function recordedBytes(text: string): number {
  return encoder.encode(JSON.stringify(text)).length - 2;
}

/** The end of a text, without half a pair of surrogates at its beginning. */
function endOf(text: string): string {
  const end = text.slice(-lateTailCharacters);
  return end.length < text.length && /^[\udc00-\udfff]/.test(end) ? end.slice(1) : end;
}
