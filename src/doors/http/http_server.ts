/**
 * Serves HTTP within limits: whoever reaches the port, and whatever is sent there, takes no more than so many
 * descriptors and so much memory, and ends nothing. The server of Deno has no such limits, and takes the whole program with
 * it when no descriptor is left.
 *
 * @module
 */

import { AcceptLoop } from "../../zmtp/accept_loop.ts";
import type { ByteStream, SocketClock, StreamListener } from "../../zmtp/stream.ts";
import { HttpConnection, type Respond } from "./http_connection.ts";

/** How many peers are served at once. */
export const connectionsMax = 100;
/** How often it is looked for peers that take too long, in milliseconds. */
const sweepMs = 1000;

/** Serves until it is closed. */
export class HttpServer {
  readonly #respond: Respond;
  readonly #clock: SocketClock;
  readonly #connections: Set<HttpConnection> = new Set();
  readonly #accepting: AcceptLoop;
  #callOffSweep: (() => void) | undefined;

  /**
   * Begins to serve.
   *
   * @param listener Where peers connect.
   * @param respond Answers requests.
   * @param clock Tells the time and wakes.
   */
  constructor(listener: StreamListener, respond: Respond, clock: SocketClock) {
    this.#respond = respond;
    this.#clock = clock;
    this.#accepting = new AcceptLoop({ listener, clock, take: (stream) => this.#take(stream) });
  }

  /** How many peers are connected. */
  get connections(): number {
    return this.#connections.size;
  }

  /**
   * Takes no more requests, and ends all connections.
   *
   * @param ms How long what is being answered may take, in milliseconds.
   */
  async close(ms: number): Promise<void> {
    this.#accepting.close();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const callOff = this.#clock.wakeAt(this.#clock.nowMs() + ms, resolve);
    const connections = [...this.#connections];
    for (const connection of connections) connection.finish();
    await Promise.race([late, Promise.all(connections.map(({ ended }) => ended))]);
    callOff();
    for (const connection of connections) connection.close();
    await this.#accepting.ended;
    this.#callOffSweep?.();
  }

  /** Whoever has kept us waiting longest makes room; what is being answered does not. */
  #makeRoom(): boolean {
    if (this.#connections.size < connectionsMax) return true;
    let longest: HttpConnection | undefined;
    for (const one of this.#connections) {
      if (one.waitsSinceMs !== undefined && one.waitsSinceMs < (longest?.waitsSinceMs ?? Infinity)) longest = one;
    }
    longest?.close();
    if (longest !== undefined) this.#connections.delete(longest);
    return longest !== undefined;
  }

  #take(stream: ByteStream): void {
    if (!this.#makeRoom()) return stream.close();
    const connection = new HttpConnection(stream, this.#respond, () => this.#clock.nowMs());
    this.#connections.add(connection);
    this.#callOffSweep ??= this.#sweepLater();
    connection.ended.then(() => this.#connections.delete(connection));
  }

  #sweepLater(): () => void {
    return this.#clock.wakeAt(this.#clock.nowMs() + sweepMs, () => {
      this.#callOffSweep = undefined;
      const nowMs = this.#clock.nowMs();
      for (const connection of this.#connections) if (connection.isLate(nowMs)) connection.close();
      if (this.#connections.size > 0 && !this.#accepting.isClosed) this.#callOffSweep = this.#sweepLater();
    });
  }
}
