/**
 * The ports of a socket: a listener and its streams of bytes, and the clock. The real ones are in `src/deno/net/`.
 *
 * @module
 */

/** A connection as bytes. After `close()`, or when the other side has gone, what waits settles. */
export interface ByteStream {
  /**
   * Reads what has come, at least one byte.
   *
   * @param into Where it is put, from the beginning.
   * @returns How many bytes; `null` at the end.
   */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes all bytes. */
  write(bytes: Uint8Array): Promise<void>;
  /** Gives the connection back; what was written is still delivered. May be called again. */
  close(): void;
}

/** Where connections come in. */
export interface StreamListener {
  /**
   * The next connection; `undefined` when the listener is closed.
   *
   * @throws {Error} If there is none now, for example because too many files are open; later there may be some again.
   */
  accept(): Promise<ByteStream | undefined>;
  /** Takes no more connections. May be called again. */
  close(): void;
}

/** Tells the time and wakes. */
export interface SocketClock {
  /** Milliseconds since some moment; never goes back. */
  nowMs(): number;
  /** Calls `wake` once at `atMs` or soon after; the returned function calls it off. */
  wakeAt(atMs: number, wake: () => void): () => void;
}
