/**
 * Serving a dashboard: the port, the secret, and the end.
 *
 * @module
 */

import { errorText } from "../../base/error_text.ts";
import { SystemClock } from "../../deno/host/clock.ts";
import { hostName, randomHex } from "../../deno/host/machine.ts";
import { listenOn, type PortListener, requireNet } from "../../deno/net/listen.ts";
import { NetworkError } from "../../errors.ts";
import { HttpServer } from "../http/http_server.ts";
import { DashboardAnswers } from "./answers.ts";
import { Responder } from "./respond.ts";
import type { DashboardSource } from "./source.ts";

/** Where a dashboard is served, and what it lets a page do. */
export interface ServedPlace {
  /** A host name or an address of this machine. */
  readonly hostname: string;
  /** The port; a free one for 0. */
  readonly port: number;
  /** Whether a page may cancel and pause. */
  readonly mayControl: boolean;
}

/** A dashboard that is served until it is disposed of. */
export interface ServedDashboard extends AsyncDisposable {
  /** The whole address, with the secret. */
  readonly address: string;
  /** The port. */
  readonly port: number;
}

/** The digits of the secret: 160 bits. */
const secretDigits = 40;
/** How long responses that are under way may take when serving ends, in milliseconds. */
const endMsMax = 500;

/**
 * Serves the dashboard of a run.
 *
 * @param source The run.
 * @param place Where, and what a page may do.
 * @param how Whether serving keeps the program alive.
 * @throws {PermissionScopeError} If Deno does not let us listen; it names the flag to add.
 * @throws {NetworkError} If the port is taken, or the host is not this machine.
 */
export function serveDashboard(
  source: DashboardSource,
  { hostname, port, mayControl }: ServedPlace,
  { staysAlive = false }: { readonly staysAlive?: boolean } = {},
): ServedDashboard {
  requireNet({ hostname, portMin: port, portMax: port === 0 ? 65_536 : port + 1 }, "to serve the dashboard");
  const secret = randomHex(secretDigits);
  const rules = { secret, hostNames: [hostname, hostName()] };
  const responder = new Responder({ source, answers: new DashboardAnswers(source), rules, mayControl });
  let listener: PortListener;
  try {
    listener = listenOn(hostname, port, { staysAlive });
  } catch (error) {
    const where = `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
    throw new NetworkError(`Cannot serve the dashboard on ${where}: ${errorText(error)}`, { cause: error });
  }
  const clock = new SystemClock({ staysAlive: false }); // A program that has nothing else to do may end.
  const server = new HttpServer(listener, (request) => responder.respond(request), clock);
  const shown = hostname.includes(":") ? `[${hostname}]` : hostname === "0.0.0.0" ? hostName() : hostname;
  return {
    address: `http://${shown}:${listener.port}/#${secret}`,
    port: listener.port,
    [Symbol.asyncDispose]: async () => {
      responder.close();
      await server.close(endMsMax);
    },
  };
}
