/**
 * The options of the network door: where it listens, and which of them say nothing beside others.
 *
 * @module
 */

import type { OptionValue } from "./arguments.ts";
import type { NetworkOptions } from "./option_types.ts";
import { UsageError } from "./usage.ts";

type GivenOptions = ReadonlyMap<string, OptionValue>;

/** The options that open the network. --governor and --parent have no effect yet: a service would never end then. */
const openingNames = ["net", "net-address", "net-port", "net-port-min", "net-port-max", "net-connections"];

/**
 * Reads where the network door listens.
 *
 * @param given The options that were given.
 * @returns `undefined` when it is not asked for.
 */
export function readNetwork(given: GivenOptions): NetworkOptions | undefined {
  if (!openingNames.some((name) => given.has(name))) return undefined;
  const optional = (key: string, name: string) => given.has(name) ? { [key]: given.get(name) } : {};
  return {
    ...optional("address", "net-address"),
    ...optional("port", "net-port"),
    portMin: (given.get("net-port-min") ?? 2222) as number,
    portMax: (given.get("net-port-max") ?? 9999) as number,
    ...optional("eventPort", "net-pub-port"),
    ...optional("connectionsMax", "net-connections"),
  };
}

/**
 * Refuses ports that cannot be.
 *
 * @throws {UsageError} If the range is empty, or requests and events are to share a port.
 */
export function refusePorts({ port, portMin, portMax, eventPort }: NetworkOptions, publishes: boolean): void {
  if (port === undefined && portMin >= portMax) {
    const ports = `--net-port-min (${portMin}) must be below --net-port-max (${portMax})`;
    throw new UsageError(`Option ${ports}; the highest port is not used`, { option: "--net-port-min" });
  }
  if (publishes && port !== undefined && port === eventPort) {
    const ports = `--net-port and --net-pub-port are both ${port}`;
    throw new UsageError(`Options ${ports}; requests and events need a port each`, { option: "--net-pub-port" });
  }
}

/** Says of options what they do not do beside others, or without them; sentences without their ends. */
export function idleNetworkOptions(given: GivenOptions): string[] {
  const noEffect = (names: readonly string[], where: string) =>
    names.filter((name) => given.has(name)).map((name) => `--${name} is accepted, but has no effect ${where}`);
  if (readNetwork(given) === undefined) return noEffect(["net-pub-port", "disable-pub"], "without --net");
  const ofEvents = given.has("disable-pub") ? noEffect(["net-pub-port"], "with --disable-pub") : [];
  if (!given.has("net-port")) return ofEvents;
  const range = ["net-port-min", "net-port-max"];
  if (given.has("net-pub-port") || given.has("disable-pub")) {
    return [...ofEvents, ...noEffect(range, "with --net-port")];
  }
  return range.filter((name) => given.has(name)).map((name) =>
    `--${name} is for the port of the events only, as --net-port says where requests are taken`
  );
}
