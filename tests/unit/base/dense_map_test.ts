import { assertEquals } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { DenseMap } from "../../../src/base/dense_map.ts";

Deno.test("DenseMap does what a Map does, whatever is set and taken away, in ascending order within its blocks", () => {
  const number = fc.oneof(fc.nat({ max: 20 }), fc.constantFrom(4095, 4096, 1_000_000, 2 ** 31 + 5));
  const step = fc.record({ number, isSet: fc.boolean() });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const dense = new DenseMap<{ readonly at: number }>();
    const plain = new Map<number, { readonly at: number }>();
    steps.forEach(({ number, isSet }, at) => {
      if (isSet) {
        dense.set(number, { at });
        plain.set(number, { at });
      } else assertEquals(dense.delete(number), plain.delete(number));
      assertEquals([dense.get(number), dense.has(number), dense.size], [plain.get(number), isSet, plain.size]);
    });
    const byNumber = (a: [number, unknown], b: [number, unknown]) => a[0] - b[0];
    assertEquals([...dense].sort(byNumber), [...plain].sort(byNumber));
    assertEquals([...dense.values()].length, plain.size);
  }));
});

Deno.test("DenseMap visits what is left when values are taken away meanwhile", () => {
  const map = new DenseMap<object>();
  for (let number = 0; number < 5000; number++) map.set(number, {});
  const seen: number[] = [];
  for (const [number] of map) {
    seen.push(number);
    map.delete(number);
    map.delete(number + 1);
  }
  assertEquals([seen.length, map.size], [2500, 0]);
});
