/**
 * A node with its agent: how it is watched, its channel, and what there is from the welcome on.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import type { Hello } from "../agent/hello.ts";
import type { NodeWatch } from "../agent/node_watch.ts";
import type { AgentChannel, AgentNode } from "./agent_ports.ts";
import type { AgentSession } from "./agent_session.ts";

/** A node with its agent. */
export class AgentPost implements AgentNode {
  /** Index of the node in the pool. */
  readonly index: number;
  /** Name of the node. */
  readonly name: string;
  /** The pilot's view of it. */
  readonly watch: NodeWatch;
  /** The channel to its agent. */
  channel: AgentChannel | undefined;
  /** Who the agent is. */
  hello: Hello | undefined;
  /** What there is from the welcome on. */
  session: AgentSession | undefined;
  /** The first digits of the tags of the agents before. */
  readonly families: string[] = [];
  /** The marks of what earlier agents may have left. */
  left: string[] = [];
  /** Whether the channel has ended. */
  isClosed = false;
  /** What the user was told last of its start. */
  #lastWarning = "";
  /** The ping after whose pong tasks that stand still go on. */
  #thawPing: number | undefined;

  /** Watches a node. */
  constructor({ index, name }: AgentNode, watch: (post: AgentPost) => NodeWatch) {
    this.index = index;
    this.name = name;
    this.watch = watch(this);
  }

  /** An agent is being started: nothing is known of it. */
  begin(): void {
    invariant(this.channel === undefined, "An agent is started when the one before has gone");
    invariant(this.session === undefined, "Nothing is launched by an agent that has gone");
    [this.hello, this.session, this.isClosed, this.#thawPing] = [undefined, undefined, false, undefined];
  }

  /**
   * The agent has said who it is, and is welcomed.
   *
   * @param family The first digits of its tags.
   * @param makeSession Welcomes it over its channel.
   */
  welcome(hello: Hello, family: string, makeSession: (channel: AgentChannel) => AgentSession): void {
    invariant(this.session === undefined, "An agent is welcomed once");
    invariant(!this.families.includes(family), "Each agent has tags of its own");
    this.families.push(family);
    this.hello = hello;
    this.session = makeSession(present(this.channel, "the channel of an agent that is heard"));
  }

  /** Ends the channel; what there was over it may be left on the node. */
  drop(): void {
    this.channel?.cut();
    this.left.push(...this.session?.marks ?? []);
    this.channel = this.session = undefined;
  }

  /**
   * What the user is told of its start.
   *
   * @returns Whether it is something else than the last time.
   */
  isNews(problem: string): boolean {
    const isNews = this.#lastWarning !== problem;
    this.#lastWarning = problem;
    return isNews;
  }

  /** Lets the tasks stand still; settles when the agent is told, whatever becomes of this program. */
  async freeze(): Promise<void> {
    this.#thawPing = undefined;
    if (this.session === undefined) return;
    const channel = present(this.channel, "the channel of a session");
    channel.send({ word: "pause" });
    await channel.sent;
  }

  /**
   * Lets them go on as soon as the agent was heard of: its lease counts from a pong that was read after the pause, and
   * holds again when that is named to it.
   */
  thaw(nowMs: number): void {
    this.watch.heldUp(nowMs);
    if (this.session !== undefined) this.#thawPing = this.watch.ask(nowMs);
  }

  /** The agent answered a ping. */
  ponged(number: number, nowMs: number): void {
    this.watch.ponged(number, nowMs);
    if (this.#thawPing === undefined || number < this.#thawPing) return;
    invariant(this.session !== undefined, "An agent whose tasks stand still was welcomed");
    this.#thawPing = undefined;
    this.watch.ask(nowMs);
    this.channel?.send({ word: "continue" });
  }
}
