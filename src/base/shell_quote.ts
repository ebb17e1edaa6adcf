/**
 * Quotes text for a POSIX shell.
 *
 * @module
 */

/** Returns `text` as one shell word that stands for exactly that text, whatever is in it. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
