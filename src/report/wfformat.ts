/**
 * A run as WfCommons' tools read it: WfFormat 1.5, with what waits for what and what each task took. Every task has its
 * command and its cores there, also one that never ran, so that the whole can be run again. The format has no key for
 * redirections: the files of the standard streams are among the inputs and outputs of a task.
 *
 * @module
 */

import type { AdmittedJob } from "../core/types.ts";
import type { Execution } from "../job/description.ts";
import { taskCount, taskName } from "../job/description.ts";
import { taskPaths } from "../job/paths.ts";
import { launchVariables, substituteExecution } from "../job/variables.ts";
import type { NamedAllocation } from "../resources/node.ts";
import { sizeOf } from "../resources/request.ts";
import type { Ledger } from "./ledger.ts";
import type { RunFacts } from "./look/run_status.ts";
import type { RunView } from "./look/run_view.ts";

/** More pairs of tasks than this cannot be written: every edge of a workflow stands for itself there. */
const pairsMax = 2_000_000;

/** A run to write as a workflow. */
export interface WorkflowSource {
  /** The run. */
  readonly view: RunView;
  /** What else is known of it. */
  readonly facts: RunFacts;
  /** The working directory of its tasks, absolute. */
  readonly rootWd: string;
  /** Tells how many bytes a file has; 0 where that is not known. */
  readonly bytesOf: (path: string) => number;
}

/**
 * Makes the workflow.
 *
 * @param source The run.
 * @returns The workflow as a JSON value; a sentence says why there is none.
 */
export function workflowOf({ view, facts, rootWd, bytesOf }: WorkflowSource): object | string {
  const parents = new Map<string, string[]>();
  const children = new Map<string, string[]>();
  const ids = new Ids();
  let pairs = 0;
  for (const job of view.jobs()) {
    for (const [from, to] of pairsOf(view, job)) {
      if (++pairs > pairsMax) return "too many tasks wait for each other, and a workflow names each pair of them";
      push(parents, to, ids.of(from));
      push(children, from, ids.of(to));
    }
  }
  const begunAtMs = facts.begunAtMs ?? view.firstAtMs ?? 0;
  const specification: object[] = [];
  const execution: object[] = [];
  const machines = new Set<string>();
  const files = new Ids();
  for (const { job, offset } of view.tasks()) {
    const name = taskName(job.description, offset);
    const id = ids.of(name);
    const entry = view.ledger.task(job.firstTask + offset);
    const ran = executionOf(job, offset, rootWd, entry.allocation);
    const { stdin, stdout, stderr } = taskPaths(ran, rootWd);
    const outputs = [stdout, stderr].filter((path) => path !== undefined);
    specification.push({
      ...{ id, name, parents: parents.get(name) ?? [], children: children.get(name) ?? [] },
      inputFiles: stdin === undefined ? [] : [files.of(stdin)],
      outputFiles: [...new Set(outputs)].map((path) => files.of(path)),
    });
    for (const { name } of entry.allocation?.nodes ?? []) machines.add(name);
    execution.push({ id, ...measured(entry), ...commandOf(ran), coreCount: coresOf(job, offset, entry.allocation) });
  }
  if (specification.length === 0) return "the run has no tasks, and a workflow needs one at least";
  return {
    name: facts.id,
    description: "A run of qcgpj",
    createdAt: new Date(begunAtMs).toISOString(),
    schemaVersion: "1.5",
    workflow: {
      specification: {
        tasks: specification,
        files: [...files.all()].map(([path, id]) => ({ id, path, sizeInBytes: bytesOf(path) })),
      },
      execution: {
        makespanInSeconds: Math.max(0, (view.lastAtMs ?? begunAtMs) - begunAtMs) / 1000,
        executedAt: new Date(begunAtMs).toISOString(),
        tasks: execution,
        ...(machines.size === 0 ? {} : { machines: [...machines].map((nodeName) => ({ nodeName })) }),
      },
    },
  };
}

/** The ids of what is called so: the format allows few characters in them where they are named. */
class Ids {
  readonly #ids: Map<string, string> = new Map();
  readonly #taken: Set<string> = new Set();

  of(name: string): string {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const plain = name.replaceAll(/[^0-9a-zA-Z_.-]+/g, "_");
    let id = plain;
    for (let number = 2; this.#taken.has(id); number++) id = `${plain}_${number}`;
    this.#taken.add(id);
    this.#ids.set(name, id);
    return id;
  }

  all(): Iterable<readonly [name: string, id: string]> {
    return this.#ids;
  }
}

/** What a task ran; for one that was granted nothing, with the variables that only a grant could fill in. */
function executionOf(
  { description }: AdmittedJob,
  offset: number,
  rootWd: string,
  allocation: NamedAllocation | undefined,
): Execution {
  const variables = new Map(launchVariables({
    job: description,
    offset,
    rootWd,
    allocation: allocation ?? { nodes: [] },
  }));
  if (allocation === undefined) { for (const name of ["ncores", "nnodes", "nlist"]) variables.delete(name); }
  return substituteExecution(description.execution, variables);
}

function commandOf({ exec, script, args }: Execution): object {
  const command = exec === undefined
    ? { program: "bash", arguments: ["-c", script] }
    : { program: exec, arguments: args };
  return { command };
}

/** The cores that a task was granted; for one that was granted none, the fewest that it asks for. */
function coresOf({ requests }: AdmittedJob, offset: number, allocation: NamedAllocation | undefined): number {
  const granted = allocation?.nodes.reduce((sum, { cores }) => sum + cores.length, 0);
  if (granted !== undefined) return Math.max(1, granted);
  let first = 0;
  for (const { count, request } of requests) {
    // How many cores an entire node has is not on record.
    if (offset < first + count) return request.cores === undefined ? 1 : sizeOf(request);
    first += count;
  }
  return 1;
}

/** What a task took; no time at all if it never ran. */
function measured({ startedAtMs, endedAtMs, cpuMs, peakKiB, allocation }: ReturnType<Ledger["task"]>): object {
  if (startedAtMs === undefined || endedAtMs === undefined) return { runtimeInSeconds: 0 };
  const seconds = Math.max(0, endedAtMs - startedAtMs) / 1000;
  return {
    ...{ runtimeInSeconds: seconds, executedAt: new Date(startedAtMs).toISOString() },
    ...(cpuMs === undefined || seconds === 0 ? {} : { avgCPU: cpuMs / seconds / 10 }),
    ...(peakKiB === undefined ? {} : { memoryInBytes: Math.round(peakKiB * 1024) }),
    machines: (allocation?.nodes ?? []).map(({ name }) => name),
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
