/**
 * Addresses of sockets as ZeroMQ writes them.
 *
 * @module
 */

/** The address of a port, for example `tcp://127.0.0.1:5555`. */
export function tcpAddress(hostname: string, port: number): string {
  return `tcp://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/** Whether only programs on the same machine reach a host name. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "::1" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Whether a host name stands for every interface of the machine. */
export function isEveryInterface(hostname: string): boolean {
  return hostname === "0.0.0.0" || /^(0*:)*:?0*$/.test(hostname) && hostname.includes(":");
}
