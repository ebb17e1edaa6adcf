/**
 * The network door of a command, and what is said of it.
 *
 * @module
 */

import { zmq } from "../doors/zmq.ts";
import type { Door } from "../runtime/door.ts";
import type { ServiceOptions } from "../service/option_types.ts";

/** The names of the options that open it, as they stand in the table of the service. */
export const networkOptionNames: readonly string[] = [
  ...["net", "net-address", "net-port", "net-port-min", "net-port-max", "net-pub-port", "net-connections"],
  "disable-pub",
];

/**
 * Makes the network door that the options ask for.
 *
 * @param options What was asked for.
 * @param tell Is told where it listens, in a sentence without its end.
 * @returns `undefined` when none is asked for.
 */
export function networkDoor(
  { network, publishes }: Pick<ServiceOptions, "network" | "publishes">,
  tell: (text: string) => void,
): Door | undefined {
  if (network === undefined) return undefined;
  const { address, ...rest } = network;
  const door = zmq({ ...rest, publishes, ...(address === undefined ? {} : { hostname: address }) });
  return (session) => {
    const open = door(session);
    tell(`requests are taken at ${open.address}`);
    return open;
  };
}
