/**
 * The jobs of a run as a graph of what waits for what, laid out in columns: a job stands right of all that it waits for.
 * Where there are too many jobs, those of one column whose names differ in numbers only are drawn as one.
 *
 * @module
 */

import type { AdmittedJob, Edge, JobId } from "../../core/types.ts";
import { taskCount } from "../../job/description.ts";
import type { RunView } from "../look/run_view.ts";
import type { JobState } from "../states.ts";

/** A job, or jobs that are drawn as one. */
export interface GraphNode {
  /** What it is called. */
  readonly name: string;
  /** How many jobs it stands for. */
  readonly jobs: number;
  /** How many tasks are in each state; states that none is in are left out. */
  readonly counts: Partial<Record<JobState, number>>;
  /** Its column, from 0. */
  readonly column: number;
  /** Its row in the column, from 0. */
  readonly row: number;
}

/** The graph: edges are pairs of indexes into the nodes, what is waited for first. */
export interface JobGraph {
  /** The nodes, column by column. */
  readonly nodes: readonly GraphNode[];
  /** The edges; each pair once. */
  readonly edges: readonly (readonly [from: number, to: number])[];
  /** How many jobs there are. */
  readonly jobs: number;
  /** Whether a node may stand for several jobs. */
  readonly isAggregated: boolean;
}

/** How many nodes are drawn at most. */
const nodesMax = 500;
/** How often the rows are put in order by what they are joined with. */
const sweeps = 4;

interface Box {
  readonly name: string;
  readonly column: number;
  readonly jobs: AdmittedJob[];
  readonly sources: Set<number>;
  place: number;
}

/** Lays the jobs of a run out. */
export function layOutJobs(view: RunView): JobGraph {
  const jobs = [...view.jobs()];
  const columns = columnsOf(jobs);
  const byName = (job: AdmittedJob, column: number) => `${column} ${job.description.name.replaceAll(/\d+/g, "#")}`;
  let boxes = boxesOf(jobs, columns, jobs.length <= nodesMax ? ({ id }) => `${id}` : byName);
  if (boxes.length > nodesMax) boxes = boxesOf(jobs, columns, (_, column) => `${column}`);
  if (boxes.length > nodesMax) {
    const width = Math.ceil((Math.max(...columns.values()) + 1) / nodesMax);
    const wide = new Map([...columns].map(([id, column]) => [id, Math.floor(column / width)]));
    boxes = boxesOf(jobs, wide, (_, column) => `${column}`);
  }
  const order = placeRows(boxes);
  const indexes = new Map(order.map((box, index) => [box, index]));
  const rows = new Map<number, number>();
  return {
    nodes: order.map((box) => {
      const row = rows.get(box.column) ?? 0;
      rows.set(box.column, row + 1);
      return { name: box.name, jobs: box.jobs.length, counts: countStates(view, box.jobs), column: box.column, row };
    }),
    edges: boxes.flatMap((box) =>
      [...box.sources].map((from) => [indexes.get(boxes[from]!)!, indexes.get(box)!] as const)
    ),
    jobs: jobs.length,
    isAggregated: boxes.length < jobs.length,
  };
}

/** The column of each job: one more than the greatest of what it waits for. A job never waits for a later one. */
function columnsOf(jobs: readonly AdmittedJob[]): Map<JobId, number> {
  const columns = new Map<JobId, number>();
  for (const job of jobs) {
    let column = 0;
    for (const source of sourcesOf(job)) column = Math.max(column, (columns.get(source) ?? -1) + 1);
    columns.set(job.id, column);
  }
  return columns;
}

function* sourcesOf({ edges }: AdmittedJob): Generator<JobId> {
  for (const edge of edges) yield* jobsOf(edge);
}

function jobsOf(edge: Edge): readonly JobId[] {
  switch (edge.kind) {
    case "job":
    case "aligned":
      return [edge.job];
    case "perTask":
      return edge.jobs.filter((job) => job >= 0);
    case "missing":
      return [];
    default:
      return edge satisfies never;
  }
}

function boxesOf(
  jobs: readonly AdmittedJob[],
  columns: ReadonlyMap<JobId, number>,
  keyOf: (job: AdmittedJob, column: number) => string,
): Box[] {
  const boxes: Box[] = [];
  const byKey = new Map<string, number>();
  const byJob = new Map<JobId, number>();
  for (const job of jobs) {
    const column = columns.get(job.id)!;
    const key = keyOf(job, column);
    let index = byKey.get(key);
    if (index === undefined) {
      index = boxes.push({ name: job.description.name, column, jobs: [], sources: new Set(), place: 0 }) - 1;
      byKey.set(key, index);
    }
    boxes[index]!.jobs.push(job);
    byJob.set(job.id, index);
    for (const source of sourcesOf(job)) {
      const from = byJob.get(source);
      // Only one that was removed is not known.
      if (from !== undefined && from !== index) boxes[index]!.sources.add(from);
    }
  }
  return boxes;
}

/** Puts the boxes of each column in an order in which few edges cross: each near the middle of what it is joined with. */
function placeRows(boxes: readonly Box[]): Box[] {
  const columns: Box[][] = [];
  for (const box of boxes) (columns[box.column] ??= []).push(box);
  const filled = columns.filter((column) => column !== undefined);
  const targets = new Map<Box, Box[]>(boxes.map((box) => [box, []]));
  for (const box of boxes) for (const from of box.sources) targets.get(boxes[from]!)!.push(box);
  const number = (column: Box[]) => column.forEach((box, place) => box.place = (place + 0.5) / column.length);
  filled.forEach(number);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const isForward = sweep % 2 === 0;
    for (const column of isForward ? filled : filled.toReversed()) {
      const wanted = new Map(column.map((box) => {
        const joined = isForward ? [...box.sources].map((from) => boxes[from]!) : targets.get(box)!;
        return [
          box,
          joined.length === 0 ? box.place : joined.reduce((sum, { place }) => sum + place, 0) / joined.length,
        ];
      }));
      column.sort((a, b) => wanted.get(a)! - wanted.get(b)!);
      number(column);
    }
  }
  return filled.flat();
}

function countStates(view: RunView, jobs: readonly AdmittedJob[]): GraphNode["counts"] {
  const counts: Partial<Record<JobState, number>> = {};
  for (const { firstTask, description } of jobs) {
    const stop = firstTask + taskCount(description);
    for (let task = firstTask; task < stop; task++) {
      const state = view.ledger.state(task);
      counts[state] = (counts[state] ?? 0) + 1;
    }
  }
  return counts;
}
