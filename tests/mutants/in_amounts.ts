/**
 * Mistakes in what is granted beside cores: GPUs, shares of them, counted resources, and the CPUs of cores.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants. */
export const inAmounts: readonly Mutant[] = [
  plant(
    "resources/gpu_devices.ts",
    "gpus: gpus.filter(({ file }) => host.mayOpen(file)),",
    "gpus,",
    "GPUs that a control group keeps from us are counted among those that tasks get",
    "unit/resources/gpu_devices_test.ts",
  ),
  plant(
    "resources/gpu_devices.ts",
    "const names = minors.length > 0\n",
    "const names = minors.length < 0\n",
    "AMD's GPUs are numbered by their files, not as their driver does",
    "unit/resources/gpu_devices_test.ts",
  ),
  plant(
    "launch/sandbox.ts",
    "order.devices.length === 0 ? plan.env.own : countAnew(plan.env.own)",
    "plan.env.own",
    "a task in the sandbox looks for its GPU by a number that it has outside",
    "unit/launch/sandbox_test.ts",
  ),
  plant(
    "resources/reservation.ts",
    "more: capacity - need - users.size",
    "more: capacity - need",
    "younger tasks leave no whole GPU for whom one is held back",
    "unit/resources/pool_test.ts",
  ),
  plant(
    "resources/reservation.ts",
    "hold.need.gpus + (hold.need.gpuShare > 0 ? 1 : 0)",
    "hold.need.gpus",
    "nothing is held back for who wants a share of a GPU",
    "unit/resources/pool_test.ts",
  ),
  plant(
    "resources/gpu_books.ts",
    "if (share > 0 && rest < gpuShares) this.#left.set(gpu, rest);",
    "if (share > 0) this.#left.set(gpu, rest);",
    "a GPU that was shared is never whole again",
    "unit/resources/gpu_books_test.ts",
  ),
  plant(
    "resources/counted.ts",
    "const left = (this.capacity.get(name) ?? 0) - heldBack(name);",
    "const left = this.capacity.get(name) ?? 0;",
    "counted resources that are held back go to younger tasks",
    "unit/resources/counted_test.ts",
  ),
  plant(
    "resources/reservation.ts",
    "addCounts(this.#youngerCounted, allocation.counted, sign);",
    "",
    "what younger tasks have of a counted resource is lent twice",
    "unit/resources/counted_test.ts",
  ),
  plant(
    "resources/find_gpus.ts",
    "if (value !== undefined) return visibleDevices(value);",
    "if (value) return visibleDevices(value);",
    "who was given no GPU takes those that are there",
    "unit/resources/find_gpus_test.ts",
  ),
  plant(
    "launch/environment.ts",
    'return areNamed ? "empty" : "leave";',
    'return "empty";',
    "jobs that never spoke of GPUs lose them",
    "unit/launch/environment_test.ts",
  ),
  plant(
    "launch/binding.ts",
    'cpus.length === 0 || (mode === "auto" && job.resources.hasDefaultCores)',
    "cpus.length === 0",
    "a job that names no core is bound to one",
    "unit/launch/binding_test.ts",
  ),
];
