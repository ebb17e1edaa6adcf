/**
 * The part of the environment that tasks have in common: the pilot's own, or what a scope lets through of it. Each
 * combination is made once and shared by all tasks that have it, so that a task costs only its own few variables.
 *
 * @module
 */

import type { SharedEnvironment } from "./plan.ts";

/** Reads the pilot's own environment. */
export interface HostVariables {
  /** All variables by their names; `undefined` where not all of them may be read. */
  all(): Readonly<Record<string, string>> | undefined;
}

/** Makes what tasks inherit of the pilot. */
export class SharedEnvironments {
  readonly #host: HostVariables;
  readonly #made: Map<string, SharedEnvironment> = new Map();
  #variables: Readonly<Record<string, string>> | undefined;
  #isRead = false;

  /** The environment of `host` is read once, when it is first needed. */
  constructor(host: HostVariables) {
    this.#host = host;
  }

  /** The pilot's environment without some of its variables: the same object for the same names. */
  without(names: readonly string[]): SharedEnvironment {
    const key = names.join("\0");
    let shared = this.#made.get(key);
    if (shared === undefined) this.#made.set(key, shared = this.#make(names));
    return shared;
  }

  #make(names: readonly string[]): SharedEnvironment {
    if (!this.#isRead) {
      this.#variables = this.#host.all();
      this.#isRead = true;
    }
    if (this.#variables === undefined) return { kind: "inherited", without: names };
    const kept = Object.entries(this.#variables).filter(([name]) => !names.includes(name));
    return { kind: "whole", variables: Object.fromEntries(kept) };
  }
}

/** For a pilot whose environment may not be read: tasks get what their launcher's process has. */
export const unreadEnvironments: SharedEnvironments = new SharedEnvironments({ all: () => undefined });

/**
 * What every task has whose scope names its variables, but for those that it names: programs are found in the system's
 * folders only.
 */
const fixedVariables: Readonly<Record<string, string>> = { PATH: "/usr/local/bin:/usr/bin:/bin" };

/** Lets only named variables through, beside a fixed few. Each combination is made once. */
export class EnvironmentFilter {
  readonly #made: WeakMap<SharedEnvironment, Map<string, SharedEnvironment>> = new WeakMap();
  readonly #read: (name: string) => string | undefined;

  /** `read` reads one variable where not all may be read; it must be permitted. */
  constructor(read: (name: string) => string | undefined) {
    this.#read = read;
  }

  /** What is left of an environment; the same object for the same names. */
  keep(shared: SharedEnvironment, names: readonly string[]): SharedEnvironment {
    let made = this.#made.get(shared);
    if (made === undefined) this.#made.set(shared, made = new Map());
    const key = names.join("\0");
    let kept = made.get(key);
    if (kept === undefined) made.set(key, kept = this.#filter(shared, names));
    return kept;
  }

  #filter(shared: SharedEnvironment, names: readonly string[]): SharedEnvironment {
    const lookUp = (name: string) => {
      if (shared.kind === "inherited") return shared.without.includes(name) ? undefined : this.#read(name);
      return Object.hasOwn(shared.variables, name) ? shared.variables[name] : undefined;
    };
    const found = names.map((name) => [name, lookUp(name)] as const).filter(([, value]) => value !== undefined);
    return { kind: "whole", variables: { ...fixedVariables, ...Object.fromEntries(found) as Record<string, string> } };
  }
}
