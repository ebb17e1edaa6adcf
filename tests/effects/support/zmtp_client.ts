/**
 * A client of ZeroMQ's protocol on a real socket, of the simplest kind: it asks and waits.
 *
 * @module
 */

import { joinBytes } from "../../../src/zmtp/commands.ts";
import { ByteQueue } from "../../../src/zmtp/byte_queue.ts";
import { commandBytes, readyBytes } from "../../../src/zmtp/commands.ts";
import { encodeCommand, encodeMessage } from "../../../src/zmtp/frames.ts";
import { MessageReader, type ReadMessage } from "../../../src/zmtp/message_reader.ts";
import { writeAll } from "../../../src/deno/host/write_all.ts";

const encoder = new TextEncoder();
const greetingLength = 64;

/** A client that is connected. */
export class ZmtpClient implements Disposable {
  readonly #connection: Deno.Conn;
  readonly #queue: ByteQueue = new ByteQueue();
  readonly #reader: MessageReader = new MessageReader({ messageBytesMax: 2 ** 30, partsMax: 64 });
  #isGreeted = false;
  #isClosed = false;

  private constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** What a client sends first, as a socket of a type. */
  static hello(type: string): Uint8Array<ArrayBuffer> {
    const greeting = new Uint8Array(greetingLength);
    greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1]);
    greeting.set(encoder.encode("NULL"), 12);
    return joinBytes([greeting, encodeCommand(readyBytes({ "Socket-Type": type }))]);
  }

  /** Connects to a port of this machine. */
  static async connect(port: number, type: string): Promise<ZmtpClient> {
    const client = new ZmtpClient(await Deno.connect({ hostname: "127.0.0.1", port }));
    await client.#write(ZmtpClient.hello(type));
    // libzmq takes a message before it is ready itself for an error.
    await client.#next();
    return client;
  }

  /** Sends a request. */
  send(request: object): Promise<void> {
    return this.#write(encodeMessage([new Uint8Array(0), encoder.encode(JSON.stringify(request))]));
  }

  /** Sends a request and waits for the reply. */
  async ask(request: object): Promise<{ readonly code: number; readonly message?: string; readonly data?: unknown }> {
    await this.send(request);
    return JSON.parse(await this.hear());
  }

  /** Subscribes, and waits until the socket knows. */
  async subscribe(prefix: string): Promise<void> {
    await this.#write(encodeCommand(commandBytes("SUBSCRIBE", encoder.encode(prefix))));
    // What a heartbeat is answered by comes after everything before it was taken in.
    await this.#write(encodeCommand(commandBytes("PING", new Uint8Array(2))));
    while (true) {
      const { isCommand, parts } = await this.#next();
      if (isCommand && new TextDecoder().decode(parts[0]).includes("PONG")) return;
    }
  }

  /** The last part of the next message. */
  async hear(): Promise<string> {
    while (true) {
      const { isCommand, parts } = await this.#next();
      if (!isCommand) return new TextDecoder().decode(parts.at(-1));
    }
  }

  /** Goes. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.close();
  }

  /** Goes. */
  [Symbol.dispose](): void {
    this.close();
  }

  #write(bytes: Uint8Array): Promise<void> {
    return writeAll(this.#connection, bytes);
  }

  async #next(): Promise<ReadMessage> {
    while (true) {
      if (!this.#isGreeted && this.#queue.length >= greetingLength) {
        this.#queue.drop(greetingLength);
        this.#isGreeted = true;
      }
      const message = this.#isGreeted ? this.#reader.take(this.#queue) : undefined;
      if (message !== undefined) return message;
      const buffer = new Uint8Array(65_536);
      const count = await this.#connection.read(buffer);
      if (count === null) throw new Error("The other side has closed the connection");
      this.#queue.push(buffer.subarray(0, count));
    }
  }
}
