/**
 * Nodes that come and go: a node is absent until its launcher says that it is ready, and may be lost and come back.
 *
 * @module
 */

import { present } from "../base/assert.ts";
import { endUnless } from "./lifecycle.ts";
import { dropInfeasible, dropInfeasibleRetries, Propagation } from "./propagate.ts";
import { holdsOn } from "../resources/node.ts";
import type { CoreState } from "./state.ts";

/** A node that was absent or lost may be used from now on, with everything on it free. */
export function nodeReady(state: CoreState, node: number, atMs: number): void {
  const { name } = present(state.pool.nodes[node], `node ${node}`);
  if (state.pool.addNode(node)) state.emit({ kind: "nodeReady", atMs, name });
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
  for (const [task, live] of state.live) {
    if (!holdsOn(live.allocation, node)) continue;
    // What runs on its other nodes would go on with cores that are given back now.
    state.order({ kind: "signal", task, attempt: live.attempt, signal: "SIGKILL" });
    endUnless(state, task, live, "node-lost", words, atMs);
  }
  const propagation = new Propagation(state, atMs);
  for (const record of [...state.jobs.values()]) dropInfeasible(state, record, propagation);
  dropInfeasibleRetries(state, propagation);
  propagation.run();
}
