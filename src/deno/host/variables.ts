/**
 * The environment of this process, as far as Deno lets it be read.
 *
 * @module
 */

import { decodeBytes, hasRawBytes } from "../../base/byte_text.ts";
import type { HostVariables } from "../../launch/shared_environment.ts";
import { withoutNodeShim } from "./node_shim.ts";

/** Reads the variables of this process. */
export const systemVariables: HostVariables = {
  all: () => Deno.permissions.querySync({ name: "env" }).state === "granted" ? readVariables() : undefined,
};

/**
 * Reads the variables, without what Deno has added for itself; also those that are no UTF-8, which Deno leaves out: they
 * are escaped as `byte_text.ts` says.
 */
export function readVariables(): Record<string, string> {
  const started = readStarted();
  const escaped = started.filter(hasRawBytes)
    .map((entry) => [entry.split("=", 1)[0]!, entry.slice(entry.indexOf("=") + 1)]);
  return { ...Object.fromEntries(escaped), ...withoutNodeShim(Deno.env.toObject(), started) };
}

/** What this process was started with, as `NAME=value`; nothing where that cannot be read. */
function readStarted(): string[] {
  try {
    return decodeBytes(Deno.readFileSync("/proc/self/environ")).split("\0");
  } catch {
    return []; // It may not be read, or there is no such file on this system.
  }
}
