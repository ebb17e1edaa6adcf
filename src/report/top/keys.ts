/**
 * Keys of a terminal: from the bytes that it sends to the names of keys.
 *
 * @module
 */

/** A key that is no character. */
export type NamedKey =
  | "up"
  | "down"
  | "left"
  | "right"
  | "pageUp"
  | "pageDown"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "backspace"
  | "interrupt"
  | "suspend"
  | "redraw";

/** A key: a name, or the character that was typed. */
export type Key = { readonly name: NamedKey } | { readonly text: string };

/** What terminals send behind ESC for keys, in its two or three dialects. */
const sequences: Readonly<Record<string, NamedKey>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  "OA": "up",
  "OB": "down",
  "OC": "right",
  "OD": "left",
  "[5~": "pageUp",
  "[6~": "pageDown",
  "[H": "home",
  "[F": "end",
  "OH": "home",
  "OF": "end",
  "[1~": "home",
  "[4~": "end",
  "[7~": "home",
  "[8~": "end",
};

/** Characters that are keys of their own. */
const controls: Readonly<Record<string, NamedKey>> = {
  "\r": "enter",
  "\n": "enter",
  "\x7f": "backspace",
  "\b": "backspace",
  "\x03": "interrupt",
  "\x04": "interrupt",
  "\x1a": "suspend",
  "\x0c": "redraw",
};

/**
 * Reads keys. What a terminal sends for one key comes in one piece.
 *
 * @param piece What it has sent. Sequences that mean nothing here are passed over.
 */
export function readKeys(piece: string): Key[] {
  const keys: Key[] = [];
  for (let rest = piece; rest !== "";) {
    if (rest[0] === "\x1b") {
      // deno-lint-ignore no-control-regex -- ESC is what such keys begin with
      const found = /^\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O[@-~])/.exec(rest)?.[0];
      const name = found === undefined ? "escape" : sequences[found.slice(1)];
      if (name !== undefined) keys.push({ name });
      rest = rest.slice(found?.length ?? 1);
      continue;
    }
    const character = String.fromCodePoint(rest.codePointAt(0)!);
    const name = controls[character];
    if (name !== undefined) keys.push({ name });
    else if (character >= " ") keys.push({ text: character });
    rest = rest.slice(character.length);
  }
  return keys;
}
