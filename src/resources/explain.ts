/**
 * Why a request could never fit, in a sentence: what is wanted, and what there is.
 *
 * @module
 */

import { type Amount, fitOffer, takeFrom } from "./fit.ts";
import type { Node } from "./node.ts";
import { countOf, describeOnEachNode, describeRequest, gpusText, type ResourceRequest } from "./request.ts";

/** What there would be if everything were free. */
export interface WholePool {
  /** All nodes. */
  readonly nodes: readonly Node[];
  /** What a node has, by its index; nothing when it is lost. */
  readonly amountOf: (node: number) => Amount;
  /** Nodes that are not lost, and their cores. */
  readonly totals: { readonly nodes: number; readonly cores: number };
  /** Counts the GPUs. */
  readonly gpus: () => number;
  /** Whether one more core is kept for the pilot. */
  readonly reservesCore: boolean;
}

/** Says why a request could not fit even if everything were free; `undefined` when it could. */
export function explainInfeasible(request: ResourceRequest, pool: WholePool): string | undefined {
  const { nodes, amountOf, totals, gpus, reservesCore } = pool;
  if (fitOffer(request, { nodes, amountOf }) !== undefined) return undefined;
  const wanted = describeRequest(request);
  const has = `the pool has ${countOf(totals.nodes, "node")} with ${countOf(totals.cores, "core")}` +
    (request.gpus > 0 ? ` and ${gpusText(gpus())}` : "") +
    (reservesCore ? " (one more is reserved for the pilot)" : "");
  if (request.nodes === undefined || request.nodes.min > totals.nodes) return `needs ${wanted}, but ${has}`;
  const suitable = nodes.filter((node, index) => takeFrom(node, request, amountOf(index)) !== undefined).length;
  const some = `only ${suitable} of ${countOf(totals.nodes, "node")} can give ${describeOnEachNode(request)}`;
  return `needs ${wanted}, but ${some}; ${has}${findHint(request, pool)}`;
}

/** Says how memory or GPUs that are not known can be made known. */
function findHint({ memoryMiB, gpus }: ResourceRequest, pool: WholePool): string {
  if (memoryMiB > 0 && pool.nodes.every((node) => node.memoryMiB === 0)) {
    return "; how much memory the nodes have is not known: run deno again with --allow-sys=systemMemoryInfo";
  }
  if (gpus === 0 || pool.gpus() > 0) return "";
  return '; GPUs that are not found are to be named with the nodes, such as "n1:16:gpu=2"; ' +
    "finding them takes --allow-env=CUDA_VISIBLE_DEVICES and --allow-run=nvidia-smi";
}
