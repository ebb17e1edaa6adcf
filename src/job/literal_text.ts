/**
 * Text that is to arrive as it is, although it goes into a job description.
 *
 * @module
 */

import { launchVariableNames, submitLookup, submitVariablesAt } from "./variables.ts";

/** The index and the value of an iteration are no variables where there are no iterations. */
const known = launchVariableNames.filter((name) => name !== "it" && name !== "itval");
const dollarsBeforeName = new RegExp(`\\$+(?=\\{(?:${known.join("|")})\\})`, "g");

/**
 * Writes text so that pass 2 of the variables gives exactly this text. For jobs without iterations whose descriptions
 * skip pass 1.
 *
 * @param text What the program is to see.
 * @returns The same text, with the dollars before names that pass 2 knows there written four times.
 *
 * @example A file whose name looks like a variable
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { substitute } from "./variables.ts";
 *
 * const name = "a${ncores}b$HOME";
 * assertEquals(substitute(literalText(name), new Map([["ncores", "7"]])), name);
 * ```
 */
export function literalText(text: string): string {
  // A value with no brace is by far the most common one.
  return text.includes("${") ? text.replace(dollarsBeforeName, (dollars) => dollars.repeat(4)) : text;
}

const submitNames = [...submitLookup(submitVariablesAt(0, 0, 0, ""), "").keys()];
const dollarsBeforeAnyName = new RegExp(`\\$+(?=\\{(?:${[...known, ...submitNames].join("|")})\\})`, "g");

/** As {@linkcode literalText}, for jobs whose descriptions go through both passes. */
export function literalForSubmit(text: string): string {
  return text.includes("${") ? text.replace(dollarsBeforeAnyName, (dollars) => dollars.repeat(4)) : text;
}
