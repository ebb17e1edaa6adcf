/**
 * The greeting: how two sides find out that both speak ZMTP, and which version. Ours is sent in two parts, as a peer of
 * version 2.0 goes on in its own way after the first.
 *
 * ```text
 * FF 00 00 00 00 00 00 00 01 7F | 03 | 01 | "NULL" to 20 bytes | as server | to 64 bytes
 * signature                       major minor mechanism
 * ```
 *
 * @module
 */

import type { ByteQueue } from "./byte_queue.ts";
import { encodeMessage } from "./frames.ts";
import { type ServerType, socketTypes } from "./socket_types.ts";
import { ZmtpError } from "./zmtp_error.ts";

const signatureLength = 10;
const greetingLength = 64;
const mechanismStart = 12;
const mechanismLength = 20;
const ourMajor = 3;
const ourMinor = 1;
const mechanism = "NULL";

/** Which protocol a peer speaks. */
export type PeerVersion = "2.0" | "3.0" | "3.1";

/** The first part of our greeting: the signature, and the version that we would like to speak. */
export function greetingStart(): Uint8Array<ArrayBuffer> {
  return new Uint8Array([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, ourMajor]);
}

/** What follows the first part, for a peer of this version: of 3 the rest of the greeting, of 2.0 who we are. */
export function greetingRest(version: PeerVersion, server: ServerType): Uint8Array<ArrayBuffer> {
  if (version === "2.0") return new Uint8Array([socketTypes.indexOf(server), ...encodeMessage([new Uint8Array(0)])]);
  const rest = new Uint8Array(greetingLength - signatureLength - 1);
  rest[0] = ourMinor;
  rest.set(new TextEncoder().encode(mechanism), 1);
  return rest;
}

/**
 * Looks at the beginning of a peer's greeting and takes nothing of it.
 *
 * @returns The major version; `undefined` when too little has come.
 * @throws {ZmtpError} If it is no greeting, or one of a version that is too old.
 */
export function peekMajor(queue: ByteQueue): number | undefined {
  if (queue.length >= 1 && queue.at(0) !== 0xff) {
    throw new ZmtpError("it does not speak ZMTP, or only 1.0; 2.0, 3.0 and 3.1 are served");
  }
  if (queue.length >= signatureLength && (queue.at(signatureLength - 1) & 1) === 0) {
    throw new ZmtpError("it speaks ZMTP 1.0; 2.0, 3.0 and 3.1 are served");
  }
  if (queue.length <= signatureLength) return undefined;
  const major = queue.at(signatureLength);
  // What is 2.0 in the name is 1 on the wire.
  if (major === 0) throw new ZmtpError("it speaks ZMTP 1.0; 2.0, 3.0 and 3.1 are served");
  return major;
}

/**
 * Takes the greeting of a peer that speaks version 3 or a later one.
 *
 * @returns The version in which to go on; `undefined`, and nothing is taken, when the greeting has not come as a whole.
 * @throws {ZmtpError} If it wants another security mechanism than ours.
 */
export function takeGreeting(queue: ByteQueue): PeerVersion | undefined {
  if (queue.length < greetingLength) return undefined;
  const greeting = queue.take(greetingLength);
  const name = new TextDecoder().decode(greeting.subarray(mechanismStart, mechanismStart + mechanismLength));
  const wanted = name.replace(/\0+$/, "");
  if (wanted !== mechanism) {
    throw new ZmtpError(`it wants the security mechanism ${JSON.stringify(wanted)}; there is only ${mechanism}`);
  }
  return greeting[signatureLength]! > ourMajor || greeting[signatureLength + 1]! >= ourMinor ? "3.1" : "3.0";
}

/**
 * Takes the beginning of a peer that speaks 2.0: signature, version, and the number of its socket type.
 *
 * @returns The type; `undefined`, and nothing is taken, when it has not come as a whole.
 * @throws {ZmtpError} If there is no such type.
 */
export function takeOldGreeting(queue: ByteQueue): string | undefined {
  if (queue.length < signatureLength + 2) return undefined;
  const number = queue.take(signatureLength + 2)[signatureLength + 1]!;
  const type = socketTypes[number];
  if (type === undefined) throw new ZmtpError(`it is a socket of the unknown type ${number}`);
  return type;
}
