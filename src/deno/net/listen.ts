/**
 * Listening on a TCP port, for the sockets of `src/zmtp` and for HTTP.
 *
 * @module
 */

import { errorText } from "../../base/error_text.ts";
import { NetworkError, PermissionScopeError } from "../../errors.ts";
import { tcpAddress } from "../../zmtp/address.ts";
import type { ByteStream, StreamListener } from "../../zmtp/stream.ts";
import { writeAll } from "../host/write_all.ts";

/** Where to listen. */
export interface ListenPlace {
  /** A host name or an address of this machine. */
  readonly hostname: string;
  /** The lowest port that may be taken. */
  readonly portMin: number;
  /** The port above the highest that may be taken. */
  readonly portMax: number;
}

/** A listener that knows its port. */
export interface PortListener extends StreamListener {
  /** The port. */
  readonly port: number;
}

/**
 * Listens on a free port of a range, chosen by chance so that several services of a user do not follow each other.
 *
 * @param place Where.
 * @param purpose What it is for, as in `needed to …`.
 * @throws {PermissionScopeError} If Deno does not let us; it names the flag to add.
 * @throws {NetworkError} If there is no free port, or the host is not this machine.
 */
export function listenTcp(place: ListenPlace, purpose: string): PortListener {
  const { hostname, portMin, portMax } = place;
  requireNet(place, purpose);
  const count = portMax - portMin;
  const first = Math.floor(Math.random() * count);
  for (let tried = 0; tried < count; tried++) {
    const port = portMin + (first + tried) % count;
    try {
      return new TcpPort(Deno.listen({ hostname, port }));
    } catch (error) {
      if (error instanceof Deno.errors.AddrInUse) continue;
      throw new NetworkError(`Cannot listen on ${tcpAddress(hostname, port)}: ${errorText(error)}`, { cause: error });
    }
  }
  throw new NetworkError(
    count === 1
      ? `Cannot listen on ${tcpAddress(hostname, portMin)}: another program has this port`
      : `Cannot listen on ${hostname}: other programs have all ports from ${portMin} to ${portMax - 1}`,
  );
}

/**
 * Listens on one port.
 *
 * @param hostname A host name or an address of this machine.
 * @param port The port; a free one for 0.
 * @param how Whether that, and each connection, keeps the program alive.
 * @throws {Error} As `Deno.listen()` does.
 */
export function listenOn(
  hostname: string,
  port: number,
  { staysAlive }: { readonly staysAlive: boolean },
): PortListener {
  return new TcpPort(Deno.listen({ hostname, port }), staysAlive);
}

/**
 * Makes sure that Deno lets us listen; it would ask the user on a terminal.
 *
 * @throws {PermissionScopeError} If it does not; it names the flag to add.
 */
export function requireNet({ hostname, portMin, portMax }: ListenPlace, purpose: string): void {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const isGranted = (name: string) => {
    try {
      return Deno.permissions.querySync({ name: "net", host: name }).state === "granted";
    } catch {
      throw new NetworkError(`Cannot listen on ${JSON.stringify(hostname)}: it is no address`);
    }
  };
  if (isGranted(host)) return;
  const wanted = portMax - portMin === 1 ? `${host}:${portMin}` : host;
  if (wanted !== host && isGranted(wanted)) return;
  const message = `Net permission for "${wanted}" is needed ${purpose}: run deno again with --allow-net=${wanted}`;
  throw new PermissionScopeError(message, "net", wanted);
}

class TcpPort implements PortListener {
  readonly #listener: Deno.TcpListener;
  readonly #staysAlive: boolean;
  #isClosed = false;

  constructor(listener: Deno.TcpListener, staysAlive = true) {
    this.#listener = listener;
    this.#staysAlive = staysAlive;
    if (!staysAlive) listener.unref();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async accept(): Promise<ByteStream | undefined> {
    while (!this.#isClosed) {
      try {
        const connection = await this.#listener.accept();
        if (!this.#staysAlive) connection.unref();
        const stream = streamOf(connection);
        if (stream !== undefined) return stream;
      } catch (error) {
        if (this.#isClosed) break;
        if (!hasGone(error)) throw error;
      }
    }
    return undefined;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // Who waits for a connection is to hear of it.
    this.#listener.ref();
    this.#listener.close();
  }
}

/** Whether a peer has reset its connection before it was let in, which is nothing that keeps others out. */
function hasGone(error: unknown): boolean {
  const { ConnectionAborted, ConnectionReset, NotConnected } = Deno.errors;
  return [ConnectionAborted, ConnectionReset, NotConnected].some((kind) => error instanceof kind);
}

/** The stream of a connection; `undefined` if the peer has reset it, so that it has no options any more. */
function streamOf(connection: Deno.TcpConn): ByteStream | undefined {
  try {
    // Replies are short and awaited. A peer whose machine has gone is found out by the system, be it after hours.
    connection.setNoDelay(true);
    connection.setKeepAlive(true);
  } catch {
    connection.close();
    return undefined;
  }
  let isClosed = false;
  return {
    read: (into) => connection.read(into),
    write: (bytes) => writeAll(connection, bytes),
    close: () => {
      if (isClosed) return;
      isClosed = true;
      connection.ref();
      connection.close();
    },
  };
}
