/**
 * Environments in few words: what an agent has from its welcome need not be sent again.
 *
 * @module
 */

import type { SharedEnvironment } from "../launch/plan.ts";

/** An environment as what is taken away of `env`, if that is all that it differs in. */
export function briefOf(shared: SharedEnvironment, env: Readonly<Record<string, string>>): SharedEnvironment {
  if (shared.kind === "inherited") return shared;
  const { variables } = shared;
  if (Object.keys(variables).some((name) => !Object.hasOwn(env, name) || env[name] !== variables[name])) return shared;
  const without = Object.keys(env).filter((name) => !Object.hasOwn(variables, name));
  return without.length < Object.keys(variables).length ? { kind: "inherited", without } : shared;
}
