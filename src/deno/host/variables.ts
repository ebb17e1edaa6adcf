/**
 * The environment of this process, as far as Deno lets it be read.
 *
 * @module
 */

import { decodeBytes, hasRawBytes } from "../../base/byte_text.ts";
import type { HostVariables } from "../../launch/shared_environment.ts";

/** Reads the variables of this process. */
export const systemVariables: HostVariables = {
  all: () => Deno.permissions.querySync({ name: "env" }).state === "granted" ? readVariables() : undefined,
};

/** Reads the variables, also those that are no UTF-8, which Deno leaves out: they are escaped as `byte_text.ts` says. */
export function readVariables(): Record<string, string> {
  return { ...readEscaped(), ...Deno.env.toObject() };
}

function readEscaped(): Record<string, string> {
  try {
    // What this process was started with; Deno could neither read nor change these since.
    const entries = decodeBytes(Deno.readFileSync("/proc/self/environ")).split("\0").filter(hasRawBytes);
    return Object.fromEntries(entries.map((entry) => [entry.split("=", 1)[0]!, entry.slice(entry.indexOf("=") + 1)]));
  } catch {
    return {}; // It may not be read, or there is no such file on this system.
  }
}
