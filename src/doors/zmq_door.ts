/**
 * The network door over ports: requests on one socket, events on another.
 *
 * @module
 */

import { errorText } from "../base/error_text.ts";
import type { DoorSession, OpenDoor } from "../runtime/door.ts";
import { refuse, type Reply, replyText } from "../service/reply.ts";
import type { SocketLimits } from "../zmtp/socket_limits.ts";
import { type SocketRequest, SocketServer } from "../zmtp/socket_server.ts";
import type { SocketClock, StreamListener } from "../zmtp/stream.ts";
import { EventPublisher } from "./zmq_events.ts";

/** How long clients may take to read their last replies when the door closes, in milliseconds. */
const closeMsMax = 1000;

/** A listener and the address that clients are told. */
export interface ListeningPlace {
  readonly listener: StreamListener;
  readonly address: string;
}

/** What the door is made of. */
export interface ZmqPorts {
  /** Where requests come in. */
  readonly requests: ListeningPlace;
  /** Where subscribers come in; absent: no events are published. */
  readonly events?: ListeningPlace;
  /** Whether a client may have several requests worked on at a time. */
  readonly type: "REP" | "ROUTER";
  /** What clients may cost. */
  readonly limits: SocketLimits;
  /** The time. */
  readonly clock: SocketClock;
}

/** The variable that tells a task where the service is that runs it. */
const addressVariable = "QCG_PM_ZMQ_ADDRESS";

/** Opens the door. */
export function openZmqDoor(session: DoorSession, ports: ZmqPorts): OpenDoor {
  const { requests, events, type, limits, clock } = ports;
  const answers = new SocketServer({
    ...{ type, limits, clock, listener: requests.listener },
    nextTurn: () => session.nextTurn(),
    answer: (request) => answerRequest(session, request, limits.messageBytesMax),
    warn: (text) => session.warn(`${requests.address}: ${text}`),
  });
  const publishing = events === undefined ? undefined : publish(session, events, ports);
  return {
    label: "ZMQ",
    address: requests.address,
    ...(events === undefined ? {} : { publisher: events.address }),
    taskVariables: { [addressVariable]: requests.address },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([answers.close(closeMsMax), publishing?.publisher.close()]);
      await publishing?.socket.close(closeMsMax);
    },
  };
}

function publish(session: DoorSession, { listener, address }: ListeningPlace, { limits, clock }: ZmqPorts) {
  const socket: SocketServer = new SocketServer({
    ...{ type: "PUB", listener, limits, clock },
    nextTurn: () => session.nextTurn(),
    peersChanged: () => publisher.peersChanged(),
    warn: (text) => session.warn(`${address}: ${text}`),
  });
  const publisher = new EventPublisher(session, socket);
  return { socket, publisher };
}

/** Answers whatever came, with JSON. */
async function answerRequest(session: DoorSession, request: SocketRequest, bytesMax: number): Promise<Uint8Array> {
  let reply: Reply;
  try {
    reply = await answerMessage(session, request, bytesMax);
  } catch (error) {
    // A bug of ours. A client that got no reply would wait for ever, and the jobs have nothing to do with it.
    session.warn(`a request could not be answered, which is a bug, please report it: ${errorText(error)}`);
    reply = refuse(`The request could not be answered: ${errorText(error)}`, { error: "INTERNAL" });
  }
  // Clients at full speed leave jobs that start and end their turn, before they are let ask again.
  if (!session.isIdle) await session.nextTurn();
  return new TextEncoder().encode(replyText(reply));
}

async function answerMessage(
  session: DoorSession,
  { parts, isTooLong }: SocketRequest,
  bytesMax: number,
): Promise<Reply> {
  if (isTooLong) return await session.refuse(`the message is longer than ${bytesMax} bytes, or has too many parts`);
  if (parts.length !== 1) return await session.refuse(`the message has ${parts.length} parts where one is expected`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(parts[0]);
  } catch {
    return await session.refuse("the message is not UTF-8 text");
  }
  return await session.answerText(text);
}
