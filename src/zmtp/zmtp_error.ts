/**
 * What a peer did wrong.
 *
 * @module
 */

/** A peer broke the protocol, or speaks one that we do not. It ends that one connection. Never leaves this folder. */
export class ZmtpError extends Error {
  /** The name of the class. */
  override readonly name = "ZmtpError";
}
