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
    "if (launches >= state.launchesMax)",
    "if (false)",
    "a step starts all that fits, however much it is",
    "unit/core/schedule_test.ts",
  ),
  plant(
    "core/core.ts",
    "if (this.#state.isPassCut) return this.#latestMs;",
    "",
    "nobody goes on with a pass that was cut short",
    "unit/runtime/driver_test.ts",
  ),
  plant(
    "runtime/driver.ts",
    "this.#inbox.drain(inputsMax)",
    "this.#inbox.drain(Infinity)",
    "a turn takes all the news that there is",
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
    'if (input.kind === "nodeLost") this.#launched.deleteAll(input.node);',
    "{}",
    "the driver remembers for ever what ran on a lost node",
    "unit/runtime/driver_test.ts",
  ),
  plant(
    "core/nodes.ts",
    "if (state.pool.addNode(node)) state.emit",
    "state.pool.addNode(node); state.emit",
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
