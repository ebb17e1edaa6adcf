/**
 * Bytes of an output as text that can be read, whatever they are.
 *
 * @module
 */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();
/** What the lenient decoder puts where bytes are no character. */
const replacement = 0xfffd;

/**
 * Writes bytes as text. What is no UTF-8 is shown as `\xff`, byte by byte; all else stands as it is.
 *
 * @param bytes The bytes.
 * @param isCut Whether they are the end of more: then half a character at the beginning is left out.
 *
 * @example Latin-1 among UTF-8
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(showBytes(new Uint8Array([0xc3, 0xa9, 0x20, 0xe9])), "é \\xe9");
 * ```
 */
export function showBytes(bytes: Uint8Array, isCut = false): string {
  const from = isCut ? firstCharacter(bytes) : 0;
  const rest = bytes.subarray(from);
  try {
    return strict.decode(rest);
  } catch {
    return showMixed(rest);
  }
}

/** Where the first whole character begins, if less than a character stands before it. */
function firstCharacter(bytes: Uint8Array): number {
  let at = 0;
  while (at < 3 && at < bytes.length && (bytes[at]! & 0xc0) === 0x80) at++;
  return at;
}

function showMixed(bytes: Uint8Array): string {
  let text = "";
  let at = 0;
  for (const character of lenient.decode(bytes)) {
    const code = character.codePointAt(0)!;
    const length = code < 0x80 ? 1 : encoder.encode(character).length;
    if (code !== replacement || isReplacement(bytes, at)) {
      text += character;
      at += length;
      continue;
    }
    // One mark may stand for up to three bytes of a character that was broken off.
    const end = at + brokenLength(bytes, at);
    for (; at < end; at++) text += `\\x${bytes[at]!.toString(16).padStart(2, "0")}`;
  }
  return text;
}

/** Whether U+FFFD itself was written. */
function isReplacement(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd;
}

/** How many bytes one mark of the decoder stands for: the longest beginning of a character, at least one byte. */
function brokenLength(bytes: Uint8Array, at: number): number {
  for (let length = 3; length > 1; length--) {
    const part = bytes.subarray(at, at + length);
    if (part.length === length && [...lenient.decode(part)].length === 1) return length;
  }
  return 1;
}
