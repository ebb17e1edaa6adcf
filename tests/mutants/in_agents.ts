/**
 * Mutants in what decides whether a node is lost, and when work stops.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants. */
export const inAgents: readonly Mutant[] = [
  plant(
    "runtime/swept_launcher.ts",
    "this.#ended(spread, isWide && isKilled ? this.#there : nodes, (more) => {",
    "this.#ended(spread, nodes, (more) => {",
    "what a killed task has on a node that is not its own runs on",
    "unit/runtime/swept_launcher_test.ts",
    "sim/spread_test.ts",
  ),
  plant(
    "runtime/swept_launcher.ts",
    "spread.lostNode ??= node;",
    "",
    "a task that fails as one of its nodes goes is not tried elsewhere",
    "unit/runtime/swept_launcher_test.ts",
  ),
  plant(
    "runtime/agent_post.ts",
    "this.left.push(...this.session?.marks ?? []);",
    "",
    "what Slurm runs for a task outlives the agent of its node",
    "unit/runtime/agents_launcher_test.ts",
  ),
  plant(
    "deno/keeper/guests.ts",
    'const signal = forMs < leftoverGraceMs ? "SIGTERM" : "SIGKILL";',
    'const signal = "SIGTERM";',
    "what a task has on another node and does not listen to SIGTERM stays",
    "unit/deno/keeper/guests_test.ts",
  ),
  plant(
    "core/explain_wait.ts",
    "if (lacksTime !== undefined) return { ...base, needs, lacksTime };",
    "",
    "explain says of what waits for another allocation that it waits for cores",
    "unit/core/stop_time_test.ts",
  ),
  plant(
    "slurm/srun_task.ts",
    "return changesSrun(name) || visibleDevices.includes(name);",
    "return changesSrun(name);",
    "without agents a task sees all GPUs of its node",
    "unit/slurm/srun_task_test.ts",
  ),
  plant(
    "launch/models/launch_model.ts",
    "const command = gpus === undefined ? words : lookUpVariables(gpus, words);",
    "const command = words;",
    "a parallel program sees the GPUs of its first node on all nodes",
    "unit/launch/node_gpus_test.ts",
  ),
  plant(
    "agent/lease.ts",
    "return this.#isSuspended ? Infinity : this.#endMs;",
    "return this.#endMs;",
    "a pause of the pilot costs the tasks of other nodes",
    "unit/agent/lease_test.ts",
    "sim/agents_test.ts",
  ),
  plant(
    "runtime/agent_post.ts",
    "if (this.#thawPing === undefined || number < this.#thawPing) return;",
    "if (this.#thawPing === undefined) return;",
    "tasks go on by a lease that counts from before the pause",
    "unit/runtime/agents_launcher_test.ts",
  ),
  plant(
    "runtime/deferred_ends.ts",
    "if (waitMs === 0) return tell();",
    "return tell();",
    "what the batch system ended a moment before it told the pilot counts as failed",
    "unit/runtime/deferred_ends_test.ts",
  ),
  plant(
    "agent/lease.ts",
    "sentMs + this.#fenceMs);",
    "Infinity);",
    "an agent that nobody hears goes on for ever",
    "unit/agent/lease_test.ts",
    "sim/agents_test.ts",
  ),
  plant(
    "agent/node_watch.ts",
    'if (this.#phase === "cutting" || this.#phase === "lost") return;\n    this.#lastPong = ',
    "this.#lastPong = ",
    "who answers after it was cut off is not lost",
    "unit/agent/node_watch_test.ts",
  ),
  plant(
    "agent/node_watch.ts",
    "if (this.#lastPongMs !== Infinity) this.#lastPongMs = nowMs;",
    "",
    "nodes are accused of the pilot's own pause",
    "unit/agent/node_watch_test.ts",
    "sim/agents_test.ts",
  ),
  plant(
    "agent/node_watch.ts",
    "this.#lossesMs.length < lossesMax",
    "true",
    "an agent that dies again and again is started for ever",
    "unit/agent/node_watch_test.ts",
  ),
  plant(
    "runtime/gathering.ts",
    "if (this.#ready.size < this.#needed) return [];",
    "",
    "work begins before enough nodes are there",
    "unit/runtime/gathering_test.ts",
    "unit/runtime/agents_launcher_test.ts",
  ),
  plant(
    "core/state.ts",
    "&& !this.#isTooLong(task)",
    "",
    "what cannot end before the allocation does is started",
    "unit/core/stop_time_test.ts",
  ),
  plant(
    "slurm/true_cores.ts",
    "const isWhole = cpus.length === node.cpus;",
    "const isWhole = true;",
    "tasks are bound to CPUs of others",
    "unit/slurm/allocation_test.ts",
  ),
  plant(
    "deno/keeper/step_ends.ts",
    "untilMs: nowMs + endedMsMax",
    "untilMs: nowMs",
    "an srun is killed with its task before it has ended its step",
    "unit/deno/keeper/step_ends_test.ts",
    "unit/deno/keeper/ends_test.ts",
  ),
];
