/**
 * Guests of a node, as their pilot knows them: which tasks of several nodes may have processes there, and who waits for
 * the end of what they left.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { AgentMessage, Guest, PilotMessage } from "../agent/messages.ts";
import { cleanOfNothing, type Cleanup } from "../core/exit.ts";
import { attemptName } from "./attempt_name.ts";
import type { AttemptKey } from "./ports.ts";

/** What is said of guests. */
export type GuestMessage = PilotMessage & { readonly word: "guest" | "sweep" };

/** The guests of one node. */
export class GuestBook {
  readonly #send: (message: GuestMessage) => void;
  readonly #guests = new Map<string, Guest>();
  readonly #sweeps = new Map<string, Guest & { readonly swept: (cleanup: Cleanup) => void }>();

  /** Has none; `send` tells whoever serves the node. */
  constructor(send: (message: GuestMessage) => void) {
    this.#send = send;
  }

  /** Whether there are any. */
  get isEmpty(): boolean {
    return this.#guests.size + this.#sweeps.size === 0;
  }

  /** Whether an answer is waited for. */
  get isSweeping(): boolean {
    return this.#sweeps.size > 0;
  }

  /** The marks of all. */
  get marks(): string[] {
    return Array.from([...this.#guests.values(), ...this.#sweeps.values()], ({ mark }) => mark);
  }

  /** A task may have processes on the node from now on. */
  expect(key: AttemptKey, mark: string): void {
    invariant(!this.#guests.has(attemptName(key)), "An attempt is expected once");
    invariant(!this.#sweeps.has(attemptName(key)), "What an attempt left is swept when it is over");
    const guest = { ...key, mark };
    this.#guests.set(attemptName(key), guest);
    this.#send({ word: "guest", ...guest });
  }

  /** Ends what a task left on the node; settles when the answer comes, which it does not from a node that is lost. */
  sweep(key: AttemptKey, mark: string): Promise<Cleanup> {
    invariant(!this.#sweeps.has(attemptName(key)), "What an attempt left is swept once");
    this.#guests.delete(attemptName(key));
    const { promise, resolve: swept } = Promise.withResolvers<Cleanup>();
    this.#sweeps.set(attemptName(key), { ...key, mark, swept });
    this.#send({ word: "sweep", ...key, mark });
    return promise;
  }

  /** Takes the answer to {@linkcode sweep}. */
  swept({ task, attempt, cleanup }: AgentMessage & { readonly word: "swept" }): void {
    const name = attemptName({ task, attempt });
    this.#sweeps.get(name)?.swept(cleanup);
    this.#sweeps.delete(name);
  }

  /** Nobody serves the node any more who could end anything there. */
  forget(): void {
    for (const { swept } of this.#sweeps.values()) swept(cleanOfNothing);
    this.#sweeps.clear();
    this.#guests.clear();
  }

  /** Tells another one who serves the node now everything again. */
  repeat(): void {
    for (const guest of this.#guests.values()) this.#send({ word: "guest", ...guest });
    for (const { task, attempt, mark } of this.#sweeps.values()) this.#send({ word: "sweep", task, attempt, mark });
  }
}
