/**
 * Bags of options: objects of which every key may be left out. What is given and not known would be ignored, so it is an
 * error here, as is a value of the wrong type. Every function of the library that takes options checks them by this.
 *
 * @module
 */

import { didYouMean } from "../base/near_miss.ts";
import { nameValue } from "../job/json.ts";
import type { WaitLimit } from "./limit.ts";

/** How one option is checked. `undefined` is the same as leaving it out. */
export interface OptionRule {
  /** Whether a value is of the right type. */
  readonly isRight: (value: unknown) => boolean;
  /** What a right one is, for the error: `a number`. */
  readonly what: string;
  /** The smallest number. */
  readonly min?: number;
}

/** A rule for every option of a bag; the compiler sees to it that none is left out. */
export type OptionRules<Options> = { readonly [Name in keyof Required<Options>]: OptionRule };

/**
 * Checks options one by one, also those that an object inherits.
 *
 * @param owner Who takes the options: `result()`.
 * @param options What was given.
 * @param rules The options that there are.
 * @throws {TypeError} If they are no object, or one of them is unknown or of the wrong type.
 * @throws {RangeError} If a number is out of range.
 */
export function checkOptionBag<Options>(owner: string, options: Options, rules: OptionRules<Options>): void {
  const known = Object.keys(rules);
  if (!isObject(options)) {
    throw new TypeError(
      `The options of ${owner} must be an object such as { ${known[0]}: … }, got ${nameValue(options)}`,
    );
  }
  for (const name in options) {
    if (!Object.hasOwn(rules, name)) {
      throw new TypeError(`${owner} has no option "${name}"${didYouMean(name, known)}; it has ${known.join(", ")}`);
    }
    const value: unknown = options[name];
    if (value === undefined) continue;
    const { isRight, what, min } = rules[name];
    if (!isRight(value)) throw new TypeError(`Option "${name}" of ${owner} must be ${what}, got ${nameValue(value)}`);
    if (min !== undefined && !((value as number) >= min)) {
      throw new RangeError(`Option "${name}" of ${owner} must be ${min} or more, got ${value}`);
    }
  }
}

/** The rule for a yes or no. */
export const yesOrNo: OptionRule = { isRight: (value) => typeof value === "boolean", what: "true or false" };

/** The rule for an AbortSignal. */
export const abortSignal: OptionRule = { isRight: (value) => value instanceof AbortSignal, what: "an AbortSignal" };

/** The rule for a text; `what` says which. */
export function textOf(what: string): OptionRule {
  return { isRight: (value) => typeof value === "string", what };
}

/** The rule for a number that is not less than `min`. */
export function numberFrom(min: number): OptionRule {
  return { isRight: (value) => typeof value === "number", what: "a number", min };
}

/** The rule for an object that holds something; `what` says what. */
export function objectOf(what: string): OptionRule {
  return { isRight: isObject, what };
}

/** The rule for one of several words. */
export function oneOf(...words: readonly string[]): OptionRule {
  return { isRight: (value) => words.includes(value as string), what: words.map((word) => `"${word}"`).join(" or ") };
}

/** The rules for what limits a wait. */
export const waitLimitRules: OptionRules<WaitLimit> = { timeoutMs: numberFrom(0), signal: abortSignal };

/** An object with keys of its own; a list, a Map or an AbortSignal holds what no option says. */
function isObject(value: unknown): value is object {
  return Object.prototype.toString.call(value) === "[object Object]";
}
