/**
 * The types of ZeroMQ sockets, and which of them may talk to each other.
 *
 * @module
 */

/** All types, each at the number that ZMTP 2.0 gives it on the wire. */
export const socketTypes = [
  "PAIR",
  "PUB",
  "SUB",
  "REQ",
  "REP",
  "DEALER",
  "ROUTER",
  "PULL",
  "PUSH",
  "XPUB",
  "XSUB",
] as const;

/** The type of a socket. */
export type SocketType = typeof socketTypes[number];

/**
 * What we can be: `REP` answers one request of a client after the other, `ROUTER` several at once, and `PUB` tells
 * each subscriber what it has subscribed to.
 */
export type ServerType = "REP" | "ROUTER" | "PUB";

const clientsOf: Readonly<Record<ServerType, readonly SocketType[]>> = {
  REP: ["REQ", "DEALER"],
  ROUTER: ["REQ", "DEALER", "ROUTER"],
  PUB: ["SUB", "XSUB"],
};

/** Whether a socket of ours serves a peer of a type, as it is named on the wire. */
export function serves(server: ServerType, peer: string): peer is SocketType {
  return clientsOf[server].some((type) => type === peer);
}

/** The peers that a socket of ours serves, for a sentence. */
export function namesOfClients(server: ServerType): string {
  return clientsOf[server].join(" or ");
}
