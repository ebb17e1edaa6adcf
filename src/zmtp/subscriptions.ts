/**
 * What a subscriber wants to be told: messages that begin with one of its prefixes. As many as it subscribed to a
 * prefix, so many times it must take that back.
 *
 * @module
 */

/** The limits of one subscriber. */
const prefixesMax = 1024;
const prefixBytesMax = 256;

/** The prefixes of one subscriber. */
export class Subscriptions {
  readonly #counts: Map<string, number> = new Map();

  /** Whether nothing is wanted. */
  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  /**
   * Adds a prefix.
   *
   * @returns Whether it was added: it is not if it is too long, or there are too many.
   */
  add(prefix: Uint8Array): boolean {
    const key = keyOf(prefix);
    if (prefix.length > prefixBytesMax || (this.#counts.size >= prefixesMax && !this.#counts.has(key))) return false;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    return true;
  }

  /** Takes a prefix back; one that is not there is no matter. */
  remove(prefix: Uint8Array): void {
    const key = keyOf(prefix);
    const count = this.#counts.get(key);
    if (count === undefined) return;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
  }

  /** Whether a message is wanted. */
  matches(message: Uint8Array): boolean {
    if (this.#counts.has("")) return true;
    const beginning = keyOf(message.subarray(0, prefixBytesMax));
    return this.#counts.keys().some((prefix) => beginning.startsWith(prefix));
  }
}

/** Bytes as text, one character for each. */
function keyOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, prefixBytesMax + 1));
}
