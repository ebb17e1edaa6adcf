/**
 * A run that is shown from its records, and asked through its socket while it lives.
 *
 * @module
 */

import { RunFollower } from "../../deno/files/runs/run_follower.ts";
import type { DashboardSource } from "../../doors/dashboard/source.ts";
import type { Reply } from "../../service/reply.ts";
import { RunClient, RunClientError } from "../control/run_client.ts";

/** How often the records are looked at, and how often the run is asked whether it is paused, in milliseconds. */
const readMs = 200;
const askMs = 2000;

/** A run in a folder. */
export class FollowedRun implements DashboardSource, Disposable {
  readonly #folder: string;
  readonly #follower: RunFollower;
  #client: RunClient | undefined;
  #asking: Promise<unknown> = Promise.resolve();
  #readAtMs = -Infinity;
  #askedAtMs = -Infinity;
  #isPaused: boolean | undefined;

  /**
   * Reads a run.
   *
   * @throws {JournalError} If its journal cannot be read.
   */
  constructor(folder: string) {
    this.#folder = folder;
    this.#follower = new RunFollower(folder);
  }

  get model(): DashboardSource["model"] {
    return this.#follower.model;
  }

  get nodes(): DashboardSource["nodes"] {
    return this.#follower.nodes;
  }

  get rootWd(): string {
    return this.#follower.rootWd;
  }

  facts(): ReturnType<DashboardSource["facts"]> {
    return this.#follower.facts;
  }

  get isPaused(): boolean | undefined {
    return this.facts().liveness === "alive" ? this.#isPaused : undefined;
  }

  refresh(): void {
    const nowMs = performance.now();
    if (nowMs - this.#readAtMs < readMs) return;
    this.#follower.refresh();
    this.#readAtMs = performance.now();
    if (nowMs - this.#askedAtMs < askMs || this.facts().liveness !== "alive") return;
    this.#askedAtMs = nowMs;
    this.#askQuietly({ request: "progress" });
  }

  async ask(request: object): Promise<Reply | undefined> {
    const { promise, resolve } = Promise.withResolvers<Reply | undefined>();
    // One after the other: answers come in the order of the questions.
    this.#asking = this.#asking.then(async () => resolve(await this.#answer(request)));
    return await promise;
  }

  /** Leaves the run. */
  [Symbol.dispose](): void {
    this.#client?.[Symbol.dispose]();
  }

  async #askQuietly(request: object): Promise<void> {
    const reply = await this.ask(request);
    if (reply?.code !== 0) return;
    this.#isPaused = (reply.data as { readonly isPaused?: true }).isPaused === true;
  }

  async #answer(request: object): Promise<Reply | undefined> {
    try {
      this.#client ??= await RunClient.connect(this.#folder);
      const reply = await this.#client.ask(request);
      const { request: name } = request as { readonly request?: string };
      if (reply.code === 0 && name === "pause") this.#isPaused = true;
      if (reply.code === 0 && name === "continue") this.#isPaused = false;
      return reply;
    } catch (error) {
      if (!(error instanceof RunClientError)) throw error;
      this.#client?.[Symbol.dispose]();
      this.#client = undefined;
      return { code: 1, message: error.message };
    }
  }
}
