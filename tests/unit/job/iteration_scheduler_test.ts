import { assert, assertEquals, assertStrictEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { JobDescriptionError } from "../../../src/errors.ts";
import type { SizeScheduler } from "../../../src/job/description.ts";
import { divideShares, taskRequests } from "../../../src/job/iteration_scheduler.ts";
import { parse } from "./support.ts";

const expand = (scheduler: SizeScheduler, n: number, available: number): number[] | undefined => {
  const runs = divideShares(scheduler, n, available);
  return runs && [...runs].flatMap(({ count, size }) => Array<number>(count).fill(size));
};

Deno.test("divideShares() split-into: QCG-PilotJob's results", () => {
  const table: [number, number, number, number | undefined, number[] | undefined][] = [
    [1, 4, 10, undefined, [2, 2, 2, 2]],
    [1, 10, 10, 5, Array(10).fill(2)],
    [1, 3, 10, 4, [2, 2, 2]],
    [4, 3, 10, 5, [2, 2, 2]],
    [1, 3, 2, undefined, undefined],
  ];
  for (const [min, n, available, parts, expected] of table) {
    const scheduler = { name: "split-into" as const, min, ...(parts !== undefined && { parts }) };
    assertEquals(expand(scheduler, n, available), expected);
  }
});

Deno.test("divideShares() maximum-iters: QCG-PilotJob's results", () => {
  const table: [number, number, number, string][] = [
    [1, 3, 10, "3 3 4"],
    [3, 3, 11, "3 4 4"],
    [5, 3, 11, "5 6 11"],
    [5, 4, 11, "5 6 5 6"],
    [6, 4, 11, "11 11 11 11"],
    [1, 11, 10, "1 1 2 2 2 2 2 2 2 2 2"],
    [2, 7, 10, "2 2 3 3 3 3 4"],
    [3, 10, 10, "3 3 4 3 3 4 5 5 5 5"],
    [1, 25, 8, "1 1 1 1 1 1 2 1 1 1 1 2 2 1 1 1 1 2 2 1 1 1 1 2 2"],
    [3, 5, 8, "4 4 4 4 8"],
    [1, 1, 1, "1"],
  ];
  for (const [min, n, available, expected] of table) {
    assertEquals(expand({ name: "maximum-iters", min }, n, available)?.join(" "), expected, `${min} ${n} ${available}`);
  }
  assertEquals(expand({ name: "maximum-iters", min: 12 }, 2, 10), undefined);
});

/** QCG-PilotJob's rule for maximum-iters, written down as section 12 of its description says it. */
function maximumIters(min: number, n: number, available: number): number[] {
  const divide = (count: number) => {
    const shares: number[] = [];
    for (let left = count, rest = available; left > 0; left--) {
      shares.push(Math.floor(rest / left));
      rest -= shares.at(-1)!;
    }
    return shares;
  };
  if (n * min <= available) return divide(n);
  const shares: number[] = [];
  let rounds = Math.ceil(n / Math.floor(available / min));
  for (let left = n; left > 0; rounds--) {
    const count = Math.ceil(left / rounds);
    shares.push(...divide(count));
    left -= count;
  }
  return shares;
}

Deno.test("divideShares() maximum-iters equals QCG-PilotJob's step-by-step rule", () => {
  const small = fc.integer({ min: 1, max: 60 });
  fc.assert(
    fc.property(small, small, small, (min, n, available) => {
      fc.pre(min <= available);
      assertEquals(expand({ name: "maximum-iters", min }, n, available), maximumIters(min, n, available));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("divideShares() gives every iteration at least min, and a round never more than there is", () => {
  const small = fc.integer({ min: 1, max: 200 });
  fc.assert(fc.property(small, small, small, (min, n, available) => {
    fc.pre(min <= available);
    const shares = expand({ name: "maximum-iters", min }, n, available)!;
    assertEquals(shares.length, n);
    assert(shares.every((share) => share >= min && share <= available));
  }));
});

const totals = { cores: 10, nodes: 4 };

Deno.test("taskRequests() is one run for a plain job and for plain sizes", () => {
  const one = { min: 1, max: 1 };
  assertEquals(taskRequests(parse({}), totals), [{ count: 1, request: { cores: one, gpus: 0, memoryMiB: 0 } }]);
  const iterative = parse({
    iteration: { start: 5, stop: 1_000_000 },
    resources: { numCores: { min: 1, max: 4 }, numNodes: 2, nodeCrs: { gpu: 1, mem: 9 } },
  });
  assertEquals(taskRequests(iterative, totals), [{
    count: 999_995,
    request: { cores: { min: 1, max: 4 }, nodes: { min: 2, max: 2 }, gpus: 1, memoryMiB: 9 },
  }]);
});

Deno.test("taskRequests() gives each iteration its share of cores, equal requests as one object", () => {
  const job = parse({ iteration: { stop: 5 }, resources: { numCores: { min: 3, scheduler: "maximum-iters" } } });
  const runs = taskRequests(job, { cores: 11, nodes: 2 });
  assertEquals(runs.map(({ count, request }) => [count, request.cores!.min, request.cores!.max, request.nodes]), [
    [1, 3, 3, undefined],
    [2, 4, 4, undefined],
    [1, 5, 5, undefined],
    [1, 6, 6, undefined],
  ]);
  const rounds = parse({ iteration: { stop: 4 }, resources: { numCores: { min: 5, scheduler: "maximum-iters" } } });
  const repeated = taskRequests(rounds, { cores: 11, nodes: 2 });
  assertEquals(repeated.map(({ count, request }) => [count, request.cores!.min]), [[1, 5], [1, 6], [1, 5], [1, 6]]);
  assertStrictEquals(repeated[0]!.request, repeated[2]!.request);
});

Deno.test("taskRequests() joins neighbours with equal shares into one run", () => {
  const job = parse({ iteration: { stop: 4 }, resources: { numCores: { min: 6, scheduler: "maximum-iters" } } });
  assertEquals(taskRequests(job, { cores: 11, nodes: 1 }).map((run) => run.count), [4]);
});

Deno.test("taskRequests() divides nodes, beside fixed or divided cores", () => {
  const nodes = { numNodes: { scheduler: { name: "split-into", params: { parts: 2 } } } };
  const fixed = parse({ iteration: { stop: 3 }, resources: { ...nodes, numCores: 3 } });
  assertEquals(taskRequests(fixed, totals), [
    { count: 3, request: { cores: { min: 3, max: 3 }, nodes: { min: 2, max: 2 }, gpus: 0, memoryMiB: 0 } },
  ]);
  const both = parse({
    iteration: { stop: 3 },
    resources: { numNodes: { scheduler: "maximum-iters" }, numCores: { scheduler: "maximum-iters" } },
  });
  const runs = taskRequests(both, { cores: 10, nodes: 5 });
  assertEquals(runs.map(({ count, request }) => [count, request.cores!.min, request.nodes!.min]), [
    [1, 3, 1],
    [1, 3, 2],
    [1, 4, 2],
  ]);
});

Deno.test("taskRequests() refuses a share of zero, with the numbers", () => {
  const split = parse({ iteration: { stop: 3 }, resources: { numCores: { scheduler: "split-into" } } });
  const error = assertThrows(() => taskRequests(split, { cores: 2, nodes: 1 }), JobDescriptionError);
  assertEquals([error.jobName, error.path], ["tj", "resources.numCores.scheduler"]);
  assertStringIncludes(error.message, "resolved to zero: 2 cores divided by 3 parts");
  const many = parse({ iteration: { stop: 2 }, resources: { numNodes: { min: 12, scheduler: "maximum-iters" } } });
  const tooFew = assertThrows(() => taskRequests(many, { cores: 99, nodes: 10 }), JobDescriptionError);
  assertEquals(tooFew.path, "resources.numNodes.scheduler");
  assertStringIncludes(tooFew.message, "at least 12 nodes for an iteration, but there are 10");
});

Deno.test("taskRequests() covers a million iterations in many rounds", () => {
  const job = parse({
    iteration: { stop: 1_000_000 },
    resources: { numCores: { min: 3, scheduler: "maximum-iters" } },
  });
  const runs = taskRequests(job, { cores: 10, nodes: 1 });
  assertEquals(runs.reduce((sum, run) => sum + run.count, 0), 1_000_000);
  assertEquals(new Set(runs.map((run) => run.request)).size, 3);
});
