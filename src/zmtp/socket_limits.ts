/**
 * The limits within which a socket serves its peers: what a program that reaches it can cost.
 *
 * @module
 */

/** What a socket gives its peers at most. */
export interface SocketLimits {
  /** Connections at a time. One more waits unserved, others in the queue of the system. */
  readonly connectionsMax: number;
  /** Bytes of a message that comes in, all parts together. */
  readonly messageBytesMax: number;
  /** Parts of a message that comes in. */
  readonly partsMax: number;
  /** Bytes held of messages that have not come as a whole, of all peers together. */
  readonly heldBytesMax: number;
  /** Bytes held for a subscriber that does not take them; what comes then it is not told. */
  readonly queuedBytesMax: number;
  /** Requests of one peer of a `ROUTER` that are worked on at a time. */
  readonly requestsMax: number;
  /** How long a greeting may take, in milliseconds. */
  readonly greetingMsMax: number;
  /** How long after its greeting a subscriber is told what it did not yet ask for when it happened, in milliseconds. */
  readonly earlyMsMax: number;
  /** How long a peer may stop in the middle of a message, or not read what it is sent, in milliseconds. */
  readonly stallMsMax: number;
}

/** The limits of sockets that are not told others. */
export const socketLimits: SocketLimits = {
  connectionsMax: 64,
  messageBytesMax: 16 * 1024 * 1024,
  partsMax: 64,
  heldBytesMax: 128 * 1024 * 1024,
  queuedBytesMax: 8 * 1024 * 1024,
  requestsMax: 64,
  greetingMsMax: 10_000,
  earlyMsMax: 2000,
  stallMsMax: 60_000,
};
