/**
 * Numbers of a JSON text that JavaScript would write in another way: `1.0`, `1e5`, `18446744073709551615`. Each is kept
 * as it was written, so that a program gets the digits that its user typed.
 *
 * @module
 */

/** A number as it stands in a text. `JSON.stringify` writes it unchanged. */
export interface WrittenNumber {
  /** The number's text. */
  readonly rawJSON: string;
}

/** What the language has and its type declarations do not know yet. */
interface JsonWithSources {
  rawJSON(text: string): WrittenNumber;
  isRawJSON(value: unknown): boolean;
  parse(text: string, revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown;
}

const json = JSON as unknown as JsonWithSources;

/** Only such a text can hold a number that JavaScript writes in another way. */
const mayHoldWrittenNumber = /\d{16}|\d[.eE]|-0/;

/** Whether a value is a number that was kept as it was written. */
export function isWrittenNumber(value: unknown): value is WrittenNumber {
  return json.isRawJSON(value);
}

/** The number of a text: plain where JavaScript writes it the same, else as it was written. */
export function numberOf(text: string): number | WrittenNumber {
  const value = Number(text);
  return String(value) === text ? value : json.rawJSON(text);
}

/**
 * Reads a JSON text as `JSON.parse` does, but for numbers that it would change.
 *
 * @throws {SyntaxError} If it is no JSON.
 */
export function parseJson(text: string): unknown {
  if (!mayHoldWrittenNumber.test(text)) return JSON.parse(text);
  return json.parse(
    text,
    (_, value, { source }) => typeof value === "number" && source !== undefined ? numberOf(source) : value,
  );
}
