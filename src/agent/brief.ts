/**
 * Environments in few words: what an agent has from its welcome need not be sent again.
 *
 * @module
 */

import type { SharedEnvironment, TaskEnvironment } from "../launch/plan.ts";

/** Shortens environments, each once. */
export class Briefs {
  readonly #env: Readonly<Record<string, string>>;
  readonly #known: WeakMap<SharedEnvironment, SharedEnvironment> = new WeakMap();

  /** `env` is the environment that the agent has. */
  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  /** The environment of a plan, as short as it can be said. */
  of({ shared, own }: TaskEnvironment): TaskEnvironment {
    let brief = this.#known.get(shared);
    if (brief === undefined) this.#known.set(shared, brief = briefOf(shared, this.#env));
    return { shared: brief, own };
  }
}

/** An environment as what is taken away of `env`, if that is all that it differs in. */
function briefOf(shared: SharedEnvironment, env: Readonly<Record<string, string>>): SharedEnvironment {
  if (shared.kind === "inherited") return shared;
  const { variables } = shared;
  if (Object.keys(variables).some((name) => !Object.hasOwn(env, name) || env[name] !== variables[name])) return shared;
  const without = Object.keys(env).filter((name) => !Object.hasOwn(variables, name));
  return without.length < Object.keys(variables).length ? { kind: "inherited", without } : shared;
}
