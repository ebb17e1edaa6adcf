/**
 * Fitting a request into what nodes offer, all or nothing, without knowing whose offer it is: what is free now, or what
 * there is in all.
 *
 * @module
 */

import { amountOfGpus } from "./gpu_share.ts";
import type { Node } from "./node.ts";
import type { ResourceRequest, Size } from "./request.ts";

/** Counts of cores, GPUs and MiB on one node. */
export interface Amount {
  cores: number;
  /** Whole GPUs. */
  gpus: number;
  /** The share of one GPU, in thousandths: the largest that is offered, or the one that is taken. */
  gpuShare: number;
  memoryMiB: number;
}

/** What to take on one node. */
export interface NodeAmount {
  readonly node: number;
  readonly amount: Amount;
}

/** What each node offers. */
export interface Offer {
  readonly nodes: readonly Node[];
  /** What a node offers, by its index. */
  readonly amountOf: (node: number) => Amount;
  /** The order in which to ask the nodes; ascending when absent. */
  readonly order?: readonly number[];
  /** The next node from `from` on that may offer so many cores; without `order` only. */
  readonly next?: (from: number, cores: number) => number;
}

/** An amount of nothing. */
export function nothing(): Amount {
  return { cores: 0, gpus: 0, gpuShare: 0, memoryMiB: 0 };
}

/** Fits a request, or returns `undefined`. */
export function fitOffer(request: ResourceRequest, offer: Offer): NodeAmount[] | undefined {
  return request.nodes === undefined ? fitCores(request.cores!, offer) : fitNodes(request, request.nodes, offer);
}

/** Fills nodes one after another until `cores.max` is reached. */
function fitCores(cores: Size, { nodes, amountOf, order, next = same }: Offer): NodeAmount[] | undefined {
  const parts: NodeAmount[] = [];
  let wanted = cores.max;
  for (let i = next(0, 1); i < nodes.length && wanted > 0; i = next(i + 1, 1)) {
    const node = order === undefined ? i : order[i]!;
    const take = Math.min(wanted, amountOf(node).cores);
    if (take <= 0) continue;
    parts.push({ node, amount: { ...nothing(), cores: take } });
    wanted -= take;
  }
  return cores.max - wanted >= cores.min ? parts : undefined;
}

/** Takes from each suitable node, up to `size.max` nodes. */
function fitNodes(
  request: ResourceRequest,
  size: Size,
  { nodes, amountOf, order, next = same }: Offer,
): NodeAmount[] | undefined {
  const parts: NodeAmount[] = [];
  const least = request.cores?.min ?? 1;
  for (let i = next(0, least); i < nodes.length && parts.length < size.max; i = next(i + 1, least)) {
    const node = order === undefined ? i : order[i]!;
    const amount = takeFrom(nodes[node]!, request, amountOf(node));
    if (amount !== undefined) parts.push({ node, amount });
  }
  return parts.length >= size.min ? parts : undefined;
}

/** Goes from node to node. */
function same(from: number): number {
  return from;
}

/** What a request with `nodes` takes on a node that offers `offered`; `undefined` if that is too little. */
export function takeFrom(node: Node, request: ResourceRequest, offered: Amount): Amount | undefined {
  const { gpus, share: gpuShare } = amountOfGpus(request.gpus);
  const { memoryMiB } = request;
  if (offered.gpus < gpus || offered.gpuShare < gpuShare || offered.memoryMiB < memoryMiB) return undefined;
  const rest = { gpus, gpuShare, memoryMiB };
  // An entire node is one with every core of it, so a node that lends one to the pilot is never entire.
  const all = node.coreIds.length;
  if (request.cores === undefined) return offered.cores === all ? { cores: all, ...rest } : undefined;
  if (offered.cores < request.cores.min) return undefined;
  return { cores: Math.min(request.cores.max, offered.cores), ...rest };
}

/** The request with every size at its minimum. */
export function atLeast(request: ResourceRequest): ResourceRequest {
  const least = (size: Size): Size => ({ min: size.min, max: size.min });
  return {
    ...request,
    ...(request.cores === undefined ? {} : { cores: least(request.cores) }),
    ...(request.nodes === undefined ? {} : { nodes: least(request.nodes) }),
  };
}

/**
 * The request with its sizes cut down to so many cores in all, as far as its minima let: fewer nodes first, then fewer
 * cores on each.
 *
 * @param nodeCores How many cores an entire node counts for.
 */
export function atMost(request: ResourceRequest, cores: number, nodeCores: number): ResourceRequest {
  if (cores === Infinity) return request;
  const cut = ({ min, max }: Size, most: number): Size => ({
    min,
    max: Math.max(min, Math.min(max, Math.floor(most))),
  });
  if (request.nodes === undefined) return { ...request, cores: cut(request.cores!, cores) };
  const nodes = cut(request.nodes, cores / (request.cores?.max ?? nodeCores));
  return {
    ...request,
    nodes,
    ...(request.cores === undefined ? {} : { cores: cut(request.cores, cores / nodes.max) }),
  };
}
