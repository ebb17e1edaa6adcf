/**
 * What was told between the moment when a subscriber connected and the moment when it said what it wants. A client that
 * connects and then asks for something hears of what comes of it, though its subscription is still on the way.
 *
 * @module
 */

import type { Subscriptions } from "./subscriptions.ts";

/** More is not kept. */
const bytesMax = 1024 * 1024;

/** Keeps what one subscriber was not told, until {@linkcode EarlyMessages.end}. */
export class EarlyMessages {
  #messages: { readonly message: Uint8Array; readonly encoded: Uint8Array<ArrayBuffer> }[] = [];
  #bytes = 0;
  #hasEnded = false;

  /** Whether it keeps messages. */
  get isKeeping(): boolean {
    return !this.#hasEnded;
  }

  /** Keeps a message that has not been asked for. */
  push(message: Uint8Array, encoded: Uint8Array<ArrayBuffer>): void {
    if (this.#hasEnded || this.#bytes + encoded.length > bytesMax) return;
    this.#messages.push({ message, encoded });
    this.#bytes += encoded.length;
  }

  /** Takes out what is wanted, in order. */
  take(subscriptions: Subscriptions): readonly Uint8Array<ArrayBuffer>[] {
    const { wanted = [], left = [] } = Object.groupBy(
      this.#messages,
      ({ message }) => subscriptions.matches(message) ? "wanted" : "left",
    );
    this.#messages = left;
    this.#bytes = left.reduce((sum, { encoded }) => sum + encoded.length, 0);
    return wanted.map(({ encoded }) => encoded);
  }

  /** Keeps nothing any more. */
  end(): void {
    this.#hasEnded = true;
    this.#messages = [];
  }
}
