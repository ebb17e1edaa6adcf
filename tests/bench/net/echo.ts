/**
 * An idle server of our protocol: sends back what it is sent. Tells its address on the standard output.
 *
 * @module
 */

import { SystemClock } from "../../../src/deno/host/clock.ts";
import { nextTurn } from "../../../src/deno/host/next_turn.ts";
import { listenTcp } from "../../../src/deno/net/listen.ts";
import { tcpAddress } from "../../../src/zmtp/address.ts";
import { socketLimits } from "../../../src/zmtp/socket_limits.ts";
import { SocketServer } from "../../../src/zmtp/socket_server.ts";

if (import.meta.main) {
  const listener = listenTcp({ hostname: "127.0.0.1", portMin: 2222, portMax: 9999 }, "to measure");
  new SocketServer({
    type: "REP",
    listener,
    clock: new SystemClock(),
    limits: socketLimits,
    nextTurn,
    answer: ({ parts }) => Promise.resolve(parts[0]!),
    warn: console.error,
  });
  console.log(tcpAddress("127.0.0.1", listener.port));
}
