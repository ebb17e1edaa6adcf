/**
 * A launcher for several nodes that has a launcher for each: a launch goes where its plan says.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import { cleanOfNothing, type Cleanup } from "../core/exit.ts";
import type { LaunchPlan } from "../launch/plan.ts";
import { AttemptMap } from "./attempt_map.ts";
import type { DeferredEnds } from "./deferred_ends.ts";
import type { AttemptKey, Launcher, LaunchSink, NodeSink, StopSignal } from "./ports.ts";

/** Passes launches on to the launchers of their nodes. */
export class RouterLauncher implements Launcher {
  readonly #routes: ReadonlyMap<number, Launcher>;
  /** Each of them once. */
  readonly #launchers: readonly Launcher[];
  /** The node of each attempt whose end was not told. */
  readonly #launched: AttemptMap<number> = new AttemptMap();
  readonly #ends: DeferredEnds | undefined;

  /**
   * Routes by the index of a node in the pool; a launcher may serve several nodes.
   *
   * @param ends Defers ends that may be the batch system's doing; they are told at once when absent.
   */
  constructor(routes: Iterable<readonly [number, Launcher]>, ends?: DeferredEnds) {
    this.#routes = new Map(routes);
    this.#launchers = [...new Set(this.#routes.values())];
    this.#ends = ends;
  }

  /** Lets all tasks stand still, on every node. */
  async freeze(): Promise<void> {
    await Promise.all(this.#launchers.map((launcher) => launcher.freeze?.()));
  }

  /** Lets them go on. */
  thaw(): void {
    for (const launcher of this.#launchers) launcher.thaw?.();
  }

  /** Lets what was launched go on its way, on every node. */
  flush(): void {
    for (const launcher of this.#launchers) launcher.flush?.();
  }

  /** Starts the plan's process on its node. */
  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void {
    const { node, name } = plan.place;
    const launcher = this.#routes.get(node);
    if (launcher === undefined) {
      return sink.startFailed(key, { kind: "other", message: `there is no launcher for node ${name}` });
    }
    invariant(this.#launched.get(key) === undefined, "An attempt is launched twice");
    this.#launched.set(key, node);
    const ends = this.#ends;
    let startedMs = Infinity; // One that never began has not run at all.
    launcher.launch(key, plan, {
      started: (key, process) => {
        if (ends !== undefined) startedMs = ends.nowMs - (process.agoMs ?? 0);
        sink.started(key, process);
      },
      signalRefused: (key) => sink.signalRefused?.(key),
      limitExceeded: (key, cause, reason) => sink.limitExceeded(key, cause, reason),
      startFailed: (key, failure) => {
        this.#launched.delete(key);
        ends?.forget(key);
        sink.startFailed(key, failure);
      },
      exited: (key, ...end) => {
        const tell = () => {
          this.#launched.delete(key);
          sink.exited(key, ...end);
        };
        if (ends === undefined) tell();
        else ends.exited(key, node, { exit: end[0], startedMs }, tell);
      },
    });
  }

  /** Sends a signal to where the attempt runs; nowhere when it is over or its node was lost. */
  signal(key: AttemptKey, signal: StopSignal): void {
    const node = this.#launched.get(key);
    if (node === undefined) return;
    this.#ends?.signalled(key, node);
    present(this.#routes.get(node), "the launcher of a node with tasks").signal(key, signal, node);
  }

  /** A task of several nodes may have processes on a node. */
  expectGuest(key: AttemptKey, mark: string, node: number): void {
    this.#routes.get(node)?.expectGuest?.(key, mark, node);
  }

  /** Ends what it left there, where the node's launcher can. */
  sweepGuest(key: AttemptKey, mark: string, node: number): Promise<Cleanup> {
    return this.#routes.get(node)?.sweepGuest?.(key, mark, node) ?? Promise.resolve(cleanOfNothing);
  }

  /** Lets every launcher tell of its nodes. What ran on a node that is lost is forgotten. */
  watchNodes(sink: NodeSink): void {
    const own: NodeSink = {
      ready: (node) => sink.ready(node),
      suspected: (node) => sink.suspected(node),
      failed: (error) => sink.failed(error),
      lost: (node, reason) => {
        this.#ends?.flush(node);
        this.#launched.deleteAll(node);
        sink.lost(node, reason);
      },
    };
    for (const launcher of this.#launchers) launcher.watchNodes?.(own);
  }

  /** Ends what an earlier run left, on all nodes at once. */
  async reclaim(runId: string): Promise<void> {
    await Promise.all(this.#launchers.map((launcher) => launcher.reclaim(runId)));
  }

  /** Closes every launcher; one that fails keeps no other from it. */
  async close(): Promise<void> {
    this.#ends?.flush();
    const results = await Promise.allSettled(this.#launchers.map((launcher) => launcher.close()));
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
}
