/**
 * What a launcher over agents needs from outside: how an agent is started on a node, how it is reached, and what all of
 * it is set up with.
 *
 * @module
 */

import type { Hello } from "../agent/hello.ts";
import type { AgentMessage, PilotMessage } from "../agent/messages.ts";
import type { ChannelEnd, WatchTimes } from "../agent/node_watch.ts";

/** An open channel to the agent of a node. */
export interface AgentChannel {
  /** Sends a message; what is sent in one turn goes as one. */
  send(message: PilotMessage): void;
  /** Settles when all that was sent is under way, whatever becomes of this program. */
  readonly sent: Promise<void>;
  /** Ends what makes up the channel on this machine, at once. Nothing is told any more. */
  cut(): void;
}

/** Hears what comes over a channel. */
export interface AgentChannelSink {
  /** The agent said hello. */
  greeted(hello: Hello): void;
  /** The agent said something. */
  heard(message: AgentMessage): void;
  /** The channel has ended; `undefined` when the agent had said that it goes. Told once, and nothing after it. */
  closed(end: ChannelEnd | undefined): void;
}

/** An agent that is to be ended by other ways than its channel. */
export interface LostAgent {
  /** The index of its node in the pool. */
  readonly node: number;
  /** Who it is; absent when it never said so. */
  readonly hello?: Hello | undefined;
  /** The beginning of the tags of all that it started; absent when it was told to start nothing. */
  readonly family?: string | undefined;
  /** The marks of all that may be left on its node. */
  readonly marks: readonly string[];
  /** Whether some of it may be neither the agent's own nor of its step: it does not end with them. */
  readonly hasGuests: boolean;
  /** Whether its channel had ended by itself. */
  readonly isClosed: boolean;
}

/** Starts agents, and ends those that cannot be reached any more. */
export interface AgentStarter {
  /** Starts an agent on a node, by its index in the pool. */
  start(node: number, sink: AgentChannelSink): AgentChannel;
  /**
   * Ends an agent, which may be stopped or out of reach. Settles as soon as it is known to be over with all that it
   * started; never if that cannot be learnt.
   */
  end(agent: LostAgent): Promise<void>;
}

/** A node that an agent serves. */
export interface AgentNode {
  /** Its index in the pool. */
  readonly index: number;
  /** Its name. */
  readonly name: string;
}

/** What a launcher over agents is set up with. */
export interface AgentsOptions {
  /** The nodes of the agents. */
  readonly nodes: readonly AgentNode[];
  /** Indexes of nodes that need no agent; they are told as ready when work begins. */
  readonly ownNodes: readonly number[];
  /** The environment that tasks inherit. */
  readonly env: Readonly<Record<string, string>>;
  /** Folders for what tasks write that have no file for it, the best first. */
  readonly spoolFolders?: readonly string[];
  /** The first digits of all tags of the run. */
  readonly runTags: string;
  /** The beginning of all marks of the run. */
  readonly runMark: string;
  /** Gives the next agent of the run its number: see `familyOf`. */
  readonly nextAgent: () => number;
  /** The directory for what is seen of the processes of tasks; nobody looks when absent. */
  readonly samples?: string | undefined;
  /** Work begins when this share of all nodes is ready, above 0 and up to 1. */
  readonly threshold: number;
  /** All times. */
  readonly times?: WatchTimes;
  /** Hears what an agent sees of its node, before the node is ready. */
  readonly met?: (node: number, hello: Hello) => void;
  /** Tells the user something, in a sentence without its end. */
  readonly warn?: (text: string) => void;
}
