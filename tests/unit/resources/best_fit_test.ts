import { assert, assertEquals } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { fitBest } from "../../../src/resources/best_fit.ts";
import { atMost, fitOffer, nothing } from "../../../src/resources/fit.ts";
import { FreeNodes } from "../../../src/resources/free_nodes.ts";
import type { Node } from "../../../src/resources/node.ts";
import type { ResourceRequest, Size } from "../../../src/resources/request.ts";

const coresMax = 6;
const size = (max: number) =>
  fc.tuple(fc.integer({ min: 1, max }), fc.nat(max)).map(([min, more]): Size => ({ min, max: min + more }));
const requests: fc.Arbitrary<ResourceRequest> = fc.record({
  cores: size(8),
  nodes: fc.option(size(4), { nil: undefined }),
}).map(({ cores, nodes }) => ({ cores, ...(nodes === undefined ? {} : { nodes }), gpus: 0, memoryMiB: 0 }));
/** What is free on each node, and what of that is held back. */
const frees = fc.array(fc.tuple(fc.nat(coresMax), fc.nat(2)), { minLength: 1, maxLength: 8 });

function offerOf(all: readonly (readonly [number, number])[]) {
  const nodes = all.map((_, index): Node => {
    const coreIds = Array.from({ length: coresMax }, (_, core) => `${core}`);
    return { name: `n${index}`, coreIds, gpuIds: [], memoryMiB: 0 };
  });
  const free = new FreeNodes(all.length, coresMax);
  all.forEach(([cores], node) => free.set(node, cores));
  const amountOf = (node: number) => ({ ...nothing(), cores: all[node]![0] - all[node]![1] });
  return { nodes, free, amountOf };
}

Deno.test("fitBest() gives what nodes in their order would give, nowhere more than there is", () => {
  fc.assert(fc.property(requests, frees, (request, all) => {
    const offer = offerOf(all);
    const [best, first] = [fitBest(request, offer), fitOffer(request, offer)];
    assertEquals(best === undefined, first === undefined);
    const sum = (parts: typeof best) => parts?.reduce((cores, { amount }) => cores + amount.cores, 0) ?? 0;
    if (request.nodes === undefined) assertEquals(sum(best), sum(first));
    else assert(sum(best) >= sum(first), "it takes what is useful");
    const order = best?.map(({ node }) => node) ?? [];
    assertEquals(order, [...new Set(order)].sort((a, b) => a - b));
    for (const { node, amount } of best ?? []) assert(amount.cores > 0 && amount.cores <= offer.amountOf(node).cores);
  }));
});

Deno.test("fitBest() takes cores from one node where that can be: the one with fewest free", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 6 }), frees, (cores, all) => {
    const offer = offerOf(all);
    const parts = fitBest({ cores: { min: cores, max: cores }, gpus: 0, memoryMiB: 0 }, offer);
    const suitable = all.map(([free], node) => ({ free, node })).filter(({ node }) =>
      offer.amountOf(node).cores >= cores
    ).sort((a, b) => a.free - b.free || a.node - b.node);
    if (suitable.length > 0) assertEquals(parts?.map(({ node }) => node), [all.length === 1 ? 0 : suitable[0]!.node]);
  }));
});

Deno.test("fitBest() takes cores from as few nodes as can be, and the rest of them where least is left", () => {
  const six = { cores: { min: 6, max: 6 }, gpus: 0, memoryMiB: 0 };
  const parts = fitBest(six, offerOf([[1, 0], [4, 0], [5, 0], [2, 0], [1, 0]]));
  assertEquals(parts?.map(({ node, amount }) => [node, amount.cores]), [[0, 1], [2, 5]]);
});

Deno.test("fitBest() leaves large nodes to who needs them", () => {
  const two = { nodes: { min: 2, max: 2 }, cores: { min: 2, max: 2 }, gpus: 0, memoryMiB: 0 };
  const nodesOf = (request: ResourceRequest) =>
    fitBest(request, offerOf([[6, 0], [2, 0], [6, 0], [3, 0]]))?.map(({ node, amount }) => [node, amount.cores]);
  assertEquals(nodesOf(two), [[1, 2], [3, 2]]);
  assertEquals(nodesOf({ ...two, cores: { min: 2, max: 5 } }), [[0, 5], [2, 5]], "a range takes what is useful");
});

Deno.test("atMost() cuts a request down, but not below its minima", () => {
  const base = { gpus: 0, memoryMiB: 0 };
  const cores = { min: 2, max: 8 };
  assertEquals(atMost({ ...base, cores }, Infinity, 4), { ...base, cores });
  assertEquals(atMost({ ...base, cores }, 5.5, 4), { ...base, cores: { min: 2, max: 5 } });
  assertEquals(atMost({ ...base, cores }, 1, 4), { ...base, cores: { min: 2, max: 2 } });
  const nodes = { min: 1, max: 4 };
  assertEquals(atMost({ ...base, cores, nodes }, 17, 4), { ...base, cores, nodes: { min: 1, max: 2 } });
  assertEquals(atMost({ ...base, cores, nodes }, 3, 4), {
    ...base,
    cores: { min: 2, max: 3 },
    nodes: { min: 1, max: 1 },
  });
  assertEquals(atMost({ ...base, nodes }, 9, 4), { ...base, nodes: { min: 1, max: 2 } });
});

Deno.test("fitBest() takes of a range of cores what a node offers, though one with more free cores offers less", () => {
  const request = { cores: { min: 2, max: 5 }, nodes: { min: 1, max: 1 }, gpus: 0, memoryMiB: 0 };
  const take = (...frees: [number, number][]) =>
    fitBest(request, offerOf(frees))?.map(({ node, amount }) => [node, amount.cores]);
  assertEquals(take([4, 0], [5, 2], [0, 0]), [[0, 4]]);
  assertEquals(take([3, 0], [6, 2], [6, 3]), [[1, 4]]);
  assertEquals(take([6, 5], [6, 4]), [[1, 2]]);
});
