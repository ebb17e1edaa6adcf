/**
 * Text in columns of a terminal, where some characters take two places and some none.
 *
 * @module
 */

import { unicodeWidth } from "@std/cli/unicode-width";

const plainText = /^[ -~]*$/;

/** How many places of a terminal a text takes. */
export function textWidth(text: string): number {
  // Most texts are plain, and to look at each of their characters would cost most of a long table.
  return plainText.test(text) ? text.length : unicodeWidth(text);
}

/** Cuts a text so that it takes so many places at most; what is cut ends with a dot. */
export function cutToWidth(text: string, width: number): string {
  if (width <= 0) return "";
  if (textWidth(text) <= width) return text;
  let cut = "";
  let used = 0;
  for (const character of text) {
    const more = textWidth(character);
    if (used + more > width - 1) break;
    cut += character;
    used += more;
  }
  return `${cut}…`;
}

/** Fills a text up with blanks until it takes `width` columns; a wider one stays as it is. */
export function padToWidth(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/**
 * Writes rows in columns as wide as their widest cells, two blanks apart.
 *
 * @param rows The cells; all rows have as many.
 * @returns A line for each row, without a line feed.
 */
export function formatColumns(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0] ?? [];
  const widths = columns.map((_, column) => rows.reduce((width, row) => Math.max(width, textWidth(row[column]!)), 0));
  return rows.map((row) => row.map((cell, column) => padToWidth(cell, widths[column]!)).join("  "));
}
