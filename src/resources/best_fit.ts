/**
 * Chooses nodes for a request so that least is wasted: of those that fit, the node with fewest free cores, so that what
 * is free elsewhere stays together for what needs more. Cores that no single node has come from as few nodes as can be.
 *
 * @module
 */

import { PairHeap } from "../base/heap.ts";
import { type Amount, fitOffer, type NodeAmount, nothing, takeFrom } from "./fit.ts";
import type { FreeNodes } from "./free_nodes.ts";
import type { Node } from "./node.ts";
import type { ResourceRequest, Size } from "./request.ts";

/** What is free now. */
export interface FreeOffer {
  readonly nodes: readonly Node[];
  /** What a request may take on a node, by its index; at most what is free. */
  readonly amountOf: (node: number) => Amount;
  /** The free cores of all nodes. */
  readonly free: FreeNodes;
}

/** Fits a request, or returns `undefined`. The parts come in ascending order of their nodes. */
export function fitBest(request: ResourceRequest, offer: FreeOffer): NodeAmount[] | undefined {
  const { nodes, amountOf, free } = offer;
  // Of one node there is no choice, and of entire nodes nothing is left over.
  if (nodes.length === 1 || request.cores === undefined) {
    return fitOffer(request, { nodes, amountOf, next: (from, cores) => free.next(from, cores) });
  }
  const parts = request.nodes === undefined
    ? fitCores(request.cores, offer)
    : fitNodes(request, request.nodes, request.cores, offer);
  return parts?.sort((a, b) => a.node - b.node);
}

function fitCores({ min, max }: Size, { amountOf, free }: FreeOffer): NodeAmount[] | undefined {
  if (free.sum < min) return undefined;
  const taken = new Set<number>();
  const fullest = (cores: number) => free.fullest(cores, (node) => !taken.has(node) && amountOf(node).cores >= cores);
  const partOf = (node: number, cores: number): NodeAmount => ({ node, amount: { ...nothing(), cores } });
  const whole = fullest(max);
  if (whole !== undefined) return [partOf(whole, max)];
  const parts: NodeAmount[] = [];
  let wanted = max;
  for (const node of free.byFree()) {
    const offered = amountOf(node).cores;
    if (offered <= 0) continue;
    if (offered >= wanted) {
      parts.push(partOf(fullest(wanted)!, wanted));
      return parts;
    }
    parts.push(partOf(node, offered));
    taken.add(node);
    wanted -= offered;
  }
  return max - wanted >= min ? parts : undefined;
}

function fitNodes(
  request: ResourceRequest,
  size: Size,
  cores: Size,
  offer: FreeOffer,
): NodeAmount[] | undefined {
  const { nodes, amountOf, free } = offer;
  const parts = new Map<number, Amount>();
  const isTaken = (node: number): boolean => {
    const amount = parts.has(node) ? undefined : takeFrom(nodes[node]!, request, amountOf(node));
    if (amount !== undefined) parts.set(node, amount);
    return amount !== undefined;
  };
  // First nodes that give all that is useful, then those that give most.
  while (parts.size < size.max) {
    const found = free.fullest(cores.max, (node) => amountOf(node).cores >= cores.max && isTaken(node));
    if (found === undefined) break;
  }
  const rest = parts.size < size.max && cores.min < cores.max ? byOffer(offer) : [];
  for (const node of rest) {
    if (parts.size === size.max) break;
    isTaken(node);
  }
  if (parts.size < size.min) return undefined;
  return [...parts].map(([node, amount]) => ({ node, amount }));
}

/** All nodes, those that offer most cores first. One of which something is held back offers less than it has free. */
function* byOffer({ amountOf, free }: FreeOffer): Generator<number> {
  const held = new PairHeap(); // Nodes by what they offer, most first.
  for (const node of free.byFree()) {
    for (; held.size > 0 && -held.firstKey! >= free.of(node); held.pop()) yield held.firstValue!;
    const { cores } = amountOf(node);
    if (cores < free.of(node)) held.push(-cores, node);
    else yield node;
  }
  for (; held.size > 0; held.pop()) yield held.firstValue!;
}
