/**
 * Mistakes in the network door: the protocol, the socket with its peers, what is published.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants. */
export const inNetwork: readonly Mutant[] = [
  plant(
    "zmtp/frames.ts",
    "new DataView(bytes.buffer).setBigUint64(offset + 1, BigInt(body.length))",
    "new DataView(bytes.buffer).setBigUint64(offset + 1, BigInt(body.length), true)",
    "the length of a long frame is written backwards",
    "unit/zmtp/connection_test.ts|byte for byte",
  ),
  plant(
    "zmtp/message_reader.ts",
    "if (this.#size + length > messageBytesMax || this.#parts.length >= partsMax) this.#isTooLong = true;",
    "if (length > messageBytesMax) this.#isTooLong = true;",
    "a message of many parts may have any length",
    "unit/zmtp/connection_test.ts|passes over",
  ),
  plant(
    "zmtp/message_reader.ts",
    "if (length > commandBytesMax) throw new ZmtpError(`a command has ${length} bytes`);",
    "",
    "a command may be endless",
    "unit/zmtp/connection_test.ts|endless",
  ),
  plant(
    "zmtp/connection.ts",
    "    this.#requireClient(new TextDecoder().decode(type));",
    "",
    "a socket serves peers of any type",
    "unit/zmtp/connection_test.ts|is a subscriber",
  ),
  plant(
    "zmtp/peer.ts",
    "        await take(this, arrival);",
    "        take(this, arrival);",
    "a client has any number of requests worked on at a time",
    "unit/zmtp/socket_server_test.ts|as REP",
  ),
  plant(
    "zmtp/peer.ts",
    "const forReading = this.openRequests === 0 && this.held > 0 ? nowMs - this.#activeMs : 0;",
    "const forReading = 0;",
    "a client may stop in the middle of a message for ever",
    "unit/zmtp/socket_server_test.ts|does not end a greeting",
  ),
  plant(
    "zmtp/accept_loop.ts",
    "        await this.#pause();",
    "        return;",
    "a door lets nobody in any more once no descriptor was left",
    "unit/zmtp/accept_loop_test.ts",
  ),
  plant(
    "zmtp/socket_server.ts",
    "else if (peer.queued + encoded.length <= this.#options.limits.queuedBytesMax) peer.sendEncoded(encoded);",
    "else if (peer.queued >= 0) peer.sendEncoded(encoded);",
    "a subscriber that does not read takes any amount of memory",
    "unit/zmtp/socket_server_test.ts|bounded number of bytes for a subscriber",
  ),
  plant(
    "zmtp/socket_server.ts",
    "while (this.#peers.size >= connectionsMax && !this.#accepting.isClosed) {",
    "while (this.#peers.size > connectionsMax && !this.#accepting.isClosed) {",
    "one client more than allowed is served",
    "unit/zmtp/socket_server_test.ts|so many clients",
  ),
  plant(
    "zmtp/socket_server.ts",
    "    most.close();\n",
    "",
    "half messages of all clients together take any amount of memory",
    "unit/zmtp/socket_server_test.ts|who sends most",
  ),
  plant(
    "zmtp/socket_server.ts",
    "await Promise.race([late, Promise.all(this.#answering)]);",
    "",
    "a reply that is due is not sent when the door closes",
    "unit/zmtp/socket_server_test.ts|close()",
  ),
  plant(
    "zmtp/socket_server.ts",
    "if (!peer.subscriptions.matches(message)) peer.early.push(message, encoded);",
    "if (!peer.subscriptions.matches(message)) continue;",
    "the end of a short job is missed by who subscribes for it",
    "unit/zmtp/socket_server_test.ts|between connection and subscription",
  ),
  plant(
    "doors/zmq_events.ts",
    "if ((reply.data as { readonly AllJobsFinished?: boolean }).AllJobsFinished) this.#tell(idleMessage(this.#manager));",
    "this.#tell(idleMessage(this.#manager));",
    "a client is told that nothing is left while its job waits",
    "unit/doors/zmq_test.ts|does not say",
  ),
  plant(
    "doors/zmq_events.ts",
    "      await this.#session.nextTurn();\n    }\n    this.#leave();",
    "    }\n    this.#leave();",
    "the last events before the end are not published",
    "unit/doors/zmq_test.ts|before it closes",
  ),
  plant(
    "doors/zmq.ts",
    "if (!isLoopback(hostname)) session.warn(openToOthers(requests.address));",
    "",
    "nobody is warned that the door is open to other machines",
    "effects/net_test.ts|warns",
  ),
  plant(
    "launch/plan_task.ts",
    "        ...context.told,\n",
    "",
    "tasks are not told where the service is",
    "unit/launch/plan_task_test.ts|layers",
  ),
  plant(
    "runtime/session.ts",
    "const { publisher: _, ...interfaces } = this.#interfaces();",
    "const interfaces = this.#interfaces();",
    "the final status names a publisher that has gone",
    "unit/runtime/session_test.ts|gives the run back",
  ),
];
