/**
 * Puts values into a text that a POSIX shell reads, quoted for the place where each stands: whatever is in a value, the
 * shell sees exactly that value and never runs it.
 *
 * Where a value could not be quoted for certain (a comment, a here-document, `${…}`, backticks), the text is refused,
 * with what to write instead. The reading is careful: where it can no longer tell what a shell would make of the text,
 * it refuses the placeholders behind that place.
 *
 * @module
 */

import { shellQuote } from "../base/shell_quote.ts";
import { type ShellPlace, ShellReader, ShellTextProblem } from "./shell_reader.ts";

/** A piece of the text: what the shell reads, or a placeholder as it was written. */
export type ShellPiece = { readonly text: string } | { readonly placeholder: string };

/**
 * Tells where each placeholder stands.
 *
 * @param pieces The text in order.
 * @returns A place for each placeholder.
 * @throws {ShellTextProblem} If no value can be quoted there.
 */
export function findShellPlaces(pieces: readonly ShellPiece[]): ShellPlace[] {
  const reader = new ShellReader();
  const places: ShellPlace[] = [];
  for (const piece of pieces) {
    if ("placeholder" in piece) places.push(reader.place(piece.placeholder));
    else for (const character of piece.text) reader.read(character);
  }
  reader.end();
  return places;
}

/**
 * Quotes a value for its place.
 *
 * @throws {ShellTextProblem} If the place takes numbers only, and the value is none.
 */
export function quoteAt(place: ShellPlace, value: string): string {
  switch (place) {
    case "word":
      return shellQuote(value);
    case "single":
      return shellQuote(value).slice(1, -1);
    case "double":
      return value.replaceAll(/[\\"$`]/g, "\\$&");
    case "number":
      if (/^-?(?:[0-9]+|0[xX][0-9a-fA-F]+)$/.test(value)) return value;
      throw new ShellTextProblem(`arithmetic takes whole numbers only, not ${JSON.stringify(value)}`);
    default:
      return place satisfies never;
  }
}
