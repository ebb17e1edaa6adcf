/**
 * What goes round a request: the address of the client that asked, which the reply takes back.
 *
 * @module
 */

import type { ServerType } from "./socket_types.ts";

/** A message in its two halves. */
export interface Enveloped {
  /** What the reply must begin with. */
  readonly envelope: readonly Uint8Array<ArrayBuffer>[];
  /** What was asked. */
  readonly content: readonly Uint8Array<ArrayBuffer>[];
}

/**
 * Takes a request out of its envelope, which ends with an empty part. A `ROUTER` takes one without an envelope as well.
 *
 * @returns `undefined` for what a `REP` socket takes for no request, and leaves unanswered.
 */
export function openEnvelope(server: ServerType, parts: readonly Uint8Array<ArrayBuffer>[]): Enveloped | undefined {
  const end = parts.findIndex((part) => part.length === 0);
  if (end >= 0) return { envelope: parts.slice(0, end + 1), content: parts.slice(end + 1) };
  return server === "ROUTER" ? { envelope: [], content: parts } : undefined;
}
