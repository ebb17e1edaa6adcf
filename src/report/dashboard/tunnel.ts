/**
 * How a page on a node of a cluster is reached from one's own machine: through a tunnel of ssh.
 *
 * @module
 */

import { commandText } from "../command_text.ts";

/** Where a page is served, as one has to name it from outside. */
export interface FarPlace {
  /** The port. */
  readonly port: number;
  /** The machine that it is served on. */
  readonly host: string;
  /** The account there. */
  readonly account: string;
  /** The machine that one logs in to, if it is another one. */
  readonly through?: string;
}

/** The command line that makes the tunnel. */
export function tunnelCommand({ port, host, account, through }: FarPlace): string {
  const at = (machine: string) => account === "" ? machine : `${account}@${machine}`;
  const jump = through === undefined || through === host ? [] : ["-J", at(through)];
  return commandText(["ssh", "-N", "-L", `${port}:127.0.0.1:${port}`, ...jump, at(host)]);
}

/** The address of the page at the near end of the tunnel. */
export function nearAddress(address: string, port: number): string {
  return `http://localhost:${port}/${address.slice(address.indexOf("#"))}`;
}
