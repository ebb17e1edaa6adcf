import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { InvariantError } from "../../../src/base/assert.ts";
import {
  type Allocation,
  formatAllocation,
  formatGpuAllocation,
  nameAllocation,
  type Node,
  shareMemory,
} from "../../../src/resources/node.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { Pool } from "../../../src/resources/pool.ts";
import type { ResourceRequest, Size } from "../../../src/resources/request.ts";

const exactly = (n: number): Size => ({ min: n, max: n });

function request(cores?: Size, nodes?: Size, more: { gpus?: number; memoryMiB?: number } = {}): ResourceRequest {
  return { ...(cores && { cores }), ...(nodes && { nodes }), gpus: 0, memoryMiB: 0, ...more };
}

function format(pool: Pool, allocation: Allocation | undefined): string {
  return allocation === undefined ? "none" : formatAllocation(nameAllocation(pool.nodes, allocation));
}

/** Fits and grants. */
function take(pool: Pool, wanted: ResourceRequest): Allocation | undefined {
  const allocation = pool.fit(wanted);
  if (allocation !== undefined) pool.grant(allocation);
  return allocation;
}

// Section 11.3 of QCG-PilotJob's reference, row by row, but for the first: there nodes are taken in order, and the
// second request spans two though one has room. "free" gives back everything before the next request.
const table: readonly (readonly [string, readonly (readonly [ResourceRequest | "free", string])[]])[] = [
  ["a:4,b:4", [
    [request(exactly(3)), "a[0:1:2]"],
    [request(exactly(3)), "b[0:1:2]"],
    [request(exactly(2)), "a[3],b[3]"],
  ]],
  ["a:4,b:4", [
    [request(exactly(1)), "a[0]"],
    [request(undefined, exactly(1)), "b[0:1:2:3]"],
    [request(exactly(2), exactly(1)), "a[1:2]"],
    [request(exactly(2), exactly(2)), "none"],
  ]],
  ["a:4,b:4", [
    [request({ min: 2, max: 6 }), "a[0:1:2:3],b[0:1]"],
    [request({ min: 1, max: 6 }), "b[2:3]"],
    [request({ min: 1, max: 2 }), "none"],
    ["free", ""],
    [request({ min: 1, max: 2 }), "a[0:1]"],
  ]],
  ["a:2,b:4,c:4", [
    [request(exactly(3), exactly(2)), "b[0:1:2],c[0:1:2]"],
    [request({ min: 1, max: 2 }, { min: 1, max: 3 }), "a[0:1],b[3],c[3]"],
  ]],
  ["a:2,b:2,c:2", [
    [request(undefined, { min: 1, max: 2 }), "a[0:1],b[0:1]"],
    [request(undefined, { min: 2, max: 3 }), "none"],
    [request(exactly(3)), "none"],
    [request(exactly(2)), "c[0:1]"],
    [request(exactly(1)), "none"],
  ]],
];

table.forEach(([nodes, rows], index) => {
  Deno.test(`Pool.fit() follows row ${index + 1} of the table of allocations (${nodes})`, () => {
    const pool = new Pool(parseNodeSpec(nodes));
    let granted: Allocation[] = [];
    for (const [wanted, expected] of rows) {
      if (wanted === "free") {
        granted.forEach((allocation) => pool.release(allocation));
        granted = [];
        continue;
      }
      const allocation = take(pool, wanted);
      assertEquals(format(pool, allocation), expected);
      if (allocation !== undefined) granted.push(allocation);
      pool.checkInvariants(granted);
    }
  });
});

const gpuNode = (name: string, gpus: number, memoryMiB: number): Node => ({
  name,
  coreIds: ["0", "1", "2", "3"],
  gpuIds: Array.from({ length: gpus }, (_, i) => `g${i}`),
  memoryMiB,
});

Deno.test("Pool.fit() passes over nodes without the GPUs or the memory, and takes the lowest GPU ids", () => {
  const pool = new Pool([gpuNode("a", 0, 100), gpuNode("b", 2, 50), gpuNode("c", 3, 100)]);
  const gpus = (n: number) => request(exactly(1), exactly(1), { gpus: n });
  const first = take(pool, gpus(1))!;
  assertEquals(first.parts.map((part) => ({ ...part })), [{ node: 1, cores: [0], gpus: [0], memoryMiB: 0 }]);
  assertEquals({ ...take(pool, gpus(2))!.parts[0]! }, { node: 2, cores: [0], gpus: [0, 1], memoryMiB: 0 });
  assertEquals({ ...take(pool, gpus(1))!.parts[0]! }, { node: 1, cores: [1], gpus: [1], memoryMiB: 0 });
  assertEquals(pool.fit(gpus(2)), undefined);
  pool.release(first);
  assertEquals(pool.fit(gpus(1))!.parts[0]!.gpus, [0]);
  const memory = (n: number) => request(exactly(1), exactly(1), { memoryMiB: n });
  // Of c two cores are gone already.
  assertEquals(take(pool, memory(60))!.parts[0]!.node, 2);
  assertEquals(take(pool, memory(60))!.parts[0]!.node, 0);
  assertEquals(pool.fit(memory(60)), undefined);
  assertEquals(pool.fit(memory(50))!.parts[0]!.node, 1);
});

Deno.test("Pool.grant() and release() refuse what is out or in already", () => {
  const pool = new Pool(parseNodeSpec("2"));
  const allocation = take(pool, request(exactly(2)))!;
  assertThrows(() => pool.grant(allocation), InvariantError);
  pool.release(allocation);
  assertThrows(() => pool.release(allocation), InvariantError);
});

Deno.test("Pool keeps the reserved core from everybody, and its node is never entire", () => {
  const pool = new Pool(parseNodeSpec("a:2,b:2"), { reserveCore: true });
  assertEquals([pool.totals, pool.freeCores], [{ nodes: 2, cores: 3 }, 3]);
  assertEquals(format(pool, pool.fit(request(undefined, exactly(1)))), "b[0:1]");
  assertEquals(format(pool, pool.fit(request(exactly(3)))), "a[1],b[0:1]");
  assert(pool.explainInfeasible(request(undefined, exactly(2))) !== undefined);
  assert(pool.explainInfeasible(request(exactly(4))) !== undefined);
});

Deno.test("Pool.explainInfeasible() says what is wanted and what there is", () => {
  const pool = new Pool(parseNodeSpec("a:4,b:2"));
  const explain = (...wanted: Parameters<typeof request>) => pool.explainInfeasible(request(...wanted));
  assertEquals(explain(exactly(6)), undefined);
  assertEquals(explain({ min: 6, max: 100 }), undefined);
  assertEquals(explain(exactly(7)), "needs 7 cores, but the pool has 2 nodes with 6 cores");
  assertEquals(
    explain(undefined, exactly(3)),
    "needs 3 entire nodes, but the pool has 2 nodes with 6 cores",
  );
  assertEquals(
    explain(exactly(3), exactly(2)),
    "needs 2 nodes with 3 cores each, but only 1 of 2 nodes can give 3 cores; the pool has 2 nodes with 6 cores",
  );
  assertEquals(
    explain(exactly(1), exactly(1), { gpus: 1 }),
    "needs 1 node with 1 core, 1 GPU, but only 0 of 2 nodes can give 1 core, 1 GPU; the pool has 2 nodes with 6 cores " +
      'and 0 GPUs; GPUs that are not found are to be named with the nodes, such as "n1:16:gpu=2"; finding them takes ' +
      "--allow-env=CUDA_VISIBLE_DEVICES and --allow-run=nvidia-smi",
  );
  assertEquals(
    new Pool(parseNodeSpec("2:gpu=1")).explainInfeasible(request(exactly(1), exactly(1), { gpus: 2 })),
    "needs 1 node with 1 core, 2 GPUs, but only 0 of 1 node can give 1 core, 2 GPUs; the pool has 1 node with 2 cores " +
      "and 1 GPU",
  );
  const reserved = new Pool(parseNodeSpec("1"), { reserveCore: true });
  assertEquals(
    reserved.explainInfeasible(request(exactly(1))),
    "needs 1 core, but the pool has 1 node with 0 cores (one more is reserved for the pilot)",
  );
});

Deno.test("Pool counts an absent node for what could ever fit, and for what is free only once it has come", () => {
  const pool = new Pool(parseNodeSpec("a:1,b:4"), { absentNodes: [1] });
  const four = request(exactly(4));
  assertEquals([pool.totals, pool.present], [{ nodes: 2, cores: 5 }, { nodes: 1, cores: 1, freeCores: 1 }]);
  assertEquals([pool.explainInfeasible(four), pool.fit(four), pool.reserve(four)], [undefined, undefined, false]);
  assertEquals([pool.addNode(1), pool.addNode(1)], [true, false]);
  assertEquals([pool.present, pool.reserve(four)], [{ nodes: 2, cores: 5, freeCores: 5 }, true]);
  pool.checkInvariants([]);
  assertEquals(format(pool, pool.fit(four)), "b[0:1:2:3]");
  assertEquals([pool.loseNode(1), pool.present.nodes, pool.totals.nodes], [true, 1, 1]);
  assertEquals(pool.explainInfeasible(four), "needs 4 cores, but the pool has 1 node with 1 core");
});

Deno.test("Pool.addNode() brings a lost node back with everything free, but for the reserved core", () => {
  const pool = new Pool(parseNodeSpec("a:3,b:1"), { reserveCore: true });
  const two = take(pool, request(exactly(2)))!;
  pool.loseNode(0);
  pool.release(two);
  assert(pool.explainInfeasible(request(exactly(3))) !== undefined);
  assertEquals([pool.addNode(0), pool.hasLostNodes, pool.freeCores], [true, false, 3]);
  pool.checkInvariants([]);
  assertEquals(format(pool, pool.fit(request(exactly(3)))), "a[1:2],b[0]");
  assertEquals(pool.explainInfeasible(request(exactly(3))), undefined);
});

Deno.test("Pool.loseNode() takes the node's cores out, and its parts need not be given back", () => {
  const pool = new Pool(parseNodeSpec("a:2,b:2"));
  const both = take(pool, request(exactly(3)))!;
  pool.loseNode(0);
  pool.loseNode(0);
  assertEquals([pool.freeCores, pool.totals, pool.hasLostNodes], [1, { nodes: 1, cores: 2 }, true]);
  pool.release(both);
  pool.checkInvariants([]);
  assertEquals([pool.freeCores, format(pool, pool.fit(request(exactly(2))))], [2, "b[0:1]"]);
  const idle = new Pool(parseNodeSpec("a:2,b:2"));
  idle.loseNode(0);
  idle.loseNode(0);
  assertEquals([idle.freeCores, idle.totals], [2, { nodes: 1, cores: 2 }]);
  idle.checkInvariants([]);
  assertEquals(pool.explainInfeasible(request(exactly(3))), "needs 3 cores, but the pool has 1 node with 2 cores");
});

Deno.test("Pool.reserve() holds back what the request needs, on the nodes with most of it free", () => {
  const pool = new Pool(parseNodeSpec("a:4,b:4,c:2"));
  const old = take(pool, request(exactly(3)))!;
  const large = request(exactly(4), exactly(2));
  assertEquals(pool.fit(large), undefined);
  pool.reserve(large);
  assertEquals(pool.reservedFor, large);
  // Both nodes with four cores are held back entirely; the rest goes on with node c.
  assertEquals(format(pool, pool.fit(request({ min: 1, max: 9 }))), "c[0:1]");
  const younger = take(pool, request(exactly(2)))!;
  assertEquals(pool.fit(request(exactly(1))), undefined);
  pool.release(old);
  assertEquals(pool.fit(request(exactly(1))), undefined);
  assertEquals(format(pool, pool.fit(large)), "a[0:1:2:3],b[0:1:2:3]");
  pool.unreserve();
  assertEquals(format(pool, pool.fit(request(exactly(1)))), "a[0]");
  pool.release(younger);
  pool.checkInvariants([]);
});

Deno.test("Pool.loseNode() drops a reservation, as what it holds may be gone", () => {
  const pool = new Pool(parseNodeSpec("a:2,b:2,c:2"));
  pool.reserve(request(exactly(4)));
  pool.loseNode(0);
  assertEquals(pool.reservedFor, undefined);
});

Deno.test("Pool.reserve() leaves to younger tasks what a held node has beyond the need, and counts it back", () => {
  const pool = new Pool(parseNodeSpec("a:4"));
  const old = take(pool, request(exactly(2)))!;
  const large = request(exactly(3));
  pool.reserve(large);
  const younger = take(pool, request(exactly(1)))!;
  assertEquals(pool.fit(request(exactly(1))), undefined);
  pool.release(younger);
  assertEquals(format(pool, take(pool, request(exactly(1)))), "a[2]");
  pool.release(old);
  assertEquals(format(pool, pool.fit(large)), "a[0:1:3]");
});

const oneNode = (gpus: number) => request(exactly(1), exactly(1), { gpus });

Deno.test("Pool.fit() lets tasks share a GPU up to exactly one, and keeps the others whole", () => {
  const pool = new Pool(parseNodeSpec("20:gpu=2"));
  const tenths = Array.from({ length: 10 }, () => take(pool, oneNode(0.1))!);
  assertEquals(tenths.map(({ parts }) => [parts[0]!.gpus, parts[0]!.gpuShare]), Array(10).fill([[0], 100]));
  assertEquals(take(pool, oneNode(0.001))!.parts[0]!.gpus, [1]);
  pool.checkInvariants([...tenths, { parts: [{ node: 0, cores: [10], gpus: [1], gpuShare: 1, memoryMiB: 0 }] }]);
  assertEquals(pool.fit(oneNode(1)), undefined);
  tenths.forEach((allocation) => pool.release(allocation));
  assertEquals(pool.fit(oneNode(1))!.parts[0]!.gpus, [0]);
  assertEquals(pool.fit(oneNode(2)), undefined);
});

Deno.test("Pool.fit() takes a share where least is left that is enough", () => {
  const pool = new Pool(parseNodeSpec("8:gpu=2"));
  const first = take(pool, oneNode(0.6))!;
  const second = take(pool, oneNode(0.5))!;
  assertEquals([first.parts[0]!.gpus, second.parts[0]!.gpus], [[0], [1]]);
  assertEquals(take(pool, oneNode(0.25))!.parts[0]!.gpus, [0]);
  assertEquals(take(pool, oneNode(0.25))!.parts[0]!.gpus, [1]);
  assertEquals([pool.fit(oneNode(0.5)), pool.fit(oneNode(1))], [undefined, undefined]);
  assertEquals(
    formatGpuAllocation(nameAllocation(pool.nodes, first)) + formatGpuAllocation(nameAllocation(pool.nodes, second)),
    "n0[0*0.6]n0[1*0.5]",
  );
});

Deno.test("Pool.reserve() holds back a GPU that is shared now, and lets younger tasks share with one another", () => {
  const pool = new Pool(parseNodeSpec("8:gpu=2"));
  const old = [take(pool, oneNode(0.5))!, take(pool, oneNode(0.6))!];
  const whole = oneNode(1);
  pool.reserve(whole);
  const young = take(pool, oneNode(0.25))!;
  assertEquals(young.parts[0]!.gpus, [1]);
  // Another GPU with a younger task on it would leave no whole one.
  assertEquals(pool.fit(oneNode(0.5)), undefined);
  assertEquals(take(pool, oneNode(0.15))!.parts[0]!.gpus, [1]);
  old.forEach((allocation) => pool.release(allocation));
  assertEquals(pool.fit(oneNode(0.7)), undefined);
  assertEquals(pool.fit(whole)!.parts[0]!.gpus, [0]);
});

Deno.test("Pool.reserve() holds back a whole GPU for who wants a share of one", () => {
  const pool = new Pool(parseNodeSpec("8:gpu=1"));
  const old = [take(pool, oneNode(0.5))!, take(pool, oneNode(0.5))!];
  const large = oneNode(0.6);
  pool.reserve(large);
  pool.release(old[0]!);
  assertEquals(pool.fit(oneNode(0.3)), undefined);
  pool.release(old[1]!);
  assertEquals(pool.fit(oneNode(0.3)), undefined);
  assertEquals(pool.fit(large)!.parts[0]!.gpuShare, 600);
});

Deno.test("Pool asks for a node's GPUs when a request wants some, and not before", () => {
  let asked = 0;
  const node: Node = {
    ...parseNodeSpec("a:2")[0]!,
    get gpuIds() {
      asked++;
      return ["7"];
    },
  };
  const pool = new Pool([node]);
  const taken = take(pool, request(exactly(1), exactly(1)))!;
  pool.reserve(request(exactly(2)));
  pool.unreserve();
  pool.release(taken);
  assertEquals([pool.explainInfeasible(request(exactly(3))) !== undefined, pool.totals.cores, asked], [true, 2, 0]);
  assertEquals(pool.explainInfeasible(oneNode(1)), undefined);
  assertEquals([asked, pool.gpus], [1, 1]);
});

const sizes = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat(3)).map(([min, more]) => ({ min, max: min + more }));
const requests = fc.record({
  cores: fc.option(sizes, { nil: undefined }),
  nodes: fc.option(sizes, { nil: undefined }),
  gpus: fc.constantFrom(0, 0, 1, 2, 0.5, 0.25, 0.333, 0.9),
  memoryMiB: fc.constantFrom(0, 10),
  counted: fc.constantFrom(undefined, undefined, { a: 1 }, { a: 2, b: 1 }),
}).filter(({ cores, nodes }) => cores !== undefined || nodes !== undefined).map((
  { cores, nodes, gpus, memoryMiB, counted },
): ResourceRequest => ({
  ...request(cores, nodes, nodes === undefined ? {} : { gpus, memoryMiB }),
  ...(counted && { counted }),
}));
const counted = { a: 3, b: 1 };
const nodes = fc.array(
  fc.record({ cores: fc.integer({ min: 1, max: 5 }), gpus: fc.nat(2), memoryMiB: fc.constantFrom(0, 10, 25) }),
  { minLength: 1, maxLength: 4 },
).map((list): Node[] =>
  list.map(({ cores, gpus, memoryMiB }, index) => ({
    name: `n${index}`,
    coreIds: Array.from({ length: cores }, (_, i) => `${i}`),
    gpuIds: Array.from({ length: gpus }, (_, i) => `${i}`),
    memoryMiB,
  }))
);

Deno.test("Pool never breaks its books, and what is feasible fits when all is free", () => {
  fc.assert(fc.property(nodes, fc.boolean(), fc.array(requests), fc.array(fc.nat(9)), (nodes, reserve, all, frees) => {
    const pool = new Pool(nodes, { reserveCore: reserve, counted });
    const out: Allocation[] = [];
    all.forEach((wanted, index) => {
      const isFeasible = pool.explainInfeasible(wanted) === undefined;
      const allocation = take(pool, wanted);
      if (allocation !== undefined) out.push(allocation);
      assert(isFeasible || allocation === undefined, "What can never fit does not fit");
      if (isFeasible && out.length === 0) assert(allocation !== undefined, "What can fit fits an empty pool");
      pool.checkInvariants(out);
      const free = frees[index];
      if (free !== undefined && free < out.length) pool.release(out.splice(free, 1)[0]!);
    });
  }));
});

Deno.test("A reservation is kept: the request fits when all that was granted before it has been released", () => {
  const grants = fc.array(requests, { maxLength: 12 });
  fc.assert(fc.property(nodes, grants, requests, grants, fc.array(fc.nat(9)), (nodes, olds, large, youngs, frees) => {
    const pool = new Pool(nodes, { counted });
    fc.pre(pool.explainInfeasible(large) === undefined);
    const old = olds.map((wanted) => take(pool, wanted)).filter((found) => found !== undefined);
    fc.pre(pool.fit(large) === undefined);
    pool.reserve(large);
    const young: Allocation[] = [];
    youngs.forEach((wanted, index) => {
      const found = take(pool, wanted);
      if (found !== undefined) young.push(found);
      const free = frees[index];
      if (free !== undefined && free < old.length) pool.release(old.splice(free, 1)[0]!);
      else if (free !== undefined && free < young.length) pool.release(young.splice(free, 1)[0]!);
    });
    old.forEach((allocation) => pool.release(allocation));
    assert(pool.fit(large) !== undefined, "The large request must fit now");
    pool.checkInvariants(young);
  }));
});

Deno.test("Pool.explainInfeasible() says when it is only that nobody knows the memory", () => {
  const request = { cores: { min: 1, max: 1 }, nodes: { min: 1, max: 1 }, gpus: 0, memoryMiB: 100 };
  const node = { name: "n", coreIds: ["0"], gpuIds: [], memoryMiB: 0 };
  assertStringIncludes(new Pool([node]).explainInfeasible(request)!, "--allow-sys=systemMemoryInfo");
  assert(!new Pool([{ ...node, memoryMiB: 50 }]).explainInfeasible(request)!.includes("allow-sys"));
  assertEquals(new Pool([{ ...node, memoryMiB: 100 }]).explainInfeasible(request), undefined);
});

Deno.test("shareMemory() divides the machine's memory in proportion to the cores", () => {
  const nodes = shareMemory(parseNodeSpec("1,3"), 1000);
  assertEquals(nodes.map(({ memoryMiB }) => memoryMiB), [250, 750]);
});

Deno.test("Pool.explainInfeasible() says that memory is not known only where no node tells its own", () => {
  const wanted = request(exactly(1), exactly(1), { memoryMiB: 8192 });
  const reason = (...memory: number[]) =>
    new Pool(memory.map((memoryMiB, i) => gpuNode(`n${i}`, 0, memoryMiB))).explainInfeasible(wanted)!;
  assertStringIncludes(reason(0, 0), "how much memory the nodes have is not known");
  assertEquals(reason(0, 4096).includes("is not known"), false);
});

Deno.test("Pool.addNode() lets a node that was held be granted on again, but for what is granted there", () => {
  const pool = new Pool(parseNodeSpec("a:4"));
  const one = take(pool, request(exactly(1)))!;
  pool.holdNode(0);
  assertEquals([pool.freeCores, pool.fit(request(exactly(1)))], [0, undefined]);
  assertEquals([pool.addNode(0), pool.freeCores], [false, 3]);
  assertEquals(format(pool, pool.fit(request(exactly(3)))), "a[1:2:3]");
  pool.checkInvariants([one]);
});
