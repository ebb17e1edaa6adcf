/**
 * What a pilot and its agents say to each other: the keeper of this machine by a pipe, those of other nodes by `srun`.
 *
 * On the wire each message is one line, a JSON array `[node, word, …]`; `node` is the index in the pool. An agent
 * begins with a hello line (`hello.ts`), the pilot answers with `welcome`, the agent with `ready`. Words that are not
 * known are ignored, and so are elements behind those that are known; another protocol number is refused.
 *
 * ```text
 * pilot:  [i,"welcome",{…}]   [i,"share",slot,plan]   [i,"launch",task,attempt,plan]   [i,"signal",task,attempt,"SIGTERM"]
 *         [i,"guest",task,attempt,mark]   [i,"sweep",task,attempt,mark]
 *         [i,"ping",n,lastPong]   [i,"pause"]   [i,"continue"]   [i,"end"]
 * agent:  [i,"ready"]   [i,"started",task,attempt,pid,agoMs]   [i,"startFailed",task,attempt,failure]
 *         [i,"exited",task,attempt,exit,usage,cleanup,tails]   [i,"limit",task,attempt,cause,reason]
 *         [i,"refused",task,attempt]   [i,"swept",task,attempt,cleanup]
 *         [i,"pong",m]   [i,"stopping","SIGTERM"]   [i,"bye"]
 * ```
 *
 * What a sixth element of `launch` says (for an order to be performed when another attempt has ended, for example) may
 * be settled later: an agent that does not know it performs the order at once.
 *
 * @module
 */

import type { Cleanup, Exit, StartFailure, StopSignal, Tails, Usage } from "../core/exit.ts";
import type { LaunchPlan } from "../launch/plan.ts";
import type { PlanChange } from "./plan_change.ts";

/** The number of the protocol; both sides must have the same. */
export const protocolNumber = 1;

/** What the pilot tells an agent before anything else. */
export interface Welcome {
  /** Tags of the processes that this agent starts begin with these digits: see `tag.ts`. */
  readonly family: string;
  /** The pilot's own environment: what a plan inherits whose environment is not sent with it. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds after which an agent that its pilot does not hear ends everything: see `lease.ts`; never when absent. */
  readonly fenceMs?: number;
  /** The directory for a file with what is seen of the processes of tasks; nobody looks when absent. */
  readonly samples?: string;
  /** Beginnings of tags: what carries one of these is left of an earlier agent, and is ended before `ready`. */
  readonly ends?: readonly string[];
  /** Beginnings of marks, in the environment of processes: what carries one of these is ended before `ready` as well. */
  readonly marks?: readonly string[];
  /** Folders for the outputs of tasks that have no file for them, the best first: see {@linkcode LaunchPlan.tailBytes}. */
  readonly spoolFolders?: readonly string[];
}

/** One launch of one task. */
export interface AttemptNumber {
  /** The task's id. */
  readonly task: number;
  /** 1-based count of the task's launches. */
  readonly attempt: number;
}

/** A task of several nodes, as each of them knows it: by the mark in the environment of its processes. */
export interface Guest extends AttemptNumber {
  /** The mark. */
  readonly mark: string;
}

/** The signals that a pilot sends to tasks. */
export type SignalName = StopSignal;

/** What a pilot says. */
export type PilotMessage =
  | { readonly word: "welcome"; readonly welcome: Welcome }
  /** Keeps a plan in a slot, for the launches that are like it. */
  | { readonly word: "share"; readonly slot: number; readonly plan: LaunchPlan }
  /** Starts a process. */
  | (AttemptNumber & { readonly word: "launch"; readonly plan: PlanChange })
  | (AttemptNumber & { readonly word: "signal"; readonly signal: SignalName })
  /** Processes of a task of several nodes may come to be here, which end with the agent at the latest. */
  | (Guest & { readonly word: "guest" })
  /** Ends what is left here of a task whose own process has ended. */
  | (Guest & { readonly word: "sweep" })
  /** Asks for a sign of life; names the last one that came. */
  | { readonly word: "ping"; readonly number: number; readonly lastPong: number }
  /** The pilot is being stopped: its tasks are stopped until `continue`. */
  | { readonly word: "pause" }
  | { readonly word: "continue" }
  /** Kills what is left, says `bye` and goes. */
  | { readonly word: "end" };

/** What an agent says, after its hello. */
export type AgentMessage =
  /** Nothing that carries the agent's tags was there before. */
  | { readonly word: "ready" }
  | (AttemptNumber & { readonly word: "started"; readonly pid: number; readonly agoMs: number })
  | (AttemptNumber & { readonly word: "startFailed"; readonly failure: StartFailure })
  /** Nothing of the attempt runs any more. */
  | (AttemptNumber & {
    readonly word: "exited";
    readonly exit: Exit;
    readonly usage: Usage;
    readonly cleanup?: Cleanup;
    readonly tails?: Tails;
  })
  /** What carried the mark of a `sweep` is gone, but for what the cleanup says. */
  | (AttemptNumber & { readonly word: "swept"; readonly cleanup: Cleanup })
  /** A process of the attempt cannot be signalled: it runs as another user. */
  | (AttemptNumber & { readonly word: "refused" })
  | (AttemptNumber & { readonly word: "limit"; readonly cause: "idle" | "oom"; readonly reason: string })
  | { readonly word: "pong"; readonly number: number }
  /** The agent got this signal from outside. */
  | { readonly word: "stopping"; readonly signal: string }
  /** The agent goes, and has nothing left. Without this word its end is a failure. */
  | { readonly word: "bye" };

/** A message, and the node that it is for or from. */
export interface Addressed<M> {
  /** Index of the node in the pool. */
  readonly node: number;
  /** What is said. */
  readonly message: M;
}
