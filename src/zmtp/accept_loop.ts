/**
 * Letting connections in: one after the other, for as long as the listener is open, whatever the system refuses meanwhile.
 *
 * @module
 */

import type { ByteStream, SocketClock, StreamListener } from "./stream.ts";

/** How long no connection is let in after the system refused to, in milliseconds. */
const retryMs = 200;

/** What connections are let in by. */
export interface AcceptParts {
  /** Where they come in. */
  readonly listener: StreamListener;
  /** The time. */
  readonly clock: SocketClock;
  /** Takes a connection; the next one is let in when this has resolved. */
  readonly take: (stream: ByteStream) => Promise<void> | void;
}

/** Lets connections in until it is closed. */
export class AcceptLoop {
  /** Resolves when no connection is let in any more. Never rejects. */
  readonly ended: Promise<void>;
  readonly #parts: AcceptParts;
  #callOffRetry: (() => void) | undefined;
  #isClosed = false;

  /** Begins to let connections in. */
  constructor(parts: AcceptParts) {
    this.#parts = parts;
    this.ended = this.#acceptAll();
  }

  /** Whether it lets in nobody any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Closes the listener. May be called again. */
  close(): void {
    this.#isClosed = true;
    this.#parts.listener.close();
    this.#callOffRetry?.();
  }

  async #acceptAll(): Promise<void> {
    const { listener, take } = this.#parts;
    while (!this.#isClosed) {
      try {
        const stream = await listener.accept();
        if (stream === undefined) return;
        if (this.#isClosed) stream.close();
        else await take(stream);
      } catch {
        // No descriptor is left, and those of others come back; or the peer has gone before it was let in.
        await this.#pause();
      }
    }
  }

  async #pause(): Promise<void> {
    if (this.#isClosed) return;
    const { clock } = this.#parts;
    const { promise, resolve } = Promise.withResolvers<void>();
    const callOff = clock.wakeAt(clock.nowMs() + retryMs, resolve);
    this.#callOffRetry = () => {
      callOff();
      resolve();
    };
    await promise;
    this.#callOffRetry = undefined;
  }
}
