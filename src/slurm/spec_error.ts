/**
 * What is wrong with a text of Slurm's.
 *
 * @module
 */

import { ResourceSpecError } from "../errors.ts";

/** The most characters of a text that are shown. */
const shownMax = 60;

/**
 * Refuses a text.
 *
 * @param noun What the text is, as it begins the sentence.
 * @param text The text.
 * @param offset Where it is wrong.
 * @param problem What is wrong, as it goes on after the offset.
 */
export function refuse(noun: string, text: string, offset: number, problem: string): never {
  throw new ResourceSpecError(`${noun} ${excerpt(text)}, at offset ${offset}: ${problem}`, text, offset);
}

/** The beginning of a text, in quotes. */
function excerpt(text: string): string {
  return JSON.stringify(text.length <= shownMax ? text : `${text.slice(0, shownMax - 3)}...`);
}
