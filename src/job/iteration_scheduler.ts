/**
 * Iteration schedulers: how many cores or nodes each iteration of a job gets, with QCG-PilotJob's arithmetic. Shares
 * are counted of all that the pool has, not of what is free.
 *
 * @module
 */

import type { ResourceRequest, Size } from "../resources/request.ts";
import { isSize, type JobDescription, type SizeRequest, type SizeScheduler, taskCount } from "./description.ts";
import { refuse } from "./json.ts";

/** `count` iterations in a row that get `size` each. */
export interface ShareRun {
  /** How many iterations, at least 1. */
  readonly count: number;
  /** What each of them gets, at least 1. */
  readonly size: number;
}

/** `count` tasks in a row that ask for the same. */
export interface RequestRun {
  /** How many tasks, at least 1. */
  readonly count: number;
  /** What each of them asks for. Runs with equal requests share one object. */
  readonly request: ResourceRequest;
}

/** What the pool has in all, without what is reserved for the pilot. */
export interface DivisibleTotals {
  /** Schedulable cores. */
  readonly cores: number;
  /** Nodes. */
  readonly nodes: number;
}

/**
 * Divides `available` among iterations.
 *
 * `split-into` gives each the same: `available / parts`, rounded down. `maximum-iters` runs as many at once as the
 * minimum allows, in as few rounds as possible, and divides everything among the iterations of a round, larger shares
 * last.
 *
 * @param scheduler The rule.
 * @param iterations How many iterations there are, at least 1.
 * @param available What there is to divide.
 * @returns The shares in the order of the iterations, as runs; `undefined` if there is not enough for one iteration.
 */
export function divideShares(
  scheduler: SizeScheduler,
  iterations: number,
  available: number,
): Iterable<ShareRun> | undefined {
  if (scheduler.name === "split-into") {
    const size = Math.floor(available / (scheduler.parts ?? iterations));
    return size < 1 ? undefined : [{ count: iterations, size }];
  }
  const atOnce = Math.floor(available / scheduler.min);
  return atOnce < 1 ? undefined : divideInRounds(iterations, atOnce, available);
}

function* divideInRounds(iterations: number, atOnce: number, available: number): Generator<ShareRun> {
  // All at once is simply the case of one round.
  let rounds = Math.ceil(iterations / atOnce);
  for (let left = iterations; left > 0; rounds--) {
    const count = Math.ceil(left / rounds);
    const size = Math.floor(available / count);
    const larger = available % count;
    yield { count: count - larger, size };
    if (larger > 0) yield { count: larger, size: size + 1 };
    left -= count;
  }
}

/**
 * Says what each task of a job asks of the pool.
 *
 * @param job The job.
 * @param totals What the pool has, for iteration schedulers.
 * @returns Runs that cover all tasks in order: one run for a plain job or plain sizes.
 * @throws {JobDescriptionError} If an iteration scheduler has less than one core or node for an iteration.
 */
export function taskRequests(job: JobDescription, totals: DivisibleTotals): readonly RequestRun[] {
  const { gpus, memoryMiB, counted } = job.resources;
  const amounts = { gpus, memoryMiB, ...(counted && { counted }) };
  const interned = new Map<string, ResourceRequest>();
  const runs: RequestRun[] = [];
  for (const { count, cores, nodes } of zipRuns(sizeRuns(job, "cores", totals), sizeRuns(job, "nodes", totals))) {
    const key = `${cores?.min}-${cores?.max}/${nodes?.min}-${nodes?.max}`;
    let request = interned.get(key);
    if (request === undefined) {
      request = Object.freeze({ ...(cores && { cores }), ...(nodes && { nodes }), ...amounts });
      interned.set(key, request);
    }
    const last = runs.at(-1);
    if (last?.request === request) runs[runs.length - 1] = { count: last.count + count, request };
    else runs.push({ count, request });
  }
  return runs;
}

/** `count` tasks in a row whose cores, or nodes, are `size`; `undefined` where the job does not say. */
interface SizeRun {
  readonly count: number;
  readonly size: Size | undefined;
}

function* sizeRuns(job: JobDescription, unit: "cores" | "nodes", totals: DivisibleTotals): Generator<SizeRun> {
  const wanted: SizeRequest | undefined = job.resources[unit];
  const count = taskCount(job);
  if (wanted === undefined || isSize(wanted)) return yield { count, size: wanted };
  const available = totals[unit];
  const shares = divideShares(wanted.scheduler, count, available) ??
    refuseShare(job, unit, wanted.scheduler, available);
  for (const share of shares) yield { count: share.count, size: { min: share.size, max: share.size } };
}

function refuseShare(job: JobDescription, unit: "cores" | "nodes", scheduler: SizeScheduler, available: number): never {
  const spot = { jobName: job.name, path: `resources.${unit === "cores" ? "numCores" : "numNodes"}.scheduler` };
  if (scheduler.name === "split-into") {
    const parts = scheduler.parts ?? taskCount(job);
    refuse(
      spot,
      `resolved to zero: ${available} ${unit} divided by ${parts} parts leave less than one for an iteration`,
    );
  }
  refuse(spot, `needs at least ${scheduler.min} ${unit} for an iteration, but there are ${available} in all`);
}

/** Cuts two sequences of runs over the same tasks so that both are constant within each piece. */
function* zipRuns(
  coreRuns: Iterator<SizeRun>,
  nodeRuns: Iterator<SizeRun>,
): Generator<{ readonly count: number; readonly cores: Size | undefined; readonly nodes: Size | undefined }> {
  let [cores, nodes] = [coreRuns.next(), nodeRuns.next()];
  let [coresLeft, nodesLeft] = [0, 0];
  if (!cores.done) coresLeft = cores.value.count;
  if (!nodes.done) nodesLeft = nodes.value.count;
  while (!cores.done && !nodes.done) {
    const count = Math.min(coresLeft, nodesLeft);
    yield { count, cores: cores.value.size, nodes: nodes.value.size };
    coresLeft -= count;
    nodesLeft -= count;
    if (coresLeft === 0 && !(cores = coreRuns.next()).done) coresLeft = cores.value.count;
    if (nodesLeft === 0 && !(nodes = nodeRuns.next()).done) nodesLeft = nodes.value.count;
  }
}
