import { assertEquals, assertThrows } from "@std/assert";
import { InvariantError } from "../../../src/base/assert.ts";
import { OrderHeap } from "../../../src/base/order_heap.ts";

type Entry = readonly [level: number, rank: number, age: number];

function drain(heap: OrderHeap): number[] {
  const values: number[] = [];
  for (; heap.size > 0; heap.pop()) values.push(heap.firstValue!);
  return values;
}

function sorted(entries: readonly Entry[]): number[] {
  return entries.map((_, index) => index).toSorted((a, b) => {
    const [x, y] = [entries[a]!, entries[b]!];
    return y[0] - x[0] || y[1] - x[1] || x[2] - y[2];
  });
}

/** Entries of few levels and ranks, so that many are equal; ages differ. */
const entries = Array.from({ length: 500 }, (_, i): Entry => [i * 7919 % 3, i * 104_729 % 11, i * 31 % 500]);

Deno.test("OrderHeap gives the greatest level first, then the greatest rank, then the smallest age", () => {
  const heap = new OrderHeap();
  entries.forEach(([level, rank, age], index) => heap.push(level, rank, age, index));
  const first = sorted(entries)[0]!;
  assertEquals([heap.size, heap.firstRank, heap.firstAge, heap.firstValue], [500, 10, entries[first]![2], first]);
  assertEquals(drain(heap), sorted(entries));
  heap.pop();
  assertEquals([heap.size, heap.firstRank, heap.firstAge, heap.firstValue], [0, undefined, undefined, undefined]);
});

Deno.test("OrderHeap.replaceFirst() puts the new entry in its place", () => {
  const heap = new OrderHeap();
  entries.forEach(([level, rank, age], index) => heap.push(level, rank, age, index));
  const changed = [...entries];
  for (let i = 0; i < 200; i++) {
    const index = heap.firstValue!;
    changed[index] = [i % 3, i % 5, 1000 + i];
    heap.replaceFirst(...(changed[index] as [number, number, number]), index);
  }
  assertEquals(drain(heap), sorted(changed));
  assertThrows(() => heap.replaceFirst(0, 0, 0, 0), InvariantError, "no first entry");
});

Deno.test("OrderHeap.rerank() puts all entries in order by their new ranks", () => {
  const heap = new OrderHeap();
  entries.forEach(([level, rank, age], index) => heap.push(level, rank, age, index));
  const rankOf = (age: number) => age * 17 % 23;
  heap.rerank(rankOf);
  assertEquals(drain(heap), sorted(entries.map(([level, , age]) => [level, rankOf(age), age])));
});
