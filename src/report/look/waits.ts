/**
 * What tasks that have not begun wait for, as far as the events of a run tell: other tasks, a pause before the next
 * attempt, or resources.
 *
 * @module
 */

import type { Edge, JobId } from "../../core/types.ts";
import { taskCount, taskName } from "../../job/description.ts";
import { jobState } from "../views.ts";
import type { RunView, ViewedTask } from "./run_view.ts";
import { isTerminal } from "../states.ts";

/** What a task waits for. */
export type Wait =
  /** These must succeed first. */
  | { readonly kind: "dependencies"; readonly on: readonly string[] }
  /** It failed, and waits for its next attempt. */
  | { readonly kind: "retry" }
  /** It waits for resources only. */
  | { readonly kind: "resources" };

/** Tasks that wait for the same. */
export interface WaitCount {
  /** What they wait for. */
  readonly kind: Wait["kind"];
  /** How many they are. */
  readonly tasks: number;
  /** The first few of those that must succeed first. */
  readonly on?: readonly string[];
}

/** How many names of what is waited for are kept. */
const namesMax = 5;

/** Says what a queued task waits for. */
export function waitOf(view: RunView, { job, offset }: ViewedTask): Wait {
  const on = job.edges.flatMap((edge) => openSources(view, edge, offset));
  if (on.length > 0) return { kind: "dependencies", on };
  return view.ledger.task(job.firstTask + offset).attempts > 0 ? { kind: "retry" } : { kind: "resources" };
}

/** Counts what all queued tasks wait for, the commonest first. */
export function countWaits(view: RunView): WaitCount[] {
  const counts = { dependencies: 0, retry: 0, resources: 0 };
  const names = new Set<string>();
  for (const job of view.jobs()) {
    const waitsAsWhole = job.edges.flatMap((edge) => edge.kind === "job" ? openSources(view, edge, 0) : []);
    const count = taskCount(job.description);
    for (let offset = 0; offset < count; offset++) {
      if (view.ledger.state(job.firstTask + offset) !== "QUEUED") continue;
      const wait: Wait = waitsAsWhole.length > 0
        ? { kind: "dependencies", on: waitsAsWhole }
        : waitOf(view, { job, offset });
      counts[wait.kind]++;
      if (wait.kind === "dependencies") { for (const name of wait.on) if (names.size < namesMax) names.add(name); }
    }
  }
  return (["resources", "dependencies", "retry"] as const).filter((kind) => counts[kind] > 0).map((kind) => ({
    kind,
    tasks: counts[kind],
    ...(kind === "dependencies" ? { on: [...names] } : {}),
  })).sort((a, b) => b.tasks - a.tasks);
}

/** What an edge still waits for, by name: no job goes on waiting for what has ended otherwise than it should. */
function openSources(view: RunView, edge: Edge, offset: number): string[] {
  switch (edge.kind) {
    case "missing":
      return [edge.name];
    case "job":
      return edge.offset === undefined ? openJob(view, edge.job) : openTask(view, edge.job, edge.offset);
    case "aligned":
      return openTask(view, edge.job, offset + edge.shift);
    case "perTask": {
      const job = edge.jobs[offset];
      return job === undefined || job < 0 ? [] : openJob(view, job);
    }
    default:
      return edge satisfies never;
  }
}

function openJob(view: RunView, id: JobId): string[] {
  const job = view.job(id);
  if (job === undefined || isTerminal(jobState(view.ledger, job))) return [];
  return [job.description.name];
}

function openTask(view: RunView, id: JobId, offset: number): string[] {
  const job = view.job(id);
  if (job === undefined || isTerminal(view.ledger.state(job.firstTask + offset))) return [];
  return [taskName(job.description, offset)];
}
