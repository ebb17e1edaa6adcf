import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { InvariantError } from "../../../src/base/assert.ts";
import { CountedBooks, formatCounts, isCountedName, parseCounts } from "../../../src/resources/counted.ts";
import { nameAllocation } from "../../../src/resources/node.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { Pool } from "../../../src/resources/pool.ts";
import { requestKey, type ResourceRequest } from "../../../src/resources/request.ts";

const one = (counted: Record<string, number>, cores = 1): ResourceRequest => ({
  cores: { min: cores, max: cores },
  gpus: 0,
  memoryMiB: 0,
  counted,
});

Deno.test("parseCounts() reads counts, and says what is wrong with others", () => {
  assertEquals(parseCounts(["licences=3", "disk.a-b_1=0"]), { licences: 3, "disk.a-b_1": 0 });
  assertEquals(parseCounts([]), {});
  const table: [string[], string][] = [
    [["licences"], 'must be name=number such as "licences=3", not "licences"'],
    [["a=1", "b=x"], 'not "b=x"'],
    [["=1"], 'not "=1"'],
    [["1a=1"], 'not "1a=1"; a name is a letter'],
    [["a=-1"], 'not "a=-1"'],
    [["a=1.5"], 'not "a=1.5"'],
    [["a=2147483648"], "at most 2147483647 of each"],
    [["a=1", "a=2"], 'has "a" twice'],
  ];
  for (const [items, message] of table) assertStringIncludes(parseCounts(items) as string, message);
});

Deno.test("isCountedName() takes words that an option and a path can hold", () => {
  assertEquals(["a", "A.b-c_1", "x".repeat(64)].map(isCountedName), [true, true, true]);
  assertEquals(["", "1", "_a", "a b", "a=b", "a,b", "ä", "x".repeat(65)].map(isCountedName), Array(8).fill(false));
});

Deno.test("CountedBooks refuses what is not free, and what was not taken", () => {
  const books = new CountedBooks({ a: 2 });
  books.take({ a: 2 });
  assertEquals([books.has({ a: 1 }), books.has(undefined), books.has({ b: 1 })], [false, true, false]);
  assertThrows(() => books.take({ a: 1 }), InvariantError);
  assertThrows(() => books.take({ b: 1 }), InvariantError);
  books.give({ a: 2 });
  assertThrows(() => books.give({ a: 1 }), InvariantError);
  assertThrows(() => books.checkInvariants([{ a: 1 }]), InvariantError);
  assertThrows(() => books.checkInvariants([{ b: 1 }]), InvariantError);
});

Deno.test("Pool grants no more of a counted resource than there is, wherever the cores are", () => {
  const pool = new Pool(parseNodeSpec("2,2"), { counted: { licences: 2, disk: 1 } });
  const first = pool.fit(one({ licences: 2 }, 3))!;
  pool.grant(first);
  assertEquals(nameAllocation(pool.nodes, first).counted, { licences: 2 });
  assertEquals(pool.fit(one({ licences: 1 })), undefined);
  const second = pool.fit(one({ disk: 1 }))!;
  pool.grant(second);
  pool.checkInvariants([first, second]);
  assertThrows(() => pool.checkInvariants([first]), InvariantError);
  pool.release(second);
  pool.release(first);
  assertEquals(pool.fit(one({ licences: 1, disk: 1 }))!.counted, { licences: 1, disk: 1 });
});

Deno.test("Pool gives counted resources back that a task on a lost node held", () => {
  const pool = new Pool(parseNodeSpec("1,1"), { counted: { licences: 1 } });
  const taken = pool.fit(one({ licences: 1 }))!;
  pool.grant(taken);
  pool.loseNode(0);
  assertEquals(pool.fit(one({ licences: 1 })), undefined);
  pool.release(taken);
  assertEquals(pool.fit(one({ licences: 1 }))!.parts[0]!.node, 1);
});

Deno.test("Pool.reserve() holds counted resources back, and leaves younger tasks the rest", () => {
  const pool = new Pool(parseNodeSpec("9"), { counted: { licences: 3 } });
  const old = pool.fit(one({ licences: 2 }))!;
  pool.grant(old);
  const large = one({ licences: 2 });
  assertEquals(pool.fit(large), undefined);
  pool.reserve(large);
  const young = pool.fit(one({ licences: 1 }))!;
  pool.grant(young);
  pool.release(old);
  assertEquals(pool.fit(one({ licences: 1 })), undefined);
  pool.release(young);
  assertEquals(pool.fit(one({ licences: 1 })) === undefined, false);
  assertEquals(pool.fit(large)!.counted, { licences: 2 });
});

Deno.test("Pool.explainInfeasible() says which counted resource is missing, with the near miss", () => {
  const pool = new Pool(parseNodeSpec("4"), { counted: { licences: 3, disk: 1 } });
  assertEquals(pool.explainInfeasible(one({ licences: 3 })), undefined);
  assertEquals(pool.explainInfeasible(one({ licences: 4 })), "needs 4 licences, but the pool has 3");
  assertEquals(
    pool.explainInfeasible(one({ licenses: 1 })),
    'needs 1 licenses, which the pool does not have (did you mean "licences"?); the counted resources are ' +
      "licences, disk",
  );
  assertStringIncludes(
    new Pool(parseNodeSpec("4")).explainInfeasible(one({ licences: 1 }))!,
    "say how many there are, by --counted licences=1 or the option counted",
  );
});

Deno.test("requestKey() is the same for counts in any order, and other for other counts", () => {
  assertEquals(requestKey(one({ a: 1, b: 2 })), requestKey(one({ b: 2, a: 1 })));
  assertEquals(new Set([one({ a: 1 }), one({ a: 2 }), one({ b: 1 }), one({})].map(requestKey)).size, 4);
  assertEquals([formatCounts(undefined), formatCounts({ b: 1, a: 2 })], ["", "a=2,b=1"]);
});
