/**
 * The door of the network: QCG-PilotJob's own clients work against it. It speaks ZeroMQ's protocol, without encryption
 * and without a password, as QCG-PilotJob does; so it listens on this machine alone unless it is told otherwise.
 *
 * @module
 */

import { SystemClock } from "../deno/host/clock.ts";
import { describeHost } from "../deno/host/machine.ts";
import { listenTcp } from "../deno/net/listen.ts";
import type { Door, DoorSession } from "../runtime/door.ts";
import { checkOptionBag, oneOf, type OptionRule, textOf, yesOrNo } from "../runtime/option_bag.ts";
import { isEveryInterface, isLoopback, tcpAddress } from "../zmtp/address.ts";
import { socketLimits } from "../zmtp/socket_limits.ts";
import { type ListeningPlace, openZmqDoor } from "./zmq_door.ts";

/** Options of {@linkcode zmq}. */
export interface ZmqOptions {
  /**
   * The host name or address to listen on. On another one than this machine's own (`127.0.0.1`, `localhost`, `::1`)
   * every program that reaches it can run programs as you: keep others away from it by a firewall. `0.0.0.0` is every
   * interface; clients are told the name of the host then.
   *
   * @default {"127.0.0.1"}
   */
  readonly hostname?: string;
  /**
   * The port for requests.
   *
   * @default {a free one from portMin on, below portMax}
   */
  readonly port?: number;
  /**
   * The lowest port that is taken where none is named.
   *
   * @default {2222}
   */
  readonly portMin?: number;
  /**
   * The port above the highest that is taken where none is named.
   *
   * @default {9999}
   */
  readonly portMax?: number;
  /**
   * Whether events are published, which clients wait for; without them they ask again and again.
   *
   * @default {true}
   */
  readonly publishes?: boolean;
  /**
   * The port for events.
   *
   * @default {a free one from portMin on, below portMax}
   */
  readonly eventPort?: number;
  /**
   * `"REP"`, as in QCG-PilotJob, answers one request of a client after the other; `"ROUTER"` several at once, each as
   * soon as it can, which is for clients with a `DEALER` socket.
   *
   * @default {"REP"}
   */
  readonly socketType?: "REP" | "ROUTER";
  /**
   * How many clients may be connected for requests, and how many for events; others wait until one leaves.
   *
   * @default {64}
   */
  readonly connectionsMax?: number;
}

/** Ports as in QCG-PilotJob. */
const [portMinDefault, portMaxDefault] = [2222, 9999];

/**
 * Makes a door of the network. A message is one request as JSON, its reply too. While it is open a status tells its
 * address, and tasks find it in the variable `QCG_PM_ZMQ_ADDRESS`.
 *
 * @param options Where to listen.
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {RangeError} If a port is none.
 *
 * @example Requests of Python programs
 * ```ts
 * import { QCGPJExecutor } from "@qcg/pilotjob";
 * import { zmq } from "@qcg/pilotjob/doors";
 * import { assertMatch } from "@std/assert";
 *
 * const wd = await Deno.makeTempDir();
 * await using executor = new QCGPJExecutor({ wd, doors: [zmq()] });
 * // A task may be a Python program that says Manager(), without an address.
 * executor.manager.submit({ name: "task", execution: { script: "echo $QCG_PM_ZMQ_ADDRESS", stdout: "told" } });
 * await executor.manager.wait4("task");
 * assertMatch(await Deno.readTextFile(`${wd}/told`), /^tcp:\/\/127\.0\.0\.1:\d+\n$/);
 * ```
 */
export function zmq(options: ZmqOptions = {}): Door {
  checkOptions(options);
  const { hostname = "127.0.0.1", publishes = true, socketType = "REP" } = options;
  const { connectionsMax = socketLimits.connectionsMax } = options;
  return function zmq(session: DoorSession) {
    const requests = listen(options, options.port, "to listen to clients");
    let events: ListeningPlace | undefined;
    try {
      events = publishes ? listen(options, options.eventPort, "to publish events") : undefined;
    } catch (error) {
      requests.listener.close();
      throw error;
    }
    if (!isLoopback(hostname)) session.warn(openToOthers(requests.address));
    return openZmqDoor(session, {
      requests,
      ...(events === undefined ? {} : { events }),
      type: socketType,
      limits: { ...socketLimits, connectionsMax },
      clock: new SystemClock(),
    });
  };
}

function listen(options: ZmqOptions, port: number | undefined, purpose: string): ListeningPlace {
  const { hostname = "127.0.0.1", portMin = portMinDefault, portMax = portMaxDefault } = options;
  const range = port === undefined ? { portMin, portMax } : { portMin: port, portMax: port + 1 };
  const listener = listenTcp({ hostname, ...range }, purpose);
  const told = isEveryInterface(hostname) ? describeHost().host : hostname;
  return { listener, address: tcpAddress(told, listener.port) };
}

function openToOthers(address: string): string {
  return `${address} is open to other machines: whoever reaches it can run any program as you, read and cancel your ` +
    "jobs, and end this run; there is no password and no encryption. Close it to others by a firewall, or listen on " +
    "127.0.0.1";
}

function checkOptions(options: ZmqOptions): void {
  const isPort = (value: unknown) => Number.isInteger(value);
  const port: OptionRule = { isRight: isPort, what: "a whole number", min: 1 };
  checkOptionBag("zmq()", options, {
    ...{ hostname: textOf("a host name or an address"), publishes: yesOrNo, socketType: oneOf("REP", "ROUTER") },
    ...{ port, eventPort: port, portMin: port, portMax: port, connectionsMax: port },
  });
  for (const name of ["port", "eventPort", "portMin", "portMax"] as const) {
    const value = options[name];
    if (value !== undefined && value > 65_535) {
      throw new RangeError(`Option "${name}" of zmq() must be 65535 or less, got ${value}`);
    }
  }
  const { port: own, eventPort, publishes = true } = options;
  if (publishes && own !== undefined && own === eventPort) {
    throw new RangeError(`Options "port" and "eventPort" of zmq() must be two ports, got ${own} twice`);
  }
  const { portMin = portMinDefault, portMax = portMaxDefault } = options;
  if (portMin >= portMax) {
    throw new RangeError(`Option "portMin" of zmq() must be below "portMax", got ${portMin} and ${portMax}`);
  }
}
