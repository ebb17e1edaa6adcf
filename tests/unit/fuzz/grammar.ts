/**
 * What grammars for cases share. A grammar writes a case together with what it means, so that what the program makes of
 * it can be compared; and most of what it writes is right, so that not only refusals are tried.
 *
 * @module
 */

import type { Random } from "../../sim/random.ts";

/** A part of a case. */
export interface Part<V, M> {
  /** As it is written. */
  readonly value: V;
  /** What it means; `wrong` where it must be refused. */
  readonly means: M | typeof wrong;
}

/** Stands for what must be refused. */
export const wrong: unique symbol = Symbol("wrong");

/** How a case went: it was right and read as it is meant, or wrong and refused. */
export type Verdict = "right" | "wrong";

/** A text of letters that are at home in names everywhere. */
export function word(random: Random, letters = "abcdefXYZ019_.-äß漢"): string {
  const all = [...letters];
  return Array.from({ length: random.between(1, 6) }, () => random.pick(all)).join("");
}

/** Some things of a kind. */
export function several<T>(random: Random, max: number, make: () => T): T[] {
  return Array.from({ length: random.between(0, max) }, make);
}
