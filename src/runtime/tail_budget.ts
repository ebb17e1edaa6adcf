/**
 * How much of what failed tasks said goes on record: all of it at first, and of each further task its last lines, so
 * that a run in which everything fails does not fill the disk with the same words.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { Tails } from "../core/exit.ts";

/** Characters of tails that go on record as they are, all in all. */
export const tailsCharactersMax: number = 16 * 1024 * 1024;
/** Characters of each output of a task that go on record after that. */
export const lateTailCharacters = 256;

/** Cuts tails once there were many. */
export class TailBudget {
  #left = tailsCharactersMax;

  /** What of the tails of an attempt goes on record. */
  take(tails: Tails): Tails {
    const { stdout = "", stderr = "" } = tails;
    const count = stdout.length + stderr.length;
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

/** The end of a text, without half a pair of surrogates at its beginning. */
function endOf(text: string): string {
  const end = text.slice(-lateTailCharacters);
  return end.length < text.length && /^[\udc00-\udfff]/.test(end) ? end.slice(1) : end;
}
