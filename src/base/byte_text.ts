/**
 * Bytes that may be no UTF-8, as text and back: file names on Linux are any bytes but NUL and the slash.
 *
 * A byte that is part of no character stands in the text as half a surrogate pair, U+DC80 for 0x80 up to U+DCFF for
 * 0xFF, as Python's `surrogateescape` has it. Such a text survives JSON, where it is written `\udce9`, and comes back to
 * the same bytes by {@linkcode encodeText}. It must not be encoded by other means: those write U+FFFD, which is another
 * name.
 *
 * @module
 */

import { concatenate } from "./bytes.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
/** What 0x00 would be; only bytes from 0x80 on are ever escaped. */
const escapeBase = 0xdc00;
/** With the flag, halves of pairs that are whole do not match. */
const escaped = /[\udc80-\udcff]+/gu;

/**
 * Reads bytes as text.
 *
 * @param bytes Any bytes.
 * @returns Their text; equal texts come from equal bytes only.
 *
 * @example A name in Latin-1
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const text = decodeBytes(new Uint8Array([0x63, 0x61, 0x66, 0xe9]));
 * assertEquals(JSON.stringify(text), '"caf\\udce9"');
 * assertEquals([...encodeText(text)], [0x63, 0x61, 0x66, 0xe9]);
 * ```
 */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeMixed(bytes);
  }
}

/** Reads what is partly UTF-8: the longest runs that are go through, and what stands between is escaped. */
function decodeMixed(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    if (length === 0) text += String.fromCharCode(escapeBase + bytes[at++]!);
    else {
      text += strict.decode(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return text;
}

/** How many bytes the character at an offset has; 0 when none begins there. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  try {
    strict.decode(bytes.subarray(at, at + length));
    return Math.min(length, bytes.length - at);
  } catch {
    return 0;
  }
}

/** Whether a text stands for bytes that are no UTF-8, so that only {@linkcode encodeText} may encode it. */
export function hasRawBytes(text: string): boolean {
  return !text.isWellFormed();
}

/** Whether a text comes from bytes, so that it can go back to them: it has no other halves of surrogate pairs. */
export function isByteText(text: string): boolean {
  return text.isWellFormed() || text.replaceAll(escaped, "").isWellFormed();
}

/** Gives back the bytes that a text was read from. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  if (text.isWellFormed()) return encoder.encode(text);
  const pieces: Uint8Array[] = [];
  let copied = 0;
  for (const { 0: found, index } of text.matchAll(escaped)) {
    pieces.push(encoder.encode(text.slice(copied, index)));
    pieces.push(Uint8Array.from(found, (character) => character.charCodeAt(0) - escapeBase));
    copied = index + found.length;
  }
  pieces.push(encoder.encode(text.slice(copied)));
  return concatenate(pieces);
}
