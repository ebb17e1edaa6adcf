/**
 * A run as WfCommons' tools read it: WfFormat 1.5, with what waits for what and what each task took.
 *
 * @module
 */

import type { AdmittedJob } from "../core/types.ts";
import { taskCount, taskName } from "../job/description.ts";
import { fillExecution } from "../job/filled_execution.ts";
import type { RunFacts } from "./look/run_status.ts";
import type { RunView } from "./look/run_view.ts";

/** More pairs of tasks than this cannot be written: every edge of a workflow stands for itself there. */
const pairsMax = 2_000_000;

/**
 * Makes the workflow.
 *
 * @param view The run.
 * @param facts What else is known of it.
 * @param rootWd The working directory of its tasks, absolute.
 * @returns The workflow as a JSON value; `undefined` if too many tasks wait for each other.
 */
export function workflowOf(view: RunView, facts: RunFacts, rootWd: string): object | undefined {
  const parents = new Map<string, string[]>();
  const children = new Map<string, string[]>();
  let pairs = 0;
  for (const job of view.jobs()) {
    for (const [from, to] of pairsOf(view, job)) {
      if (++pairs > pairsMax) return undefined;
      push(parents, to, from);
      push(children, from, to);
    }
  }
  const begunAtMs = facts.begunAtMs ?? view.firstAtMs ?? 0;
  const specification: object[] = [];
  const execution: object[] = [];
  const machines = new Set<string>();
  for (const { job, offset } of view.tasks()) {
    const id = taskName(job.description, offset);
    specification.push({
      ...{ id, name: job.description.name, parents: parents.get(id) ?? [], children: children.get(id) ?? [] },
      ...{ inputFiles: [], outputFiles: [] },
    });
    const { startedAtMs, endedAtMs, cpuMs, peakKiB, allocation } = view.ledger.task(job.firstTask + offset);
    if (startedAtMs === undefined || endedAtMs === undefined) continue;
    const nodes = allocation?.nodes ?? [];
    const { execution: ran } = fillExecution({
      job: job.description,
      offset,
      rootWd,
      allocation: allocation ?? { nodes },
    });
    for (const { name } of nodes) machines.add(name);
    const seconds = Math.max(0, endedAtMs - startedAtMs) / 1000;
    execution.push({
      ...{ id, runtimeInSeconds: seconds, executedAt: new Date(startedAtMs).toISOString() },
      command: ran.exec === undefined
        ? { program: "bash", arguments: ["-c", ran.script] }
        : { program: ran.exec, arguments: ran.args },
      coreCount: nodes.reduce((sum, { cores }) => sum + cores.length, 0),
      ...(cpuMs === undefined || seconds === 0 ? {} : { avgCPU: cpuMs / seconds / 10 }),
      ...(peakKiB === undefined ? {} : { memoryInBytes: Math.round(peakKiB * 1024) }),
      machines: nodes.map(({ name }) => name),
    });
  }
  return {
    name: facts.id,
    description: "A run of qcgpj",
    createdAt: new Date(begunAtMs).toISOString(),
    schemaVersion: "1.5",
    workflow: {
      specification: { tasks: specification, files: [] },
      execution: {
        makespanInSeconds: Math.max(0, (view.lastAtMs ?? begunAtMs) - begunAtMs) / 1000,
        executedAt: new Date(begunAtMs).toISOString(),
        tasks: execution,
        machines: [...machines].map((nodeName) => ({ nodeName })),
      },
    },
  };
}

/** Which task of the others each task of a job waits for. */
function* pairsOf(view: RunView, { description, edges }: AdmittedJob): Generator<readonly [from: string, to: string]> {
  const count = taskCount(description);
  for (const edge of edges) {
    if (edge.kind === "missing") continue;
    for (let offset = 0; offset < count; offset++) {
      const to = taskName(description, offset);
      const source = view.job(edge.kind === "perTask" ? edge.jobs[offset]! : edge.job);
      if (source === undefined) continue;
      const all = taskCount(source.description);
      const one = edge.kind === "aligned" ? offset + edge.shift : edge.kind === "job" ? edge.offset : undefined;
      const [first, last] = one === undefined ? [0, all - 1] : [one, one];
      for (let other = first; other <= last; other++) {
        if (other >= 0 && other < all) yield [taskName(source.description, other), to];
      }
    }
  }
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
