/**
 * Where a string of a JSON text ends.
 *
 * @module
 */

// deno-lint-ignore no-control-regex -- control characters are exactly what may not stand in a string
const plain = /[^"\\\u0000-\u001f]*/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Finds the end of a string, piece by piece: one regular expression for all of it overflows the stack at a string of some
 * millions of characters.
 *
 * @param text The text.
 * @param start Where the quote stands that begins it.
 * @returns Where the closing quote stands, or what cannot stand in a string; the length of the text if it goes on so far.
 */
export function stringEnd(text: string, start: number): number {
  let end = start + 1;
  while (true) {
    plain.lastIndex = end;
    end += plain.exec(text)![0].length;
    escape.lastIndex = end;
    const found = escape.exec(text);
    if (found === null) return end;
    end += found[0].length;
  }
}
