/**
 * From frames to messages and commands, within limits. A message that is too long is passed over without being kept, so
 * that its sender can be told.
 *
 * @module
 */

import type { ByteQueue } from "./byte_queue.ts";
import { type FrameHeader, takeHeader } from "./frames.ts";
import { ZmtpError } from "./zmtp_error.ts";

/** What is kept of one peer at most. */
export interface MessageLimits {
  /** Bytes of a message, all parts together. */
  readonly messageBytesMax: number;
  /** Parts of a message. */
  readonly partsMax: number;
}

/** Bytes of a command. */
const commandBytesMax = 64 * 1024;
/** A peer that announces more than this means no message. */
const passedOverMax = 2 ** 40;

/** A message or a command that came. */
export interface ReadMessage {
  /** Whether it is a command of the protocol; it has one part then. */
  readonly isCommand: boolean;
  /** Its parts; of a message that is too long those that came before it was. */
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
  /** Whether it was too long, and is not kept as a whole. */
  readonly isTooLong: boolean;
}

/** Reads the messages of one peer. */
export class MessageReader {
  readonly #limits: MessageLimits;
  #parts: Uint8Array<ArrayBuffer>[] = [];
  /** Bytes of the parts, with the one that is awaited. */
  #size = 0;
  #isTooLong = false;
  /** The frame whose body is awaited. */
  #header: FrameHeader | undefined;
  /** Bytes of the frame that are still to be passed over. */
  #passOver = 0;

  /** Creates a reader of nothing yet. */
  constructor(limits: MessageLimits) {
    this.#limits = limits;
  }

  /** Bytes that are kept of a message that has not come as a whole. */
  get held(): number {
    const isAwaited = this.#header !== undefined && !this.#header.isCommand && this.#passOver === 0;
    return this.#size - (isAwaited && !this.#isTooLong ? this.#header!.length : 0);
  }

  /**
   * Takes the next message or command out of what has come.
   *
   * @returns `undefined` when none has come as a whole.
   * @throws {ZmtpError} If what came is none.
   */
  take(queue: ByteQueue): ReadMessage | undefined {
    while (true) {
      const frame = this.#takeFrame(queue);
      if (frame === undefined) return undefined;
      const { header: { isCommand, hasMore }, body } = frame;
      if (isCommand) return { isCommand, parts: [body!], isTooLong: false };
      if (body !== undefined) this.#parts.push(body);
      if (hasMore) continue;
      const message = { isCommand, parts: this.#parts, isTooLong: this.#isTooLong };
      this.#parts = [];
      this.#size = 0;
      this.#isTooLong = false;
      return message;
    }
  }

  /** The next frame; without its body if that is passed over. */
  #takeFrame(queue: ByteQueue): { header: FrameHeader; body: Uint8Array<ArrayBuffer> | undefined } | undefined {
    const header = this.#header ??= this.#takeHeader(queue);
    if (header === undefined) return undefined;
    if (this.#passOver > 0) {
      const count = Math.min(this.#passOver, queue.length);
      queue.drop(count);
      this.#passOver -= count;
      if (this.#passOver > 0) return undefined;
      this.#header = undefined;
      return { header, body: undefined };
    }
    if (queue.length < header.length) return undefined;
    this.#header = undefined;
    if (this.#isTooLong && !header.isCommand) {
      queue.drop(header.length);
      return { header, body: undefined };
    }
    return { header, body: queue.take(header.length) };
  }

  #takeHeader(queue: ByteQueue): FrameHeader | undefined {
    const header = takeHeader(queue);
    if (header === undefined) return undefined;
    const { isCommand, hasMore, length } = header;
    if (isCommand) {
      if (hasMore) throw new ZmtpError("a command goes on in another frame");
      if (length > commandBytesMax) throw new ZmtpError(`a command has ${length} bytes`);
      return header;
    }
    if (length > passedOverMax) throw new ZmtpError(`a frame has ${length} bytes`);
    const { messageBytesMax, partsMax } = this.#limits;
    if (this.#size + length > messageBytesMax || this.#parts.length >= partsMax) this.#isTooLong = true;
    if (this.#isTooLong) this.#passOver = length;
    else this.#size += length;
    return header;
  }
}
