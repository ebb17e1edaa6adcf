/**
 * What a task asks of the pool: cores, nodes and generic resources. Equal requests have equal keys, so that the
 * scheduler can keep one queue per kind of request.
 *
 * @module
 */

import { type Counts, formatCounts } from "./counted.ts";

export { countedNameForm, type Counts, formatCounts, isCountedName } from "./counted.ts";
export { gpuCountForm, isGpuCount } from "./gpu_share.ts";

/** How many of something: an exact number has `min === max`. */
export interface Size {
  /** The smallest acceptable number, at least 1. */
  readonly min: number;
  /** The largest useful number, at least `min`. */
  readonly max: number;
}

/** Cores and nodes of one task. At least one of `cores` and `nodes` is given. */
export interface ResourceRequest {
  /** Cores in all; on **each** node when `nodes` is given too. */
  readonly cores?: Size;
  /** Nodes; entire idle nodes when `cores` is not given. */
  readonly nodes?: Size;
  /** GPUs on each node, 0 for none: a whole number, or a share of one such as 0.5. */
  readonly gpus: number;
  /** Memory in MiB on each node, 0 for none stated. */
  readonly memoryMiB: number;
  /** Counted resources of the pool, in all; absent for none. */
  readonly counted?: Counts;
}

/** Returns the text that is equal for equal requests. */
export function requestKey(request: ResourceRequest): string {
  const size = (s: Size | undefined) => s === undefined ? "" : `${s.min}-${s.max}`;
  const counted = request.counted === undefined ? "" : `/${formatCounts(request.counted)}`;
  return `${size(request.cores)}/${size(request.nodes)}/${request.gpus}/${request.memoryMiB}${counted}`;
}

/** Whether a request can do with fewer cores or nodes than it can use. */
export function isRange({ cores, nodes }: ResourceRequest): boolean {
  return (cores !== undefined && cores.min < cores.max) || (nodes !== undefined && nodes.min < nodes.max);
}

/** An entire node counts for so many cores where sizes are compared: more than any one has. */
const coresOfEntireNode = 1 << 16;

/** How large a request is, beside others: the fewest cores that it is content with. */
export function sizeOf({ cores, nodes }: ResourceRequest): number {
  return (cores?.min ?? coresOfEntireNode) * (nodes?.min ?? 1);
}

/** Counts things in words: `1 core`, `2 cores`. */
export function countOf(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}

/** Counts GPUs in words: `2 GPUs`, `0.5 GPU`. */
export function gpusText(gpus: number): string {
  return gpus > 0 && gpus < 1 ? `${gpus} GPU` : countOf(gpus, "GPU");
}

/** Says what a request wants on each node, at least. */
export function describeOnEachNode(request: ResourceRequest): string {
  const cores = request.cores === undefined ? "all its cores" : countOf(request.cores.min, "core");
  return [cores, ...genericResources(request)].join(", ");
}

function genericResources({ gpus, memoryMiB }: ResourceRequest): string[] {
  return [
    ...(gpus > 0 ? [gpusText(gpus)] : []),
    ...(memoryMiB > 0 ? [`${memoryMiB} MiB of memory`] : []),
  ];
}

/** Says what a request wants, at least. */
export function describeRequest(request: ResourceRequest): string {
  if (request.nodes === undefined) return countOf(request.cores!.min, "core");
  const { min } = request.nodes;
  const isEntire = request.cores === undefined;
  const onEach = isEntire ? genericResources(request).join(", ") : describeOnEachNode(request);
  const nodes = countOf(min, isEntire ? "entire node" : "node");
  return onEach === "" ? nodes : `${nodes} with ${onEach}${min > 1 ? " each" : ""}`;
}
