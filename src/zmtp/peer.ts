/**
 * A peer: a connection over a stream. It reads no more while what it read is worked on, and keeps a bounded number of
 * bytes that the peer does not take.
 *
 * @module
 */

import { type Arrival, ZmtpConnection } from "./connection.ts";
import { joinBytes } from "./commands.ts";
import { EarlyMessages } from "./early_messages.ts";
import type { MessageLimits } from "./message_reader.ts";
import type { ServerType } from "./socket_types.ts";
import type { ByteStream } from "./stream.ts";
import { Subscriptions } from "./subscriptions.ts";

const readBytes = 16 * 1024;
/** What is written at once; how long that takes tells whether the peer reads at all. */
const pieceBytes = 64 * 1024;

/** What a peer is served with. */
export interface PeerOptions {
  /** What we are to it. */
  readonly type: ServerType;
  /** What is kept of a message. */
  readonly limits: MessageLimits;
  /** The time, in milliseconds. */
  readonly nowMs: () => number;
  /** Works on what arrived; nothing more is read until that is done. */
  readonly take: (peer: Peer, arrival: Arrival) => Promise<void> | void;
  /** Resolves when all else has had a turn. */
  readonly nextTurn: () => Promise<void>;
  /** Is told after bytes have come in. */
  readonly received: (peer: Peer) => void;
  /** Is told when all that arrived with some bytes is done. */
  readonly done: (peer: Peer) => void;
}

/** A peer while it is connected. */
export class Peer {
  /** What it wants to be told. */
  readonly subscriptions: Subscriptions = new Subscriptions();
  /** What was told before it said what it wants. */
  readonly early: EarlyMessages = new EarlyMessages();
  /** Resolves when the connection has ended and is given back. */
  readonly ended: Promise<void>;
  /** Requests that have no reply yet. */
  openRequests = 0;
  readonly #stream: ByteStream;
  readonly #options: PeerOptions;
  readonly #connection: ZmtpConnection;
  readonly #startedMs: number;
  #queue: Uint8Array<ArrayBuffer>[] = [];
  #queuedBytes = 0;
  #writing: Promise<void> | undefined;
  /** When the piece was begun that is being written. */
  #pieceMs = 0;
  #activeMs: number;
  #openedMs = Infinity;
  #isClosed = false;

  /** Begins to serve a peer. */
  constructor(stream: ByteStream, options: PeerOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#connection = new ZmtpConnection(options.type, options.limits);
    this.#startedMs = options.nowMs();
    this.#activeMs = this.#startedMs;
    this.ended = this.#serve();
  }

  /** What the peer did wrong, in a part of a sentence. */
  get problem(): string | undefined {
    return this.#connection.problem;
  }

  /** Whether both sides know each other. */
  get isOpen(): boolean {
    return !this.#isClosed && this.#connection.state === "open";
  }

  /** Bytes that are held of a message that has not come as a whole. */
  get held(): number {
    return this.#connection.held;
  }

  /** Bytes that wait to be sent. */
  get queued(): number {
    return this.#queuedBytes;
  }

  /** How long it has kept us waiting in the middle of something: a greeting, a message, or what it does not read. */
  stalledMs(nowMs: number): number {
    const forWriting = this.#writing === undefined ? 0 : nowMs - this.#pieceMs;
    const forReading = this.openRequests === 0 && this.held > 0 ? nowMs - this.#activeMs : 0;
    return Math.max(forWriting, forReading);
  }

  /** How long both sides have known each other, in milliseconds. */
  openMs(nowMs: number): number {
    return this.isOpen ? nowMs - this.#openedMs : 0;
  }

  /** How long the greeting has taken, in milliseconds; 0 when it is over. */
  greetingMs(nowMs: number): number {
    return this.#connection.state === "open" ? 0 : nowMs - this.#startedMs;
  }

  /** Sends a message. */
  send(parts: readonly Uint8Array[]): void {
    this.#connection.send(parts);
    this.#flush();
  }

  /** Sends a message that is written already, so that many peers can share its bytes. */
  sendEncoded(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.isOpen) this.#enqueue([bytes]);
  }

  /** Resolves when all that was to be sent is on its way, or nothing can be sent any more. Never rejects. */
  async flushed(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  /** Ends the connection at once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#stream.close();
  }

  async #serve(): Promise<void> {
    try {
      this.#flush();
      await this.#readAll();
      await this.flushed();
    } catch {
      // The other side has gone, or never was one of us. That is the end of this connection and of nothing else.
    } finally {
      this.close();
    }
  }

  async #readAll(): Promise<void> {
    const { nowMs, take, received, done, nextTurn } = this.#options;
    const buffer = new Uint8Array(readBytes);
    while (!this.#isClosed) {
      const count = await this.#stream.read(buffer);
      if (count === null) return;
      this.#activeMs = nowMs();
      const arrivals = this.#connection.receive(buffer.subarray(0, count));
      if (this.isOpen) this.#openedMs = Math.min(this.#openedMs, this.#activeMs);
      this.#flush();
      received(this);
      for (const [index, arrival] of arrivals.entries()) {
        // A peer that sends many messages at a time leaves the others their turn between them.
        if (index > 0) await nextTurn();
        if (this.#isClosed) return;
        await take(this, arrival);
      }
      done(this);
      this.#activeMs = nowMs();
      if (this.#connection.state === "closed") return;
    }
  }

  #flush(): void {
    const output = this.#connection.takeOutput();
    if (output.length > 0) this.#enqueue(output);
  }

  #enqueue(pieces: readonly Uint8Array<ArrayBuffer>[]): void {
    if (this.#isClosed) return;
    for (const piece of pieces) {
      this.#queue.push(piece);
      this.#queuedBytes += piece.length;
    }
    this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    try {
      // What is sent in one turn goes out as one piece.
      await Promise.resolve();
      while (this.#queue.length > 0 && !this.#isClosed) {
        const bytes = this.#takePiece();
        for (let start = 0; start < bytes.length; start += pieceBytes) {
          this.#pieceMs = this.#options.nowMs();
          await this.#stream.write(bytes.subarray(start, start + pieceBytes));
        }
        this.#queuedBytes = this.#isClosed ? 0 : this.#queuedBytes - bytes.length;
      }
    } catch {
      this.close();
    } finally {
      // Right behind the last look at the queue: what comes a moment later would find a writer that has left it already.
      this.#writing = undefined;
    }
  }

  /** Takes some of what waits, which still counts as waiting until it is written. */
  #takePiece(): Uint8Array<ArrayBuffer> {
    if (this.#queue.length === 1) return this.#queue.pop()!;
    let [count, size] = [0, 0];
    while (count < this.#queue.length && (count === 0 || size + this.#queue[count]!.length <= pieceBytes)) {
      size += this.#queue[count++]!.length;
    }
    return joinBytes(this.#queue.splice(0, count));
  }
}
