/**
 * A ZeroMQ socket that others connect to: `REP` and `ROUTER` answer, `PUB` tells. Its peers are served within limits,
 * and none of them can do more than lose its own connection.
 *
 * @module
 */

import { AcceptLoop } from "./accept_loop.ts";
import type { Arrival } from "./connection.ts";
import { openEnvelope } from "./envelope.ts";
import { encodeMessage } from "./frames.ts";
import { Peer } from "./peer.ts";
import type { SocketLimits } from "./socket_limits.ts";
import type { ServerType } from "./socket_types.ts";
import type { ByteStream, SocketClock, StreamListener } from "./stream.ts";

/** How often peers are looked at, in milliseconds. */
const sweepMs = 1000;
/** While more than this waits to be sent to a peer, its next request is not worked on. */
const replyBytesMax = 256 * 1024;

/** A request as it came. */
export interface SocketRequest {
  /** Its parts, without the envelope. */
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
  /** Whether it was longer than is allowed, and is not there as a whole. */
  readonly isTooLong: boolean;
}

/** What a socket is made of. */
export interface SocketOptions {
  /** What it is. */
  readonly type: ServerType;
  /** Lets peers in. */
  readonly listener: StreamListener;
  /** The time. */
  readonly clock: SocketClock;
  /** What peers may cost. */
  readonly limits: SocketLimits;
  /** Resolves when timers and other clients have had a turn. */
  readonly nextTurn: () => Promise<void>;
  /** Answers a request; not called for a `PUB`. Must not reject. */
  readonly answer?: (request: SocketRequest) => Promise<Uint8Array>;
  /** Is told when a client has connected or gone. */
  readonly peersChanged?: () => void;
  /** Is told what the user should know, in a sentence without its end; each kind once. */
  readonly warn: (text: string) => void;
}

/** A socket with its peers. */
export class SocketServer implements AsyncDisposable {
  readonly #options: SocketOptions;
  readonly #peers: Set<Peer> = new Set();
  readonly #accepting: AcceptLoop;
  /** Requests that are being worked on. */
  readonly #answering: Set<Promise<void>> = new Set();
  readonly #warned: Set<string> = new Set();
  #callOffSweep: (() => void) | undefined;
  /** Wakes those that wait for a connection to end. */
  #wakeNewcomer: (() => void) | undefined;

  /** Begins to serve all that connect. */
  constructor(options: SocketOptions) {
    this.#options = options;
    const { listener, clock } = options;
    this.#accepting = new AcceptLoop({ listener, clock, take: (stream) => this.#letIn(stream) });
  }

  /** How many peers are connected. */
  get connections(): number {
    return this.#peers.size;
  }

  /** Tells a message of one part to all who want it, or may say soon that they do. */
  publish(message: Uint8Array): void {
    const encoded = encodeMessage([message]);
    for (const peer of this.#peers) {
      if (!peer.subscriptions.matches(message)) peer.early.push(message, encoded);
      else if (peer.queued + encoded.length <= this.#options.limits.queuedBytesMax) peer.sendEncoded(encoded);
      else this.#warn("slow", "a subscriber is too slow and is not told all events");
    }
  }

  /**
   * Lets no client in any more, sends what is there to be sent, and ends all connections.
   *
   * @param ms How long peers may take to read it, in milliseconds.
   */
  async close(ms: number): Promise<void> {
    if (this.#accepting.isClosed) return;
    this.#accepting.close();
    this.#wakeNewcomer?.();
    const { clock } = this.#options;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const callOff = clock.wakeAt(clock.nowMs() + ms, resolve);
    const peers = [...this.#peers];
    await Promise.race([late, Promise.all(this.#answering)]);
    await Promise.race([late, Promise.all(peers.map((peer) => peer.flushed()))]);
    callOff();
    for (const peer of peers) peer.close();
    await Promise.all(peers.map((peer) => peer.ended));
    await this.#accepting.ended;
    this.#callOffSweep?.();
  }

  /** Closes it within a second. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close(1000);
  }

  async #letIn(stream: ByteStream): Promise<void> {
    const { connectionsMax } = this.#options.limits;
    while (this.#peers.size >= connectionsMax && !this.#accepting.isClosed) {
      this.#warn("full", `${connectionsMax} clients are connected; others wait until one leaves`);
      await new Promise<void>((resolve) => this.#wakeNewcomer = resolve);
      this.#wakeNewcomer = undefined;
    }
    if (this.#accepting.isClosed) stream.close();
    else this.#serve(new Peer(stream, this.#peerOptions()));
  }

  #peerOptions() {
    const { type, limits, clock, nextTurn } = this.#options;
    return {
      type,
      limits,
      nowMs: () => clock.nowMs(),
      nextTurn: () => nextTurn(),
      take: (peer: Peer, arrival: Arrival) => this.#take(peer, arrival),
      received: (peer: Peer) => this.#limitHeld(peer),
      done: (peer: Peer) => this.#tellEarly(peer),
    };
  }

  #serve(peer: Peer): void {
    this.#peers.add(peer);
    this.#options.peersChanged?.();
    this.#callOffSweep ??= this.#sweepLater();
    peer.ended.then(() => {
      this.#peers.delete(peer);
      if (peer.problem !== undefined) this.#warn("problem", `somebody who connected was turned away: ${peer.problem}`);
      this.#options.peersChanged?.();
      this.#wakeNewcomer?.();
    });
  }

  #take(peer: Peer, arrival: Arrival): Promise<void> | void {
    if (arrival.kind === "message") return this.#takeMessage(peer, arrival);
    const { subscriptions } = peer;
    if (arrival.kind === "unsubscribe") subscriptions.remove(arrival.prefix);
    else if (!subscriptions.add(arrival.prefix)) this.#warn("prefixes", "a subscriber wants more than it may");
  }

  /** Tells a subscriber that has said what it wants what it would have been told by now. */
  #tellEarly(peer: Peer): void {
    if (!peer.early.isKeeping) return;
    for (const encoded of peer.early.take(peer.subscriptions)) peer.sendEncoded(encoded);
  }

  #takeMessage(peer: Peer, { parts, isTooLong }: Arrival & { readonly kind: "message" }): Promise<void> | void {
    const { type, answer, limits } = this.#options;
    const request = openEnvelope(type, parts);
    if (request === undefined || answer === undefined || this.#accepting.isClosed) return;
    peer.openRequests++;
    const answered = answer({ parts: request.content, isTooLong }).then(async (reply) => {
      peer.send([...request.envelope, reply]);
      if (peer.queued > replyBytesMax) await peer.flushed();
    }).finally(() => {
      peer.openRequests--;
      this.#answering.delete(answered);
    });
    this.#answering.add(answered);
    // A router goes on reading while it works on requests; of each peer on so many.
    if (type !== "ROUTER" || peer.openRequests >= limits.requestsMax) return answered;
  }

  /** What all peers together have sent of messages that are not whole is bounded: the peer that sends most has to go. */
  #limitHeld(peer: Peer): void {
    const { heldBytesMax, connectionsMax } = this.#options.limits;
    if (peer.held <= heldBytesMax / connectionsMax) return;
    let [held, most] = [0, peer];
    for (const other of this.#peers) {
      held += other.held;
      if (other.held > most.held) most = other;
    }
    if (held <= heldBytesMax) return;
    this.#warn("held", "clients send too much at a time; one of them was turned away");
    most.close();
  }

  #sweepLater(): () => void {
    const { clock } = this.#options;
    return clock.wakeAt(clock.nowMs() + sweepMs, () => {
      this.#callOffSweep = undefined;
      this.#sweep(clock.nowMs());
      if (this.#peers.size > 0 && !this.#accepting.isClosed) this.#callOffSweep = this.#sweepLater();
    });
  }

  /** Ends the connections of peers that keep us waiting. */
  #sweep(nowMs: number): void {
    const { greetingMsMax, earlyMsMax, stallMsMax } = this.#options.limits;
    for (const peer of this.#peers) {
      if (peer.openMs(nowMs) > earlyMsMax) peer.early.end();
      if (peer.greetingMs(nowMs) > greetingMsMax || peer.stalledMs(nowMs) > stallMsMax) peer.close();
    }
  }

  #warn(kind: string, text: string): void {
    if (this.#warned.has(kind)) return;
    this.#warned.add(kind);
    this.#options.warn(text);
  }
}
