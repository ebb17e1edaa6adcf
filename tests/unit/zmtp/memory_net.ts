/**
 * A network in memory: a listener that a test connects to, and clients that speak by hand.
 *
 * @module
 */

import type { ByteStream, StreamListener } from "../../../src/zmtp/stream.ts";
import { commandBytes, joinBytes, readyBytes } from "../../../src/zmtp/commands.ts";
import { encodeCommand, encodeMessage } from "../../../src/zmtp/frames.ts";
import { ByteQueue } from "../../../src/zmtp/byte_queue.ts";
import { MessageReader } from "../../../src/zmtp/message_reader.ts";
import { quiet } from "../../sim/virtual_clock.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The greeting of a client of ZMTP 3.1. */
export const clientGreeting: Uint8Array<ArrayBuffer> = joinBytes([
  new Uint8Array([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1]),
  encoder.encode("NULL".padEnd(52, "\0")),
]);

/** A client of a socket in memory. */
export class MemoryClient {
  /** Bytes that it does not read are kept from it by the network. */
  reads = true;
  isClosed = false;
  readonly #toServer: Uint8Array[] = [];
  #received: Uint8Array[] = [];
  #wakeServer: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;
  #hasGone = false;

  /** The server's end. */
  readonly stream: ByteStream = {
    read: async (into) => {
      while (this.#toServer.length === 0) {
        if (this.#hasGone || this.isClosed) return null;
        await new Promise<void>((resolve) => this.#wakeServer = resolve);
      }
      const next = this.#toServer.shift()!;
      into.set(next.subarray(0, into.length));
      if (next.length > into.length) this.#toServer.unshift(next.subarray(into.length));
      return Math.min(next.length, into.length);
    },
    write: async (bytes) => {
      while (!this.reads && !this.isClosed) await new Promise<void>((resolve) => this.#wakeWriter = resolve);
      if (this.#hasGone || this.isClosed) throw new Error("broken pipe");
      this.#received.push(bytes.slice());
    },
    close: () => {
      this.isClosed = true;
      this.#wakeServer?.();
      this.#wakeWriter?.();
    },
  };

  /** Sends bytes. */
  send(...pieces: readonly Uint8Array[]): this {
    this.#toServer.push(...pieces);
    this.#wakeServer?.();
    return this;
  }

  /** Sends a message, one text for each part. */
  say(...parts: readonly string[]): this {
    return this.send(encodeMessage(parts.map((part) => encoder.encode(part))));
  }

  /** Greets, and is ready as a socket of a type. */
  greet(type: string): this {
    return this.send(clientGreeting, encodeCommand(readyBytes({ "Socket-Type": type })));
  }

  /** Wants messages that begin so. */
  subscribe(...prefixes: readonly string[]): this {
    return this.send(...prefixes.map((prefix) => encodeCommand(commandBytes("SUBSCRIBE", encoder.encode(prefix)))));
  }

  /** Wants messages that begin so no more. */
  unsubscribe(prefix: string): this {
    return this.send(encodeCommand(commandBytes("CANCEL", encoder.encode(prefix))));
  }

  /** Goes without a word. */
  leave(): void {
    this.#hasGone = true;
    this.#wakeServer?.();
  }

  /** Reads again. */
  readOn(): void {
    this.reads = true;
    this.#wakeWriter?.();
  }

  /** The messages that came so far, their parts joined by a bar. */
  async heard(): Promise<readonly string[]> {
    await quiet();
    const all = joinBytes(this.#received);
    if (all.length < 64) return [];
    const queue = new ByteQueue();
    queue.push(all.subarray(64));
    const reader = new MessageReader({ messageBytesMax: 2 ** 30, partsMax: 64 });
    const messages: string[] = [];
    for (let next = reader.take(queue); next !== undefined; next = reader.take(queue)) {
      if (!next.isCommand) messages.push(next.parts.map((part) => decoder.decode(part)).join("|"));
    }
    return messages;
  }

  /** What came so far, as text. */
  async receivedText(): Promise<string> {
    await quiet();
    return decoder.decode(joinBytes(this.#received));
  }

  /** Bytes that came so far. */
  get receivedBytes(): number {
    return this.#received.reduce((sum, { length }) => sum + length, 0);
  }
}

/** A listener that a test connects clients to. */
export class MemoryListener implements StreamListener {
  /** Errors that accept() throws, one after the other, before it gives clients. */
  readonly failures: Error[] = [];
  readonly #waiting: MemoryClient[] = [];
  #isClosed = false;
  #wake: (() => void) | undefined;

  async accept(): Promise<ByteStream | undefined> {
    while (!this.#isClosed) {
      const failure = this.failures.shift();
      if (failure !== undefined) throw failure;
      const client = this.#waiting.shift();
      if (client !== undefined) return client.stream;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  /** Connects a client. */
  connect(): MemoryClient {
    const client = new MemoryClient();
    this.#waiting.push(client);
    this.#wake?.();
    return client;
  }
}
