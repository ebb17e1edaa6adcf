/**
 * The commands of ZMTP 3: a name, and what belongs to it.
 *
 * @module
 */

import { ZmtpError } from "./zmtp_error.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A command as it came. */
export interface Command {
  /** Its name, for example `READY`. */
  readonly name: string;
  /** What follows the name. */
  readonly body: Uint8Array;
}

/** The properties of a peer, by their names in small letters: upper and lower case are the same there. */
export type Properties = ReadonlyMap<string, Uint8Array>;

/**
 * Takes a command apart.
 *
 * @throws {ZmtpError} If it has no name.
 */
export function parseCommand(bytes: Uint8Array): Command {
  const length = bytes[0] ?? 0;
  if (length === 0 || 1 + length > bytes.length) throw new ZmtpError("a command has no name");
  return { name: decoder.decode(bytes.subarray(1, 1 + length)), body: bytes.subarray(1 + length) };
}

/** Writes the body of a frame for a command. */
export function commandBytes(name: string, ...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return joinBytes([withLength(name), ...pieces]);
}

/** Writes the command with which a side tells who it is. */
export function readyBytes(properties: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const pieces = Object.entries(properties).flatMap(([name, text]) => {
    const value = encoder.encode(text);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, value.length);
    return [withLength(name), length, value];
  });
  return commandBytes("READY", ...pieces);
}

/** Writes the command that tells a peer why it is not served. */
export function errorBytes(reason: string): Uint8Array<ArrayBuffer> {
  return commandBytes("ERROR", withLength(reason.slice(0, 255)));
}

/**
 * Reads the properties that stand in a `READY`.
 *
 * @throws {ZmtpError} If they end in the middle.
 */
export function parseProperties(body: Uint8Array): Properties {
  const properties = new Map<string, Uint8Array>();
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  for (let offset = 0; offset < body.length;) {
    const nameEnd = offset + 1 + body[offset]!;
    if (nameEnd + 4 > body.length) throw new ZmtpError("READY ends in the middle of a property");
    const valueEnd = nameEnd + 4 + view.getUint32(nameEnd);
    if (valueEnd > body.length) throw new ZmtpError("READY ends in the middle of a property");
    const name = decoder.decode(body.subarray(offset + 1, nameEnd)).toLowerCase();
    properties.set(name, body.subarray(nameEnd + 4, valueEnd));
    offset = valueEnd;
  }
  return properties;
}

/** Puts pieces of bytes together. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

/** A short ASCII text after one byte that tells its length. */
function withLength(text: string): Uint8Array<ArrayBuffer> {
  const bytes = encoder.encode(text);
  return joinBytes([new Uint8Array([bytes.length]), bytes]);
}
