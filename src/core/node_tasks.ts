/**
 * Which tasks were started on which node, so that a node that is lost costs by its own tasks, not by all that run.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { type Allocation, holdsOn } from "../resources/node.ts";
import type { TaskId } from "./types.ts";

/** The most entries of ended tasks in a list, beside one entry for each task that has not ended. */
const staleMax = 64;

/** What a task that holds cores is known by here. */
type Holder = { readonly allocation: Allocation };

/** Tasks by node. Those that have ended are left in the lists for a while, and passed over. */
export class NodeTasks {
  readonly #lists: { tasks: TaskId[]; limit: number }[];
  readonly #find: (task: TaskId) => Holder | undefined;

  /** Creates empty lists for the nodes of a pool; `find` looks up a task that holds cores. */
  constructor(nodes: number, find: (task: TaskId) => Holder | undefined) {
    this.#lists = Array.from({ length: nodes }, () => ({ tasks: [], limit: staleMax }));
    this.#find = find;
  }

  /** Notes that a task was given an allocation. */
  add(task: TaskId, allocation: Allocation): void {
    for (const { node } of allocation.parts) {
      const list = this.#lists[node];
      invariant(list !== undefined, () => `A task runs on node ${node}, which is not there`);
      // Short tasks leave their entries behind; cleaned out each time that the list has doubled, that costs nearly nothing.
      if (list.tasks.push(task) <= list.limit) continue;
      list.tasks = this.on(node);
      list.limit = 2 * list.tasks.length + staleMax;
      invariant(list.tasks.length < list.limit, "A list that was cleaned out has room");
    }
  }

  /** The tasks that hold something on a node, in ascending order. */
  on(node: number): TaskId[] {
    const holds = (task: TaskId) => {
      const live = this.#find(task);
      return live !== undefined && holdsOn(live.allocation, node);
    };
    return [...new Set(this.#lists[node]!.tasks)].filter(holds).sort((a, b) => a - b);
  }
}
