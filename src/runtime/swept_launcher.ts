/**
 * A launcher for nodes on which tasks leave things behind: it tells an end only when nothing of the task is left on any
 * of its nodes, and the loss of a node only when nothing is left elsewhere of the tasks that had a part there. So what
 * they held can be granted again, and they can be tried again, as soon as it is told.
 *
 * The process that a launcher starts is on the first node of a task; what `srun` or `mpirun` start from there belongs to
 * Slurm's daemons. It ends with them, unless they are killed. So after the end of a task of several nodes each of them
 * is asked to end what carries the task's mark ({@linkcode Launcher.sweepGuest}); all nodes are when it was killed, as a
 * plain `srun` may go to any of the allocation. One of a single node that was killed is looked for there. A node that is
 * lost meanwhile needs no answer.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import { addCleanups, cleanOfNothing, type Cleanup, type Exit } from "../core/exit.ts";
import type { LaunchPlan } from "../launch/plan.ts";
import type { AttemptKey, Clock, Launcher, LaunchSink, NodeSink, StopSignal } from "./ports.ts";

/** A loss waits no longer for what is left elsewhere, in milliseconds: a node that does not answer is lost by then. */
export const sweptMsMax = 30_000;

/**
 * What comes of a node waits for so long after its loss was told, in milliseconds: what was ordered before anybody heard
 * of the loss is not to be taken for an order to the node that is back.
 */
const restMs = 1000;

/** An attempt that has, or had, processes on several nodes, or had some killed. */
interface Spread {
  readonly key: AttemptKey;
  readonly mark: string;
  /** All its nodes, the first of them first. */
  readonly nodes: readonly number[];
  /** Nodes that were asked and have not answered. */
  readonly left: Set<number>;
  cleanup: Cleanup;
  /**
   * The node that was lost before its end was told. If that is no good end, the loss may well be what led to it, and counts
   * instead: programs notice that a node has gone before anybody is sure of it.
   */
  lostNode?: number;
  /** Tells its end, once its own process has ended. */
  end?: (cleanup: Cleanup) => void;
}

/** A loss that was not told yet, or just a moment ago. */
interface Loss {
  readonly reason: string;
  isTold: boolean;
  /** Attempts of which something may be left. */
  readonly waits: Set<Spread>;
  /** What is to be told of the node after it. */
  readonly later: (() => void)[];
  /** Calls off what is next. */
  callOff: () => void;
}

/** Tells ends when nothing is left. */
export class SweptLauncher implements Launcher {
  readonly #launcher: Launcher;
  readonly #clock: Clock;
  /** Attempts of several nodes, until their end is told. */
  readonly #spreads = new Set<Spread>();
  /** Nodes whose loss is known and not over: whatever comes of them meanwhile. */
  readonly #losses = new Map<number, Loss>();
  /** Nodes that can answer. */
  readonly #there = new Set<number>();
  #nodes: NodeSink | undefined;
  #isClosing = false;

  /** Stands before the launcher of all nodes. */
  constructor(launcher: Launcher, clock: Clock) {
    this.#launcher = launcher;
    this.#clock = clock;
  }

  /** Starts the plan's process; nothing happens where a node is lost, as that is about to be told. */
  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void {
    const { place, tag: mark } = plan;
    const nodes = [place.node, ...place.further.map(({ node }) => node)];
    if (!nodes.every((node) => this.#there.has(node) && !this.#losses.has(node))) return;
    const spread: Spread = { key, mark, nodes, left: new Set(), cleanup: cleanOfNothing };
    const isWide = nodes.length > 1;
    if (isWide) {
      invariant(new Set(nodes).size === nodes.length, "A task has one part on each of its nodes");
      this.#spreads.add(spread);
      for (const node of nodes) this.#launcher.expectGuest?.(key, mark, node);
    }
    this.#launcher.launch(key, plan, {
      started: (key, process) => sink.started(key, process),
      signalRefused: (key) => sink.signalRefused?.(key),
      limitExceeded: (key, cause, reason) => sink.limitExceeded(key, cause, reason),
      startFailed: (key, failure) => {
        if (!isWide) return sink.startFailed(key, failure);
        this.#ended(spread, nodes, () => this.#afterLoss(spread, () => sink.startFailed(key, failure)));
      },
      exited: (key, exit, usage, cleanup, tails) => {
        const isKilled = wasKilled(exit, cleanup);
        if (!isWide && !isKilled) return sink.exited(key, exit, usage, cleanup, tails);
        this.#spreads.add(spread);
        this.#ended(spread, isWide && isKilled ? this.#there : nodes, (more) => {
          const all = more.found === 0 ? cleanup : addCleanups(cleanup ?? cleanOfNothing, more);
          const tell = () => sink.exited(key, exit, usage, all, tails);
          // What has come to a good end did so before its node was lost.
          if (isSuccess(exit)) tell();
          else this.#afterLoss(spread, tell);
        });
      },
    });
  }

  /** Sends a signal to the attempt's own processes. */
  signal(key: AttemptKey, signal: StopSignal): void {
    this.#launcher.signal(key, signal);
  }

  /** Lets what was launched and signalled go at once. */
  flush(): void {
    this.#launcher.flush?.();
  }

  /** Lets all tasks stand still. */
  async freeze(): Promise<void> {
    await this.#launcher.freeze?.();
  }

  /** Lets them go on. */
  thaw(): void {
    this.#launcher.thaw?.();
  }

  /** Tells of nodes; of a loss when nothing is left elsewhere of what was there. */
  watchNodes(sink: NodeSink): void {
    invariant(this.#nodes === undefined, "One hears of nodes");
    this.#nodes = sink;
    const inOrder = (node: number, tell: () => void) => {
      const loss = this.#losses.get(node);
      if (loss === undefined) tell();
      else loss.later.push(() => inOrder(node, tell));
    };
    this.#launcher.watchNodes?.({
      failed: (error) => sink.failed(error),
      suspected: (node) => inOrder(node, () => sink.suspected(node)),
      ready: (node) => {
        this.#there.add(node);
        inOrder(node, () => sink.ready(node));
      },
      lost: (node, reason) => {
        this.#there.delete(node);
        // Those that have nothing there but what may have strayed need no answer.
        for (const spread of [...this.#spreads]) {
          if (!spread.nodes.includes(node) && spread.left.delete(node)) this.#settle(spread);
        }
        inOrder(node, () => this.#lose(node, reason));
      },
    });
  }

  /** Ends what an earlier run left. */
  reclaim(runId: string): Promise<void> {
    return this.#launcher.reclaim(runId);
  }

  /** Gives up what is being ended, which those who serve the nodes end as they go. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const losses = [...this.#losses.values()];
    this.#losses.clear();
    for (const { callOff, later } of losses) {
      callOff();
      for (const tell of later) tell();
    }
    await this.#launcher.close();
  }

  /** The own process of an attempt has ended: now what is left on some nodes. */
  #ended(spread: Spread, nodes: Iterable<number>, end: (cleanup: Cleanup) => void): void {
    invariant(spread.end === undefined, "An attempt ends once");
    invariant(spread.left.size === 0, "No node is asked before the attempt has ended");
    spread.end = end;
    const { key, mark, left } = spread;
    for (const node of nodes) if (!this.#isClosing && this.#there.has(node)) left.add(node);
    for (const node of [...left]) this.#sweep(spread, node, this.#launcher.sweepGuest?.(key, mark, node));
    this.#settle(spread);
  }

  #sweep(spread: Spread, node: number, swept: Promise<Cleanup> | undefined): void {
    invariant(spread.left.has(node), "Who is asked is waited for");
    if (swept === undefined) {
      spread.left.delete(node);
      return;
    }
    swept.then((cleanup) => {
      if (!spread.left.delete(node)) return;
      spread.cleanup = addCleanups(spread.cleanup, cleanup);
      this.#settle(spread);
    });
  }

  /** Tells the end of an attempt of which nothing is left, and the losses that have waited for it. */
  #settle(spread: Spread): void {
    if (spread.end === undefined || spread.left.size > 0 || !this.#spreads.delete(spread)) return;
    spread.end(spread.cleanup);
    for (const [node, { waits }] of [...this.#losses]) {
      if (waits.delete(spread) && waits.size === 0) this.#tellLoss(node);
    }
  }

  /** Tells an end that is no good one: after the loss of a node, if that counts instead. */
  #afterLoss({ lostNode, left }: Spread, tell: () => void): void {
    invariant(left.size === 0, "An end is told when nothing is left");
    const loss = lostNode === undefined ? undefined : this.#losses.get(lostNode);
    if (loss === undefined) tell();
    else loss.later.push(tell);
  }

  get #told(): NodeSink {
    return present(this.#nodes, "who hears of nodes");
  }

  #lose(node: number, reason: string): void {
    const waits = new Set([...this.#spreads].filter(({ nodes }) => nodes.includes(node)));
    invariant(!this.#losses.has(node), "A loss is over before the next one of its node");
    const callOff = this.#clock.wakeAt(this.#clock.nowMs() + sweptMsMax, () => this.#giveUp(node));
    this.#losses.set(node, { reason, isTold: false, waits, later: [], callOff });
    if (waits.size === 0) return this.#tellLoss(node);
    this.#told.suspected(node);
    for (const spread of [...waits]) {
      spread.lostNode ??= node;
      spread.left.delete(node);
      if (spread.end !== undefined) this.#settle(spread);
      // Where its own process was, nobody tells of its end any more.
      else if (spread.nodes[0] === node) this.#ended(spread, this.#there, () => {});
      else this.#launcher.signal(spread.key, "SIGKILL");
    }
  }

  /** What waits for the loss of a node is not waited for any longer. */
  #giveUp(node: number): void {
    const { waits, isTold } = present(this.#losses.get(node), "the loss that is given up");
    invariant(!isTold && waits.size > 0, "Nobody gives up what has been told");
    for (const spread of waits) {
      // Whatever is still told of it comes too late.
      this.#spreads.delete(spread);
      for (const { waits } of this.#losses.values()) waits.delete(spread);
    }
    for (const [other, { waits }] of [...this.#losses]) if (waits.size === 0) this.#tellLoss(other);
    invariant(this.#losses.get(node)?.isTold, "A loss that is waited for no longer is told");
  }

  #tellLoss(node: number): void {
    const loss = present(this.#losses.get(node), "the loss that is told");
    if (loss.isTold) return;
    invariant(loss.waits.size === 0, "A loss is told when nothing is left elsewhere");
    loss.isTold = true;
    loss.callOff();
    this.#told.lost(node, loss.reason);
    loss.callOff = this.#clock.wakeAt(this.#clock.nowMs() + restMs, () => {
      invariant(this.#losses.get(node) === loss, "A loss is over once");
      this.#losses.delete(node);
      for (const tell of loss.later) tell();
    });
  }
}

function isSuccess(exit: Exit): boolean {
  return "code" in exit && exit.code === 0;
}

/** Whether something of a task was killed, which then could not end what it had started by the means of others. */
function wasKilled(exit: Exit, cleanup: Cleanup | undefined): boolean {
  return ("signal" in exit && exit.signal === "SIGKILL") || (cleanup !== undefined && cleanup.killed > 0);
}
