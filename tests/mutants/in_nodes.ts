/**
 * Mistakes about nodes that come and go, turns that are too long, and where launches go.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants of this file. */
export const inNodes: readonly Mutant[] = [
  plant(
    "core/schedule.ts",
    "state.tasks.setAttempt(task, attempt);",
    "",
    "launches are not counted: an invariant says so before anything else does",
    "unit/core/traces_test.ts",
  ),
  plant(
    "resources/node_books.ts",
    "if (this.capacity.cores < coreIds.length) this.#cores.remove(0);",
    "",
    "the reserved core of a node that comes back is free: an invariant says so",
    "unit/resources/pool_test.ts",
  ),
  plant(
    "core/schedule.ts",
    "this.#launches >= this.#state.launchesMax",
    "false",
    "a step starts all that fits, however much it is",
    "unit/core/schedule_test.ts",
  ),
  plant(
    "core/core.ts",
    "if (this.isUnfinished || this.#state.isPassCut)",
    "if (this.isUnfinished)",
    "nobody goes on with a pass that was cut short",
    "unit/runtime/driver_test.ts",
  ),
  plant(
    "core/core.ts",
    "for (let left = state.piecesMax; left > 0; left--)",
    "for (let left = Infinity; left > 0; left--)",
    "a step takes in all inputs that there are, and does all that they lead to",
    "unit/runtime/driver_test.ts",
  ),
  plant(
    "runtime/driver.ts",
    " || work > workMax",
    "",
    "long turns follow one another and let nobody between",
    "unit/runtime/driver_test.ts",
  ),
  plant(
    "runtime/driver.ts",
    "if (!core.isUnfinished) this.#waits",
    "this.#waits",
    "what a large request leads to counts as on record before it is",
    "unit/runtime/driver_test.ts",
  ),
  plant(
    "runtime/driver.ts",
    'if (input.kind === "nodeLost") this.#launched.deleteAll(input.node);',
    "{}",
    "the driver remembers for ever what ran on a lost node",
    "unit/runtime/driver_test.ts",
  ),
  plant(
    "core/core.ts",
    "if (this.isUnfinished) return state.output;",
    "",
    "tasks start that a cancel, which is under way, has not reached",
    "unit/core/work_test.ts",
    "sim/simulator_test.ts",
  ),
  plant(
    "core/core.ts",
    "if (!state.work.isDone) return;",
    "",
    "an input is applied before all is done that the one before leads to",
    "unit/core/work_test.ts",
  ),
  plant(
    "core/core.ts",
    "return this.#next < this.#inputs.length || !work.isDone || hasLostFit;",
    "return !work.isDone || hasLostFit;",
    "a step that leaves inputs to the next one makes its pass before",
    "unit/core/work_test.ts",
  ),
  plant(
    "core/work.ts",
    "if (done) this.#stack.splice(latest, 1);",
    "if (done) this.#stack.pop();",
    "what the last piece of some work has added is dropped with it",
    "unit/core/work_test.ts",
  ),
  plant(
    "core/stop.ts",
    "if (isLive || task % tasksInPiece === 0) yield;",
    "",
    "a cancel stops all running tasks in one turn",
    "unit/core/work_test.ts",
  ),
  plant(
    "core/nodes.ts",
    "state.hasLostFit = true;",
    "",
    "what can never fit any more waits for ever",
    "unit/core/work_test.ts",
    "sim/simulator_test.ts",
  ),
  plant(
    "core/node_tasks.ts",
    "list.tasks = this.on(node);",
    "list.tasks = [];",
    "tasks that run on a node are forgotten when its list is cleaned",
    "unit/core/node_tasks_test.ts",
  ),
  plant(
    "runtime/driver.ts",
    "core.isUnfinished || turns % turnsMax === 0",
    "turns % turnsMax === 0",
    "a long cancel lets nobody else have a turn",
    "unit/runtime/driver_test.ts",
  ),
  plant(
    "core/nodes.ts",
    "if (!state.pool.addNode(node)) return;",
    "state.pool.addNode(node);",
    "a node that is ready is told to be so again",
    "unit/core/traces_test.ts",
  ),
  plant(
    "resources/pool.ts",
    "this.#answers.clear();\n    this.unreserve();",
    "this.#answers.clear();",
    "what is held back on a lost node stays held back",
    "unit/resources/pool_test.ts",
  ),
  plant(
    "report/forecast.ts",
    ", launchesMax: Infinity",
    "",
    "a large wave of a forecast is told as several",
    "unit/report/forecast_test.ts",
  ),
  plant(
    "launch/plan_task.ts",
    ".without([...slurm.unset, ...unset])",
    ".without([])",
    "a variable that must be taken away of the pilot's is passed on",
    "unit/launch/plan_task_test.ts",
  ),
  plant(
    "runtime/router_launcher.ts",
    "this.#launched.deleteAll(node);",
    "",
    "the router signals what ran on a lost node",
    "unit/runtime/router_launcher_test.ts",
  ),
];
