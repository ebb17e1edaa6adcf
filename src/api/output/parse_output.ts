/**
 * From the text that a task wrote to a value.
 *
 * @module
 */

import { errorText } from "../../base/error_text.ts";
import { TaskOutputError } from "../../errors.ts";
import { JsonTextError, parseJsonText } from "../../job/json_text.ts";

/** How many characters are quoted of a text that is not what it should be. */
const shownMax = 60;

/** Reads bytes as text. Bytes that are no UTF-8 become `U+FFFD`; one line end at the end is left out. */
export function outputText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\r?\n$/, "");
}

/**
 * Reads a text as JSON.
 *
 * @throws {TaskOutputError} If it is none; it tells the place, and how the text begins.
 */
export function outputJson(text: string, taskName: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `The output of task "${taskName}" is no JSON${placeIn(text, error)}; it begins with ${shown(text)}`;
    throw new TaskOutputError(message, taskName, { cause: error });
  }
}

/** Where a text stops being JSON, and why. */
function placeIn(text: string, thrown: unknown): string {
  try {
    parseJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const { line, column, problem } = error.where;
    return `: line ${line}, column ${column}: ${problem}`;
  }
  // What Python takes and JavaScript does not: NaN and Infinity.
  return `: ${errorText(thrown)}`;
}

/**
 * Gives a text to the parser of a template.
 *
 * @throws {TaskOutputError} If the parser throws; `cause` is what it threw.
 */
export function parsedOutput<Value>(text: string, parse: (text: string) => Value, taskName: string): Value {
  try {
    return parse(text);
  } catch (error) {
    const message = `The output of task "${taskName}" is refused by the template's parser: ${errorText(error)}; ` +
      `it begins with ${shown(text)}`;
    throw new TaskOutputError(message, taskName, { cause: error });
  }
}

function shown(text: string): string {
  if (text === "") return "nothing: it is empty";
  return JSON.stringify(text.length <= shownMax ? text : `${text.slice(0, shownMax)}…`);
}
