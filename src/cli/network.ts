/**
 * The network door of a command, and what is said of it.
 *
 * @module
 */

import { zmq } from "../doors/zmq.ts";
import type { Door } from "../runtime/door.ts";
import type { ServiceOptions } from "../service/option_types.ts";

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
