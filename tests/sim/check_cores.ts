/**
 * Checkers of cores: grants and sums.
 *
 * @module
 */

import { type Checker, eachScheduled, walkSteps } from "./check_tasks.ts";
import type { ModelTask } from "./model.ts";

const noCoreTwice: Checker = {
  promise: "No core and no GPU is granted twice, and the reserved core to nobody",
  check: (history) => {
    const { nodes, reserveCore } = history.workload;
    for (const { step, model } of walkSteps(history)) {
      const wrong = eachScheduled(step, model, (task, now) => {
        const taken = new Map<string, string>();
        if (reserveCore) taken.set(`${nodes[0]!.name} core ${nodes[0]!.coreIds[0]}`, "the pilot");
        for (const other of now.tasks.values()) {
          if (!other.isLive) continue;
          for (const thing of thingsOf(other)) taken.set(thing, other.name);
        }
        const event = step.output.events.find((one) => one.kind === "taskScheduled" && one.task === task.id);
        const { allocation } = event as typeof event & { kind: "taskScheduled" };
        const mine = thingsOf({ allocation });
        if (new Set(mine).size < mine.length) return `${task.name} got something twice`;
        const twice = mine.find((thing) => taken.has(thing));
        return twice && `${task.name} got ${twice}, which ${taken.get(twice)} holds`;
      });
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  },
};

function thingsOf({ allocation }: Pick<ModelTask, "allocation">): string[] {
  return (allocation?.nodes ?? []).flatMap(({ name, cores, gpus, gpuShare }) => [
    ...cores.map((core) => `${name} core ${core}`),
    // Shares are added up by a checker of their own.
    ...(gpuShare === undefined ? gpus.map((gpu) => `${name} GPU ${gpu}`) : []),
  ]);
}

const sumsAreRight: Checker = {
  promise: "Free and granted cores add up to all there are",
  check: (history) => {
    const crash = history.entries.find((entry) =>
      entry.kind === "crashed" || (entry.kind === "stopped" && `${entry.error}`.startsWith("InvariantError"))
    );
    if (crash !== undefined) return `${(crash as { error: unknown }).error}`;
    const { nodes, reserveCore } = history.workload;
    for (const { step, model } of walkSteps(history)) {
      eachScheduled(step, model, () => undefined);
      let granted = 0;
      for (const task of model.tasks.values()) {
        if (!task.isLive) continue;
        for (const node of task.allocation!.nodes) {
          if (model.gone.has(node.name)) return `${task.name} holds cores of ${node.name}, which is not there`;
          granted += node.cores.length;
        }
      }
      const all = nodes.reduce((sum, node) => sum + (model.gone.has(node.name) ? 0 : node.coreIds.length), 0) -
        (reserveCore && !model.gone.has(nodes[0]!.name) ? 1 : 0);
      if (step.freeCores + granted !== all) return `${step.freeCores} free + ${granted} granted cores are not ${all}`;
    }
    return undefined;
  },
};

const requestsAreMet: Checker = {
  promise: "A task gets as many cores and nodes as it asks for",
  check: (history) => {
    for (const { step, model } of walkSteps(history)) {
      for (const event of step.output.events) {
        if (event.kind !== "taskScheduled") continue;
        const { cores, nodes } = JSON.parse(model.task(event.task).requestKey);
        const counts = event.allocation.nodes.map((node) => node.cores.length);
        const sum = counts.reduce((a, b) => a + b, 0);
        const within = (n: number, size: { min: number; max: number }) => n >= size.min && n <= size.max;
        const isRight = nodes === undefined
          ? within(sum, cores)
          : within(counts.length, nodes) && counts.every((n) => cores === undefined || within(n, cores));
        if (!isRight) return `${model.task(event.task).name} got ${counts} for ${model.task(event.task).requestKey}`;
      }
    }
    return undefined;
  },
};

const nodesAreReady: Checker = {
  promise: "A task starts only on nodes that are ready, and ends at once when one of them is lost",
  check: (history) => {
    const { nodes } = history.workload;
    for (const { step, model } of walkSteps(history)) {
      const losses = step.inputs.filter((input) => input.kind === "nodeLost");
      const left = new Map<ModelTask, string>();
      for (const { node, reason } of losses) {
        const { name } = nodes[node]!;
        for (const task of model.tasks.values()) {
          if (task.isLive && holds(task, name)) left.set(task, `node ${name} was lost: ${reason}`);
        }
      }
      const reasons = new Map(
        step.output.events.flatMap((event) =>
          event.kind === "taskEnded" || event.kind === "attemptEnded" ? [[event.task, event.outcome] as const] : []
        ),
      );
      for (const [task, words] of left) {
        const outcome = reasons.get(task.id);
        if (outcome === undefined) return `${task.name} goes on though ${words}`;
        const isNodeLost = outcome.kind === "failed" && outcome.cause === "node-lost";
        if (isNodeLost && !losses.some(({ reason }) => outcome.reason.endsWith(` was lost: ${reason}`))) {
          return `${task.name} ended as "${outcome.reason}", and not as ${words}`;
        }
      }
      const wrong = eachScheduled(step, model, (task, now) => {
        const event = step.output.events.find((one) => one.kind === "taskScheduled" && one.task === task.id);
        const { allocation } = event as typeof event & { kind: "taskScheduled" };
        const gone = allocation.nodes.find(({ name }) => now.gone.has(name));
        return gone && `${task.name} starts on ${gone.name}, which is not ready`;
      });
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  },
};

function holds({ allocation }: ModelTask, node: string): boolean {
  return allocation!.nodes.some(({ name }) => name === node);
}

/** The checkers of this file. */
export const coreCheckers: readonly Checker[] = [
  noCoreTwice,
  sumsAreRight,
  requestsAreMet,
  nodesAreReady,
];
