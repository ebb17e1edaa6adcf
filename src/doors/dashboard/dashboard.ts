/**
 * The door of the dashboard: a web page about the run, served by the pilot itself. It takes no jobs, and only shows
 * the run, unless it is allowed to cancel and pause.
 *
 * @module
 */

import { DashboardModel } from "../../report/dashboard/dashboard_model.ts";
import type { Door, DoorSession } from "../../runtime/door.ts";
import { checkOptionBag, numberFrom, textOf, yesOrNo } from "../../runtime/option_bag.ts";
import { isLoopback } from "../../zmtp/address.ts";
import { serveDashboard, type ServedDashboard, type ServedPlace } from "./serve.ts";
import type { DashboardSource } from "./source.ts";

/** Options of {@linkcode dashboard}. */
export interface DashboardOptions {
  /**
   * The host name or address to serve on. On another one than this machine's own (`127.0.0.1`, `localhost`, `::1`) what
   * is shown, the secret too, goes over the network unencrypted: a tunnel of ssh is safer.
   *
   * @default {"127.0.0.1"}
   */
  readonly hostname?: string;
  /**
   * The port.
   *
   * @default {a free one}
   */
  readonly port?: number;
  /**
   * Whether the page may cancel tasks and pause the run.
   *
   * @default {false}
   */
  readonly control?: boolean;
  /**
   * Is told the address of the page, secret and all, as soon as it is served.
   *
   * @default {it is told on the standard error}
   */
  readonly opened?: (address: string) => void;
}

/**
 * Makes a door that serves a web page about the run: counts, what runs where, what failed and why, each task. Everybody
 * who has the address, with its secret, can see it.
 *
 * @param options Where it is served, and what it may do.
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {RangeError} If the port is negative.
 *
 * @example A run with a page
 * ```ts
 * import { QCGPJExecutor } from "@qcg/pilotjob";
 * import { dashboard } from "@qcg/pilotjob/doors";
 * import { assertMatch } from "@std/assert";
 *
 * const addresses: string[] = [];
 * const page = dashboard({ opened: (address) => addresses.push(address) });
 * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir(), doors: [page] });
 *
 * assertMatch(addresses[0]!, /^http:\/\/127\.0\.0\.1:\d+\/#[0-9a-f]{40}$/);
 * await executor.submit({ name: "hello", execution: { exec: "echo", args: ["hello"] } }).result();
 * ```
 */
export function dashboard(options: DashboardOptions = {}): Door {
  checkOptionBag("dashboard()", options, {
    hostname: textOf("a host name or an address"),
    port: numberFrom(0),
    control: yesOrNo,
    opened: { isRight: (value) => typeof value === "function", what: "a function" },
  });
  const { hostname = "127.0.0.1", port = 0, control = false, opened } = options;
  const door = doorOf({ hostname, port, mayControl: control }, opened);
  if (isLoopback(hostname)) return door;
  return (session) => {
    const open = door(session);
    session.warn(unencryptedWarning);
    return open;
  };
}

/** What has to be said of a page that is served beyond this machine, in a sentence without its end. */
export const unencryptedWarning: string =
  "the dashboard's address, with its secret, and all that its page shows go over the network unencrypted; a tunnel of " +
  "ssh is safer";

/**
 * Makes the door.
 *
 * @param place Where the page is served, and what it may do.
 * @param opened Is told the address; the user is told it when absent.
 * @param recordsOf Reads the run from its records instead, which keep what the pilot forgets.
 */
export function doorOf(
  place: ServedPlace,
  opened?: (address: string) => void,
  recordsOf?: () => Pick<DashboardSource, "model" | "refresh">,
): Door {
  return (session) => {
    const shown = session.show();
    const records = recordsOf?.();
    const model = new DashboardModel(shown.view, shown.facts().begunAtMs ?? Date.now());
    const leave = records === undefined ? shown.watch("dashboard", model) : () => {};
    let served: ServedDashboard;
    try {
      served = serveDashboard(sourceOf(session, records ?? { model, refresh: () => {} }), place);
    } catch (error) {
      leave();
      throw error;
    }
    if (opened === undefined) session.warn(`the dashboard is at ${served.address}`);
    else opened(served.address);
    return {
      label: "DASHBOARD",
      isAside: true,
      [Symbol.asyncDispose]: async () => {
        await served[Symbol.asyncDispose]();
        leave();
      },
    };
  };
}

/** A run of this process, which is asked directly wherever its events are read from. */
function sourceOf(session: DoorSession, events: Pick<DashboardSource, "model" | "refresh">): DashboardSource {
  const shown = session.show();
  const { nodes, rootWd } = shown;
  return {
    ...{ nodes, rootWd },
    get model() {
      return events.model;
    },
    facts: () => shown.facts(),
    get isPaused() {
      return shown.isPaused;
    },
    refresh: () => events.refresh(),
    ask: (request) => session.answer(request),
  };
}
