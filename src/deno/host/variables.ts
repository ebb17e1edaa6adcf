/**
 * The environment of this process, as far as Deno lets it be read.
 *
 * @module
 */

import type { HostVariables } from "../../launch/shared_environment.ts";

/** Reads the variables of this process. */
export const systemVariables: HostVariables = {
  all: () => Deno.permissions.querySync({ name: "env" }).state === "granted" ? Deno.env.toObject() : undefined,
};
