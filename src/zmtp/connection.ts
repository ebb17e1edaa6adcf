/**
 * One connection as a machine without effects: bytes go in, messages come out, and bytes to send gather. Whatever the
 * peer does ends this connection at most.
 *
 * ```text
 * greeting -> ready (3) or identity (2.0) -> open -> closed
 * ```
 *
 * @module
 */

import { ByteQueue } from "./byte_queue.ts";
import { commandBytes, errorBytes, parseCommand, parseProperties, readyBytes } from "./commands.ts";
import { encodeCommand, encodeMessage } from "./frames.ts";
import { greetingRest, greetingStart, peekMajor, type PeerVersion, takeGreeting, takeOldGreeting } from "./greeting.ts";
import { type MessageLimits, MessageReader, type ReadMessage } from "./message_reader.ts";
import { namesOfClients, type ServerType, serves } from "./socket_types.ts";
import { ZmtpError } from "./zmtp_error.ts";

/** What comes of bytes that came in. */
export type Arrival =
  /** A message; of one that was too long only the first parts. */
  | {
    readonly kind: "message";
    readonly parts: readonly Uint8Array<ArrayBuffer>[];
    readonly isTooLong: boolean;
  }
  /** The peer wants messages that begin so, or wants them no more. */
  | { readonly kind: "subscribe" | "unsubscribe"; readonly prefix: Uint8Array<ArrayBuffer> };

/** How far a connection is. */
export type ConnectionState = "greeting" | "greeted" | "open" | "closed";

const noBytes = new Uint8Array(0);

/** A connection to one peer. */
export class ZmtpConnection {
  readonly #server: ServerType;
  readonly #queue: ByteQueue = new ByteQueue();
  readonly #reader: MessageReader;
  #output: Uint8Array<ArrayBuffer>[] = [greetingStart()];
  #state: ConnectionState = "greeting";
  #version: PeerVersion | undefined;
  #oldType: string | undefined;
  #problem: string | undefined;

  /** Begins a connection; the beginning of our greeting is to be sent. */
  constructor(server: ServerType, limits: MessageLimits) {
    this.#server = server;
    this.#reader = new MessageReader(limits);
  }

  /** How far it is. */
  get state(): ConnectionState {
    return this.#state;
  }

  /** What the peer did wrong, in a part of a sentence; absent while all is well, and after a good end. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Which protocol the peer speaks, once that is known. */
  get version(): PeerVersion | undefined {
    return this.#version;
  }

  /** Bytes that are held of what has not come as a whole. */
  get held(): number {
    return this.#queue.length + this.#reader.held;
  }

  /** What is to be sent since this was asked for the last time. */
  takeOutput(): Uint8Array<ArrayBuffer>[] {
    const output = this.#output;
    this.#output = [];
    return output;
  }

  /** Takes in what came. After an error, or a good end, nothing is taken in any more. Never throws. */
  receive(bytes: Uint8Array): Arrival[] {
    const arrivals: Arrival[] = [];
    if (this.#state === "closed") return arrivals;
    this.#queue.push(bytes);
    try {
      while (this.#advance(arrivals));
    } catch (error) {
      if (!(error instanceof ZmtpError)) throw error;
      this.#fail(error.message);
    }
    return arrivals;
  }

  /** Has a message sent. One that is sent before the peer is known, or after the end, is left out. */
  send(parts: readonly Uint8Array[]): void {
    if (this.#state === "open") this.#output.push(encodeMessage(parts));
  }

  /** Takes one thing out of what has come; `false` when none has come as a whole. */
  #advance(arrivals: Arrival[]): boolean {
    switch (this.#state) {
      case "greeting":
        return this.#greet();
      case "greeted":
        return this.#meet();
      case "open": {
        const message = this.#reader.take(this.#queue);
        if (message !== undefined) this.#arrive(message, arrivals);
        return message !== undefined;
      }
      case "closed":
        return false;
      default:
        return this.#state satisfies never;
    }
  }

  /** Reads the greeting. */
  #greet(): boolean {
    const major = peekMajor(this.#queue);
    if (major === undefined) return false;
    if (this.#version === undefined) {
      this.#version = major < 3 ? "2.0" : "3.0";
      this.#output.push(greetingRest(this.#version, this.#server));
    }
    if (this.#version === "2.0") {
      this.#oldType = takeOldGreeting(this.#queue);
      if (this.#oldType === undefined) return false;
      this.#requireClient(this.#oldType);
    } else {
      const version = takeGreeting(this.#queue);
      if (version === undefined) return false;
      this.#version = version;
      // As sockets of these types do: a router has an identity, be it an empty one.
      const identity: Record<string, string> = this.#server === "ROUTER" ? { "Identity": "" } : {};
      this.#output.push(encodeCommand(readyBytes({ "Socket-Type": this.#server, ...identity })));
    }
    this.#state = "greeted";
    return true;
  }

  /** Reads who the peer is. */
  #meet(): boolean {
    const message = this.#reader.take(this.#queue);
    if (message === undefined) return false;
    if (this.#oldType === undefined) this.#readReady(message);
    else if (message.isCommand || message.parts.length !== 1) throw new ZmtpError("it tells no identity");
    if (this.#state === "greeted") this.#state = "open";
    return true;
  }

  #readReady({ isCommand, parts: [body = noBytes] }: ReadMessage): void {
    if (!isCommand) throw new ZmtpError("a message comes before READY");
    const command = parseCommand(body);
    if (command.name === "ERROR") return this.#end();
    if (command.name !== "READY") throw new ZmtpError(`${JSON.stringify(command.name)} comes before READY`);
    const type = parseProperties(command.body).get("socket-type");
    if (type === undefined) throw new ZmtpError("READY tells no Socket-Type");
    this.#requireClient(new TextDecoder().decode(type));
  }

  #requireClient(type: string): void {
    if (serves(this.#server, type)) return;
    const clients = namesOfClients(this.#server);
    throw new ZmtpError(`it is a ${JSON.stringify(type)} socket; a ${this.#server} socket serves ${clients}`);
  }

  /** Takes in a message or a command of a peer that is known. */
  #arrive({ isCommand, parts, isTooLong }: ReadMessage, arrivals: Arrival[]): void {
    if (isCommand) return this.#obey(parts[0]!, arrivals);
    if (this.#server !== "PUB") return void arrivals.push({ kind: "message", parts, isTooLong });
    // Until 3.0 subscriptions are messages: 1 or 0, and the prefix. Whatever else a subscriber says is not for us.
    const [first] = parts;
    if (first === undefined || parts.length !== 1 || isTooLong || first[0] === undefined || first[0] > 1) return;
    arrivals.push({ kind: first[0] === 1 ? "subscribe" : "unsubscribe", prefix: first.slice(1) });
  }

  #obey(bytes: Uint8Array<ArrayBuffer>, arrivals: Arrival[]): void {
    const { name, body } = parseCommand(bytes);
    switch (name) {
      case "PING":
        // A time to live in two bytes comes first; what follows is sent back.
        if (body.length < 2) throw new ZmtpError("PING tells no time to live");
        return void this.#output.push(encodeCommand(commandBytes("PONG", body.subarray(2))));
      case "SUBSCRIBE":
      case "CANCEL":
        if (this.#server !== "PUB") throw new ZmtpError(`${name} is no command for a ${this.#server} socket`);
        return void arrivals.push({ kind: name === "SUBSCRIBE" ? "subscribe" : "unsubscribe", prefix: body.slice() });
      case "READY":
        throw new ZmtpError("READY comes a second time");
      case "ERROR":
        return this.#end();
      default:
        // Later versions may have further commands; none of them has to be obeyed.
    }
  }

  #end(): void {
    this.#state = "closed";
    this.#queue.drop(this.#queue.length);
  }

  #fail(problem: string): void {
    // Only a peer that has told a greeting of 3 understands why.
    if (this.#state !== "greeting" && this.#version !== "2.0") this.#output.push(encodeCommand(errorBytes(problem)));
    this.#problem = problem;
    this.#end();
  }
}
