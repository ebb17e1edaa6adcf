/**
 * The ports: what the driver needs from outside, as interfaces. The real ones are in `deno/`, the simulated ones in
 * the tests.
 *
 * @module
 */

import type { Cleanup, Exit, StartFailure, StopSignal, Tails, Usage } from "../core/exit.ts";
import type { Event, LimitCause } from "../core/types.ts";
import type { LaunchPlan } from "../launch/plan.ts";

export type { StopSignal };

/** Tells the time and wakes the driver. */
export interface Clock {
  /** Milliseconds since the epoch. Never goes back within one run. */
  nowMs(): number;
  /** Calls `wake` once at `atMs` or soon after; the returned function calls it off. */
  wakeAt(atMs: number, wake: () => void): () => void;
}

/** One launch of one task. */
export interface AttemptKey {
  /** The task's id. */
  readonly task: number;
  /** 1-based count of the task's launches. */
  readonly attempt: number;
}

/** Identifies a started process, well enough to recognise it later. */
export interface StartedProcess {
  /** Index in the pool of the node on which it runs. */
  readonly node: number;
  /** Process id; also the id of its process group when the launcher gives it one. */
  readonly pid: number;
  /** How long ago it was started, in milliseconds: this call may come late. */
  readonly agoMs?: number;
}

/** Where a launcher tells what became of an attempt. */
export interface LaunchSink {
  /** The process runs. Told at most once, before `exited`. */
  started(key: AttemptKey, process: StartedProcess): void;
  /** There is no process and there will be none. */
  startFailed(key: AttemptKey, failure: StartFailure): void;
  /**
   * The process has gone and so have its output files' writers as far as the launcher can see.
   *
   * @param tails The ends of its outputs, where its plan asks for them and it did not succeed or was stopped.
   */
  exited(key: AttemptKey, exit: Exit, usage: Usage, cleanup?: Cleanup, tails?: Tails): void;
  /** A signal that was asked for did not reach a process of it, which runs as another user. Told at most once. */
  signalRefused?(key: AttemptKey): void;
  /** It used more than its plan's limits allow; `reason` is the sentence of the result. Told at most once, after `started`. */
  limitExceeded(key: AttemptKey, cause: LimitCause, reason: string): void;
}

/** Where it is told that nodes come and go, by their index in the pool. */
export interface NodeSink {
  /** Tasks may be launched on the node from now on. Nothing of ours runs there, unless it was only suspected. */
  ready(node: number): void;
  /** The node is not heard of: nothing is to be launched there until it is ready or lost. */
  suspected(node: number): void;
  /** The node has gone: nothing that was launched there runs any more. `reason` goes on after "node n1 was lost: ". */
  lost(node: number, reason: string): void;
  /** Work will not begin: too few nodes came. */
  failed(error: Error): void;
}

/** Turns launch plans into processes. */
export interface Launcher {
  /**
   * Lets the processes of all tasks stand still until {@linkcode thaw}, and starts none; what is launched meanwhile
   * waits. Settles when that is so, or will be without this program.
   */
  freeze?(): Promise<void>;
  /** Lets them go on. */
  thaw?(): void;
  /** Does beforehand what the first launch would have to wait for, without holding up the caller. */
  prepare?(): void;
  /**
   * Starts the plan's process. Never throws: tells `sink` either `startFailed`, or `started` and later `exited`,
   * possibly before this call returns.
   */
  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void;
  /**
   * Sends a signal to the attempt's whole process group. Does nothing when the attempt is over.
   *
   * @param node Where it was launched, for a launcher of several nodes.
   */
  signal(key: AttemptKey, signal: StopSignal, node?: number): void;
  /** Lets what was launched and signalled go on its way, where it would wait for what else this program does. */
  flush?(): void;
  /**
   * A task of several nodes may have processes on a node from now on, which carry this mark. Whoever serves the node ends
   * them when it goes. A launcher whose own processes are all that a task has does not have this.
   */
  expectGuest?(key: AttemptKey, mark: string, node: number): void;
  /**
   * Ends what a task whose own process has ended left on a node, and settles when nothing of it is there any more but
   * for what the cleanup says; never if the node is lost meanwhile.
   */
  sweepGuest?(key: AttemptKey, mark: string, node: number): Promise<Cleanup>;
  /**
   * Tells from now on which nodes come and go. A launcher whose nodes are always there does not have this. What was
   * launched on a node that is lost needs no further word.
   */
  watchNodes?(sink: NodeSink): void;
  /**
   * Ends what an earlier run left on the nodes of this launcher, and settles when nothing of it is left. Called before
   * the first launch.
   *
   * @param runId The run's id, with which the tags of all its launches begin.
   * @throws {PermissionScopeError} If Deno does not let us look at processes.
   * @throws {Error} If a process cannot be ended.
   */
  reclaim(runId: string): Promise<void>;
  /** Gives back every descriptor and helper process. Called when no attempt is left. */
  close(): Promise<void>;
}

/** Keeps events so that they survive the pilot. */
export interface JournalStore {
  /**
   * Appends events, in order. Returns when they are as durable as was asked for: at once, or with the promise.
   * A throw or rejection breaks the pilot.
   */
  append(events: readonly Event[]): Promise<void> | void;
  /** What somebody else has done to it, in a sentence without its end; `undefined` while it is what was written. */
  findChange?(): string | undefined;
  /** Writes what is left and gives back the file. */
  close(): Promise<void>;
}
