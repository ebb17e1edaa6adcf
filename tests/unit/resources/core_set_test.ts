import { assertEquals, assertThrows } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { InvariantError } from "../../../src/base/assert.ts";
import { CoreSet } from "../../../src/resources/core_set.ts";

Deno.test("CoreSet behaves as a sorted set, also over the edges of words", () => {
  const capacities = fc.constantFrom(0, 1, 31, 32, 33, 64, 65, 100);
  fc.assert(fc.property(capacities, fc.array(fc.nat(99), { maxLength: 150 }), (capacity, toggles) => {
    const set = new CoreSet(capacity);
    const model = new Set(Array.from({ length: capacity }, (_, i) => i));
    for (const index of toggles.filter((i) => i < capacity)) {
      if (model.delete(index)) set.remove(index);
      else {
        model.add(index);
        set.add(index);
      }
    }
    const sorted = [...model].sort((a, b) => a - b);
    assertEquals(set.size, model.size);
    for (const count of [0, 1, sorted.length >> 1, sorted.length].filter((n) => n <= sorted.length)) {
      assertEquals(set.lowest(count), sorted.slice(0, count));
    }
    assertThrows(() => set.lowest(sorted.length + 1), InvariantError);
  }));
});

Deno.test("CoreSet refuses to take what is out and to give what is in", () => {
  const set = new CoreSet(3);
  assertThrows(() => set.add(1), InvariantError);
  set.remove(1);
  assertThrows(() => set.remove(1), InvariantError);
  assertThrows(() => set.remove(64), InvariantError);
  assertEquals(set.lowest(2), [0, 2]);
});
