import { assert, assertEquals } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { PairHeap } from "../../../src/base/heap.ts";

Deno.test("PairHeap gives the keys back in ascending order, each with its value", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: -50, max: 50 })), (keys) => {
    const heap = new PairHeap();
    keys.forEach((key, index) => heap.push(key, index));
    assertEquals(heap.size, keys.length);
    const found: number[] = [];
    const values = new Set<number>();
    while (heap.firstKey !== undefined) {
      found.push(heap.firstKey);
      values.add(heap.firstValue!);
      assertEquals(keys[heap.firstValue!], heap.firstKey);
      heap.pop();
    }
    assertEquals(found, keys.toSorted((a, b) => a - b));
    assertEquals(values.size, keys.length);
  }));
});

Deno.test("PairHeap.sweep() takes out what is stale, a few pairs at a time, and leaves the rest in order", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: 1, max: 5 }), (keys, count) => {
    const heap = new PairHeap();
    keys.forEach((key, index) => heap.push(key, index));
    const isStale = (key: number, value: number) => (key + value) % 3 === 0;
    const left = keys.filter((key, index) => !isStale(key, index));
    for (let looks = 0; heap.size > left.length && looks < 10 * keys.length; looks++) {
      const before = heap.size;
      heap.sweep(count, isStale);
      assert(before - heap.size <= count);
    }
    const found: number[] = [];
    for (; heap.firstKey !== undefined; heap.pop()) found.push(heap.firstKey);
    assertEquals(found, left.toSorted((a, b) => a - b));
  }));
});

Deno.test("PairHeap stays in order under any mix of push, pop and replaceFirst", () => {
  const operation = fc.tuple(fc.constantFrom("push", "pop", "replace"), fc.integer({ min: 0, max: 30 }));
  fc.assert(fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
    const heap = new PairHeap();
    const model: number[] = [];
    for (const [kind, key] of operations) {
      model.sort((a, b) => a - b);
      if (kind === "push") {
        heap.push(key, key * 2);
        model.push(key);
      } else if (kind === "pop") {
        heap.pop();
        model.shift();
      } else if (model.length > 0) {
        heap.replaceFirst(key, key * 2);
        model[0] = key;
      }
      const least = model.length === 0 ? undefined : Math.min(...model);
      assertEquals(heap.firstKey, least);
      assertEquals(heap.firstValue, least === undefined ? undefined : least * 2);
      assertEquals(heap.size, model.length);
    }
  }));
});

Deno.test("PairHeap.pop() on an empty heap does nothing", () => {
  const heap = new PairHeap();
  heap.pop();
  assertEquals([heap.size, heap.firstKey, heap.firstValue], [0, undefined, undefined]);
});
