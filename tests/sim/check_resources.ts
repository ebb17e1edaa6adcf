/**
 * Checkers of what is shared and counted: parts of a GPU, and counted resources.
 *
 * @module
 */

import { type Checker, eachScheduled, walkSteps } from "./check_tasks.ts";
import type { Model, ModelTask } from "./model.ts";

/** Adds up what live tasks hold, by name. */
function sumHeld(model: Model, held: (task: ModelTask) => Iterable<readonly [string, number]>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const task of model.tasks.values()) {
    if (!task.isLive) continue;
    for (const [name, count] of held(task)) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return sums;
}

const sharesFitOneGpu: Checker = {
  promise: "Tasks that share a GPU ask together for no more than one, and nobody else has it",
  check: (history) => {
    for (const { step, model } of walkSteps(history)) {
      const left = eachScheduled(step, model, () => undefined);
      if (left !== undefined) return left;
      const sums = sumHeld(
        model,
        ({ allocation }) =>
          allocation!.nodes.flatMap(({ name, gpus, gpuShare = 1 }) =>
            gpus.map((gpu) => [`GPU ${gpu} of ${name}`, Math.round(1000 * gpuShare)] as const)
          ),
      );
      for (const [gpu, thousandths] of sums) {
        if (thousandths > 1000) return `${thousandths} thousandths of ${gpu} are held`;
      }
    }
    return undefined;
  },
};

const countedWithinNumber: Checker = {
  promise: "Of a counted resource no more is held than there is",
  check: (history) => {
    const { counted = {} } = history.workload;
    for (const { step, model } of walkSteps(history)) {
      const left = eachScheduled(step, model, () => undefined);
      if (left !== undefined) return left;
      const sums = sumHeld(model, ({ requestKey }) => Object.entries<number>(JSON.parse(requestKey).counted ?? {}));
      for (const [name, count] of sums) if (count > (counted[name] ?? 0)) return `${count} ${name} are held`;
    }
    return undefined;
  },
};

/** The checkers of this file. */
export const resourceCheckers: readonly Checker[] = [sharesFitOneGpu, countedWithinNumber];
