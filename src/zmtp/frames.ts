/**
 * Frames of ZMTP 2.0 and 3: a byte of flags, the length in one byte or eight, and the body.
 *
 * @module
 */

import type { ByteQueue } from "./byte_queue.ts";
import { ZmtpError } from "./zmtp_error.ts";

const moreFlag = 1;
const longFlag = 2;
const commandFlag = 4;
const shortMax = 255;
const shortHeader = 2;
const longHeader = 9;

/** What stands before the body of a frame. */
export interface FrameHeader {
  /** Whether further frames of the same message follow. */
  readonly hasMore: boolean;
  /** Whether it is a command of the protocol, no message of users. */
  readonly isCommand: boolean;
  /** Bytes of the body. */
  readonly length: number;
}

/**
 * Takes a header out of what has come.
 *
 * @returns `undefined`, and nothing is taken, when the header has not come as a whole.
 * @throws {ZmtpError} If it is none.
 */
export function takeHeader(queue: ByteQueue): FrameHeader | undefined {
  if (queue.length < shortHeader) return undefined;
  const flags = queue.at(0);
  if (flags > (moreFlag | longFlag | commandFlag)) throw new ZmtpError(`a frame has the unknown flags ${flags}`);
  const isLong = (flags & longFlag) !== 0;
  if (isLong && queue.length < longHeader) return undefined;
  const header = { hasMore: (flags & moreFlag) !== 0, isCommand: (flags & commandFlag) !== 0 };
  const length = isLong ? longLength(queue) : queue.at(1);
  queue.drop(isLong ? longHeader : shortHeader);
  return { ...header, length };
}

function longLength(queue: ByteQueue): number {
  let length = 0;
  for (let index = 1; index < longHeader; index++) length = length * 256 + queue.at(index);
  if (!Number.isSafeInteger(length)) throw new ZmtpError("a frame is longer than anything can be");
  return length;
}

/** Writes a command. */
export function encodeCommand(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(frameLength(body));
  putFrame(bytes, 0, body, commandFlag);
  return bytes;
}

/** Writes a message, one frame for each of its parts, as one piece of bytes. */
export function encodeMessage(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + frameLength(part), 0));
  let offset = 0;
  parts.forEach((part, index) => offset = putFrame(bytes, offset, part, index < parts.length - 1 ? moreFlag : 0));
  return bytes;
}

function frameLength(body: Uint8Array): number {
  return body.length + (body.length > shortMax ? longHeader : shortHeader);
}

/** Writes a frame at an offset; returns the offset after it. */
function putFrame(bytes: Uint8Array<ArrayBuffer>, offset: number, body: Uint8Array, flags: number): number {
  const isLong = body.length > shortMax;
  bytes[offset] = flags | (isLong ? longFlag : 0);
  if (isLong) new DataView(bytes.buffer).setBigUint64(offset + 1, BigInt(body.length));
  else bytes[offset + 1] = body.length;
  const start = offset + (isLong ? longHeader : shortHeader);
  bytes.set(body, start);
  return start + body.length;
}
