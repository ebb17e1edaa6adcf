/**
 * Nodes that come and go: a node is absent until its launcher says that it is ready, and may be lost and come back.
 * What a loss leads to is done in pieces, as a node may have many tasks and a run many jobs.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import { endUnless } from "./lifecycle.ts";
import { dropInfeasible, dropInfeasibleRetries, Propagation } from "./propagate.ts";
import type { CoreState } from "./state.ts";
import type { Pieces } from "./work.ts";

/** A node that was absent or lost may be used from now on, with everything on it free. */
export function nodeReady(state: CoreState, node: number, atMs: number): void {
  const { name } = present(state.pool.nodes[node], `node ${node}`);
  if (!state.pool.addNode(node)) return;
  invariant(state.nodeTasks.on(node).length === 0, "Nothing is left on a node when it comes back");
  state.emit({ kind: "nodeReady", atMs, name });
}

/** A node may have gone: nothing is launched there until it is known to be ready or lost. */
export function nodeSuspected(state: CoreState, node: number): void {
  state.pool.holdNode(node);
}

/** A node has gone, and with it the processes on it: their tasks fail, and so does what can never fit again. */
export function nodeLost(state: CoreState, node: number, reason: string, atMs: number): void {
  const { name } = present(state.pool.nodes[node], `node ${node}`);
  if (!state.pool.loseNode(node)) return;
  state.emit({ kind: "nodeLost", atMs, name, reason });
  const words = `node ${name} was lost${reason === "" ? "" : `: ${reason}`}`;
  state.hasLostFit = true;
  state.work.add(endTasksOn(state, node, words));
}

function* endTasksOn(state: CoreState, node: number, reason: string): Pieces {
  for (const task of state.nodeTasks.on(node)) {
    const live = present(state.live.get(task), "a task on a lost node");
    // What runs on its other nodes would go on with cores that are given back now.
    state.order({ kind: "signal", task, attempt: live.attempt, signal: "SIGKILL" });
    endUnless(state, task, live, "node-lost", reason, state.atMs);
    yield;
  }
  invariant(state.nodeTasks.on(node).length === 0, "Nothing runs on a node that was lost");
}

/** How many jobs are looked at in one piece of work. */
const jobsInPiece = 4;

/** Drops what waits for more than the nodes that are left could ever give: once, however many of them were lost. */
export function* dropAllInfeasible(state: CoreState): Pieces {
  const propagation = new Propagation(state, state.atMs);
  let jobs = 0;
  for (const record of state.jobs.values()) {
    dropInfeasible(state, record, propagation);
    if (++jobs % jobsInPiece === 0) yield;
  }
  yield* dropInfeasibleRetries(state, propagation);
  propagation.run();
}
